package io.nncf4j.core.operator;

import io.nncf4j.core.graph.Dimension;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.symbolic.SymbolicInteger;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Attention and rotary position embeddings, of ONNX and of ONNX Runtime. */
final class AttentionOperators {
  private static final ShapeRule SAME = context -> context.shape(0);

  private AttentionOperators() {}

  static List<OperatorSchema> schemas() {
    Family family = new Family("Attention");
    family
        .onnx(
            "Attention",
            "Q:T1, K:T1, V:T2, attn_mask?:U, past_key?:T1, past_value?:T2,"
                + " nonpad_kv_seqlen?:int64 -> Y:T1, present_key?:T1, present_value?:T2,"
                + " qk_matmul_output?:T1",
            "T1=float; T2=float; U=number|bool")
        .attributes(
            "is_causal:int=0, kv_num_heads:int, q_num_heads:int, qk_matmul_output_mode:int=0,"
                + " scale:float, softcap:float=0.0, softmax_precision:int")
        .cost(AttentionOperators::flops)
        .infer(AttentionOperators::attention);
    family
        .onnx(
            "RotaryEmbedding",
            "X:T, cos_cache:T, sin_cache:T, position_ids?:int64 -> Y:T",
            "T=float")
        .attributes("interleaved:int=0, num_heads:int=0, rotary_embedding_dim:int=0")
        .cost(Costs.perOutput(3))
        .shape(SAME);
    microsoft(family);
    return family.schemas();
  }

  private static void microsoft(Family family) {
    family
        .microsoft(
            "RotaryEmbedding",
            "input:T, position_ids:int64, cos_cache:T, sin_cache:T -> output:T",
            "T=float")
        .attributes(
            "interleaved:int=0, is_packed_batching:int=0, num_heads:int=0,"
                + " rotary_embedding_dim:int=0, scale:float=1.0")
        .cost(Costs.perOutput(3))
        .shape(SAME);
    String heads =
        "num_heads:int!, mask_filter_value:float=-10000.0, scale:float," + " unidirectional:int=0";
    family
        .microsoft(
            "Attention",
            "input:T, weights:T, bias?:T, mask_index?:int32, past?:T, attention_bias?:T,"
                + " past_sequence_length?:int32 -> output:T, present?:T",
            "T=float")
        .attributes(
            heads
                + ", do_rotary:int=0, past_present_share_buffer:int,"
                + " qkv_hidden_sizes:ints, rotary_embedding_dim:int")
        .infer(AttentionOperators::projected);
    family
        .microsoft(
            "MultiHeadAttention",
            "query:T, key?:T, value?:T, bias?:T, key_padding_mask?:int32, attention_bias?:T,"
                + " past_key?:T, past_value?:T, past_sequence_length?:int32,"
                + " cache_indirection?:int32 -> output:T, present_key?:T, present_value?:T, qk?:T",
            "T=float")
        .attributes(heads)
        .infer(AttentionOperators::multiHead);
    family
        .microsoft(
            "GroupQueryAttention",
            "query:T, key?:T, value?:T, past_key?:T, past_value?:T, seqlens_k:int32,"
                + " total_sequence_length:int32, cos_cache?:T, sin_cache?:T, position_ids?:int64,"
                + " attention_bias?:T, head_sink?:T -> output:T, present_key?:T,"
                + " present_value?:T, output_qk?:T",
            "T=float")
        .attributes(
            "do_rotary:int=0, kv_num_heads:int!, local_window_size:int=-1, num_heads:int!,"
                + " qk_output:int=0, rotary_interleaved:int=0, scale:float, smooth_softmax:int,"
                + " softcap:float")
        .infer(AttentionOperators::grouped);
    family
        .microsoft(
            "MoE",
            "input:T, router_probs:T, fc1_experts_weights:T, fc1_experts_bias?:T,"
                + " fc2_experts_weights:T, fc2_experts_bias?:T, fc3_experts_weights?:T,"
                + " fc3_experts_bias?:T -> output:T",
            "T=float")
        .attributes(
            "activation_type:string=relu, k:int=1, normalize_routing_weights:int=0,"
                + " use_sparse_mixer:int=0")
        .shape(SAME);
  }

  /** Q, K and V as [batch, heads, length, width]; null where that is not known. */
  private static @Nullable List<SymbolicInteger> heads(@Nullable Shape shape, long heads) {
    if (shape == null) {
      return null;
    }
    List<SymbolicInteger> lengths = Axes.lengths(shape);
    if (shape.rank() == 4) {
      return lengths;
    }
    Axes.requireRank(shape, 3, "an input of attention that is not of rank 4");
    if (heads < 1) {
      return null;
    }
    List<SymbolicInteger> split = new ArrayList<>();
    split.add(lengths.get(0));
    split.add(SymbolicInteger.of(heads));
    split.add(lengths.get(1));
    split.add(lengths.get(2).divideExactly(SymbolicInteger.of(heads)));
    return split;
  }

