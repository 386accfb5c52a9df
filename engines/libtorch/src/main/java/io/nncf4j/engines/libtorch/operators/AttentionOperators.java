package io.nncf4j.engines.libtorch.operators;

import io.nncf4j.core.graph.Node;
import java.util.List;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/** Attention ("Attention Is All You Need", Vaswani et al. 2017) and rotary positions. */
final class AttentionOperators {
  private AttentionOperators() {}

  static void addTo(OperatorTable table) {
    table.add("Attention", AttentionOperators::attention);
    table.add("RotaryEmbedding", context -> Operations.scoped(a -> rotate(context.node(), a)));
  }

  /** The attributes of one node. */
  private record Form(
      boolean causal,
      long queryHeads,
      long keyHeads,
      float scale,
      float softcap,
      long scoresMode,
      long left,
      long right) {
    static Form of(Node node) {
      return new Form(
          node.intAttribute("is_causal", 0) != 0,
          node.intAttribute("q_num_heads", 0),
          node.intAttribute("kv_num_heads", 0),
          node.floatAttribute("scale", 0),
          node.floatAttribute("softcap", 0),
          node.intAttribute("qk_matmul_output_mode", 0),
          node.intAttribute("left_window_size", -1),
          node.intAttribute("right_window_size", -1));
    }

    boolean hasWindow() {
      return left >= 0 || right >= 0;
    }
  }

  private static Operation attention(NodeContext context) {
    Form form = Form.of(context.node());
    return Operations.scopedAll(
        a -> {
          boolean flat = a.tensor(0).dim() == 3;
          Tensor query = flat ? heads(a.tensor(0), form.queryHeads) : a.tensor(0);
          Tensor key = flat ? heads(a.tensor(1), form.keyHeads) : a.tensor(1);
          Tensor value = flat ? heads(a.tensor(2), form.keyHeads) : a.tensor(2);
          long past = 0;
          if (a.has(4)) {
            past = a.tensor(4).size(2);
            key = torch.cat(Operations.vector(List.of(a.tensor(4), key)), 2);
            value = torch.cat(Operations.vector(List.of(a.tensor(5), value)), 2);
          }
          if (a.wants(1)) {
            a.set(1, key);
          }
          if (a.wants(2)) {
            a.set(2, value);
          }
          Tensor result = attend(a, form, query, key, value, past);
          a.set(
              0,
              flat
                  ? torch.reshape(torch.transpose(result, 1, 2), result.size(0), result.size(2), -1)
                  : result);
        });
  }

  /** [batch, positions, heads · depth] as [batch, heads, positions, depth]. */
  private static Tensor heads(Tensor flat, long count) {
    return torch.transpose(
        torch.reshape(flat, flat.size(0), flat.size(1), count, flat.size(2) / count), 1, 2);
  }

  private static Tensor attend(
      Arguments a, Form form, Tensor query, Tensor key, Tensor value, long past) {
    long group = query.size(1) / key.size(1);
    Tensor keys = repeated(key, group);
    Tensor values = repeated(value, group);
    double scale = form.scale != 0 ? form.scale : 1 / Math.sqrt((double) query.size(3));
    boolean isPlain =
        !a.has(3)
            && !a.has(6)
            && !a.wants(3)
            && form.softcap == 0
            && !form.hasWindow()
            && (!form.causal || past == 0 && query.size(2) == key.size(2));
    ScalarType type = TensorExchange.scalarType(query);
    if (isPlain && type == ScalarType.Float) {
      return torch.scaled_dot_product_attention(
          query,
          keys,
          values,
          new TensorOptional(),
          0,
          form.causal,
          new DoubleOptional(scale),
          false);
    }
    boolean narrow = type == ScalarType.Half || type == ScalarType.BFloat16;
    ScalarType wide = narrow ? ScalarType.Float : type;
    Tensor scores =
        Operations.times(
            torch.matmul(
                Operations.to(query, wide), torch.transpose(Operations.to(keys, wide), 2, 3)),
            scale);
    Tensor raw = scores;
    if (form.softcap != 0) {
      scores =
          Operations.times(torch.tanh(Operations.times(scores, 1 / form.softcap)), form.softcap);
    }
    Tensor capped = scores;
    scores = masked(a, form, scores, past);
    Tensor biased = scores;
    Tensor weights = torch.softmax(scores, -1, new ScalarTypeOptional());
    // A row that may look at nothing gives zeros.
    Tensor blocked = torch.all(torch.isneginf(scores), -1, true);
    weights = torch.masked_fill(weights, blocked, new Scalar(0.0));
    Tensor shown =
        switch ((int) form.scoresMode) {
          case 1 -> capped;
          case 2 -> biased;
          case 3 -> weights;
          default -> raw;
        };
    if (a.wants(3)) {
      a.set(3, Operations.to(shown, type));
    }
    return Operations.to(torch.matmul(weights, Operations.to(values, wide)), type);
  }

  private static Tensor repeated(Tensor tensor, long times) {
    return times == 1
        ? tensor
        : torch.repeat_interleave(tensor, times, new LongOptional(1), new LongOptional());
  }

  private static Tensor masked(Arguments a, Form form, Tensor scores, long past) {
    Tensor result = scores;
    if (a.has(3)) {
      Tensor mask = a.tensor(3);
      long missing = scores.size(3) - mask.size(mask.dim() - 1);
      boolean isBoolean = TensorExchange.scalarType(mask) == ScalarType.Bool;
      if (isBoolean) {
        mask = mask.to(ScalarType.Byte);
      }
      if (missing > 0) {
        // Keys beyond the mask are padding.
        Scalar filling = isBoolean ? new Scalar(0L) : new Scalar(Double.NEGATIVE_INFINITY);
        mask = torch.constant_pad_nd(mask, new long[] {0, missing}, filling);
      }
      result =
          isBoolean
              ? block(result, torch.eq(mask, new Scalar(0L)))
              : torch.add(result, mask.to(TensorExchange.scalarType(result)));
    }
    Tensor hidden = hidden(a, form, scores, past);
    return hidden == null ? result : block(result, hidden);
  }

  private static Tensor block(Tensor scores, Tensor hidden) {
    return torch.masked_fill(scores, hidden, new Scalar(Double.NEGATIVE_INFINITY));
  }

  /** Keys that a query may not see: of the future, beyond the window, or padding. */
  private static @Nullable Tensor hidden(Arguments a, Form form, Tensor scores, long past) {
    if (!form.causal && !form.hasWindow() && !a.has(6)) {
      return null;
    }
    long queries = scores.size(2);
    Tensor keys = torch.reshape(torch.arange(new Scalar(scores.size(3))), 1, 1, 1, -1);
    Tensor positions = torch.reshape(torch.arange(new Scalar(queries)), 1, 1, -1, 1);
    Tensor hidden = null;
    if (a.has(6)) {
      Tensor lengths = torch.reshape(a.tensor(6).to(ScalarType.Long), -1, 1, 1, 1);
      hidden = torch.ge(keys, lengths);
      positions = torch.add(positions, torch.sub(lengths, new Scalar(queries)));
    } else {
      positions = torch.add(positions, new Scalar(past));
    }
    if (form.causal) {
      hidden = either(hidden, torch.gt(keys, positions));
    }
    if (form.left >= 0) {
      hidden = either(hidden, torch.lt(keys, torch.sub(positions, new Scalar(form.left))));
    }
    if (form.right >= 0) {
      hidden = either(hidden, torch.gt(keys, torch.add(positions, new Scalar(form.right))));
    }
    return hidden;
  }

  private static Tensor either(@Nullable Tensor first, Tensor second) {
    return first == null ? second : torch.logical_or(first, second);
  }

  /** "RoFormer" (Su et al. 2021): pairs of elements turned by an angle of their position. */
  private static Tensor rotate(Node node, Arguments a) {
    boolean interleaved = node.intAttribute("interleaved", 0) != 0;
    Tensor input = a.tensor(0);
    boolean flat = input.dim() == 3;
    Tensor x = flat ? heads(input, node.intAttribute("num_heads", 1)) : input;
    long depth = x.size(3);
    long asked = node.intAttribute("rotary_embedding_dim", 0);
    long turned = asked == 0 ? depth : asked;
    Tensor cosine = angles(a, 1);
    Tensor sine = angles(a, 2);
    Tensor part = torch.narrow(x, 3, 0, turned);
    Tensor first;
    Tensor second;
    if (interleaved) {
      Tensor pairs = torch.reshape(part, x.size(0), x.size(1), x.size(2), turned / 2, 2);
      first = torch.select(pairs, 4, 0);
      second = torch.select(pairs, 4, 1);
    } else {
      first = torch.narrow(part, 3, 0, turned / 2);
      second = torch.narrow(part, 3, turned / 2, turned / 2);
    }
    Tensor real = torch.sub(torch.mul(cosine, first), torch.mul(sine, second));
    Tensor imaginary = torch.add(torch.mul(sine, first), torch.mul(cosine, second));
    List<Tensor> both = List.of(real, imaginary);
    Tensor result =
        interleaved
            ? torch.reshape(
                torch.stack(Operations.vector(both), 4), x.size(0), x.size(1), x.size(2), turned)
            : torch.cat(Operations.vector(both), 3);
    if (turned < depth) {
      Tensor rest = torch.narrow(x, 3, turned, depth - turned);
      result = torch.cat(Operations.vector(List.of(result, rest)), 3);
    }
    return flat
        ? torch.reshape(torch.transpose(result, 1, 2), input.size(0), input.size(1), input.size(2))
        : result;
  }

  /** Cosines or sines for [batch, 1, position, half the depth]. */
  private static Tensor angles(Arguments a, int index) {
    Tensor cache = a.tensor(index);
    if (!a.has(3)) {
      return torch.unsqueeze(cache, 1);
    }
    Tensor positions = a.tensor(3).to(ScalarType.Long);
    Tensor rows = torch.index_select(cache, 0, torch.reshape(positions, -1));
    return torch.reshape(rows, positions.size(0), 1, positions.size(1), cache.size(1));
  }
}