  private static List<TensorType> attention(InferenceContext context) {
    Node node = context.node();
    Shape queryShape = context.shape(0);
    List<SymbolicInteger> query = heads(queryShape, node.intAttribute("q_num_heads", 0));
    List<SymbolicInteger> key = heads(context.shape(1), node.intAttribute("kv_num_heads", 0));
    List<SymbolicInteger> value = heads(context.shape(2), node.intAttribute("kv_num_heads", 0));
    if (query == null || queryShape == null) {
      return List.of();
    }
    SymbolicInteger width = value == null ? SymbolicInteger.UNKNOWN : value.get(3);
    Shape output =
        queryShape.rank() == 4
            ? queryShape.with(3, width.toDimension())
            : queryShape.with(2, query.get(1).times(width).toDimension());
    SymbolicInteger past = SymbolicInteger.ZERO;
    if (context.hasInput(4)) {
      Shape pastKey = context.shape(4);
      Axes.requireRank(pastKey, 4, "past_key");
      past = pastKey == null ? SymbolicInteger.UNKNOWN : Axes.length(pastKey, 2);
    }
    SymbolicInteger total = key == null ? SymbolicInteger.UNKNOWN : past.plus(key.get(2));
    return List.of(
        new TensorType(null, output),
        new TensorType(null, longer(key, total)),
        new TensorType(null, longer(value, total)),
        new TensorType(null, Axes.shape(List.of(query.get(0), query.get(1), query.get(2), total))));
  }

  private static @Nullable Shape longer(
      @Nullable List<SymbolicInteger> heads, SymbolicInteger total) {
    return heads == null
        ? null
        : Axes.shape(List.of(heads.get(0), heads.get(1), total, heads.get(3)));
  }

  /** Two matrix products for each head, {@code Q K'} and {@code P V}, and a softmax between. */
  private static long flops(
      Node node, List<@Nullable Shape> inputs, List<@Nullable Shape> outputs) {
    List<SymbolicInteger> query = heads(Costs.at(inputs, 0), node.intAttribute("q_num_heads", 0));
    List<SymbolicInteger> key = heads(Costs.at(inputs, 1), node.intAttribute("kv_num_heads", 0));
    List<SymbolicInteger> value = heads(Costs.at(inputs, 2), node.intAttribute("kv_num_heads", 0));
    if (query == null || key == null || value == null) {
      return Costs.UNKNOWN;
    }
    SymbolicInteger total = key.get(2);
    Shape past = Costs.at(inputs, 4);
    if (past != null && past.rank() == 4) {
      total = total.plus(Axes.length(past, 2));
    }
    SymbolicInteger each = query.get(3).plus(value.get(3)).times(2).plus(3);
    SymbolicInteger flops =
        Axes.product(List.of(query.get(0), query.get(1), query.get(2), total, each));
    return flops.isConstant() ? flops.constant() : Costs.UNKNOWN;
  }

  private static List<TensorType> projected(InferenceContext context) {
    Shape input = context.shape(0);
    Shape weights = context.shape(1);
    if (input == null || weights == null || input.rank() != 3 || weights.rank() != 2) {
      return List.of();
    }
    long[] sizes = context.node().intsAttributeOrNull("qkv_hidden_sizes");
    Dimension width =
        sizes != null && sizes.length == 3
            ? Dimension.of(sizes[2])
            : Axes.length(weights, 1).floorDivide(3).toDimension();
    return List.of(new TensorType(null, input.with(2, width)));
  }

  private static List<TensorType> multiHead(InferenceContext context) {
    Shape query = context.shape(0);
    Shape value = context.shape(2);
    if (query == null || query.rank() != 3) {
      return List.of();
    }
    Dimension width = value != null && value.rank() == 3 ? value.get(2) : Dimension.UNKNOWN;
    return List.of(new TensorType(null, query.with(2, width)));
  }

  private static List<TensorType> grouped(InferenceContext context) {
    Shape query = context.shape(0);
    Shape past = context.shape(3);
    if (query == null || query.rank() != 3) {
      return List.of();
    }
    // Without a key, query holds queries, keys and values side by side.
    long heads = context.node().intAttribute("num_heads", 1);
    long all = heads + 2 * context.node().intAttribute("kv_num_heads", 1);
    Shape output =
        context.hasInput(1)
            ? query
            : query.with(
                2,
                Axes.length(query, 2)
                    .times(heads)
                    .divideExactly(SymbolicInteger.of(Math.max(1, all)))
                    .toDimension());
    Shape present = past == null || past.rank() != 4 ? null : past.with(2, Dimension.UNKNOWN);
    TensorType cache = new TensorType(null, present);
    return List.of(new TensorType(null, output), cache, cache);
  }
}
