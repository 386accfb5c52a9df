package io.nncf4j.core.operator;

import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Dimension;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.graph.TensorType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Normalisations. Batch-norm in evaluation counts two operations for an element; those that gather
 * statistics count eight: two passes for mean and variance, then scale and shift.
 */
final class NormalizationOperators {
  private static final ShapeRule SAME = context -> context.shape(0);
  private static final Cost WITH_STATISTICS = Costs.perOutput(8);

  private NormalizationOperators() {}

  static List<OperatorSchema> schemas() {
    Family family = new Family("Normalization");
    family
        .onnx(
            "BatchNormalization",
            "X:T, scale:T1, B:T1, input_mean:T2, input_var:T2 -> Y:T, running_mean?:T2,"
                + " running_var?:T2",
            "T=float; T1=float; T2=float")
        .attributes("epsilon:float=1e-5, momentum:float=0.9, training_mode:int=0")
        .cost(Costs.perOutput(2))
        .infer(NormalizationOperators::batch);
    family
        .onnx("InstanceNormalization", "input:T, scale:T, B:T -> output:T", "T=float")
        .attributes("epsilon:float=1e-5")
        .cost(WITH_STATISTICS)
        .shape(SAME);
    family
        .onnx("GroupNormalization", "X:T, scale:T, bias:T -> Y:T", "T=float")
        .attributes("epsilon:float=1e-5, num_groups:int!, stash_type:int=1")
        .cost(WITH_STATISTICS)
        .shape(SAME);
    family
        .onnx(
            "LayerNormalization",
            "X:T, Scale:T, B?:T -> Y:T, Mean?:U, InvStdDev?:U",
            "T=float; U=float32|bfloat16")
        .attributes("axis:int=-1, epsilon:float=1e-5, stash_type:int=1")
        .cost(WITH_STATISTICS)
        .infer(NormalizationOperators::layer);
    family
        .onnx("RMSNormalization", "X:T, scale:V -> Y:V", "T=float; V=float")
        .attributes("axis:int=-1, epsilon:float=1e-5, stash_type:int=1")
        .cost(Costs.perOutput(4))
        .shape(SAME);
    // ONNX Runtime writes this name into the ONNX domain.
    family
        .onnx(
            "SimplifiedLayerNormalization",
            "X:T, scale:V -> Y:V, inv_std_var?:U",
            "T=float; V=float; U=float32")
        .attributes("axis:int=-1, epsilon:float=1e-5, stash_type:int=1")
        .cost(Costs.perOutput(4))
        .infer(NormalizationOperators::layer);
    family
        .onnx("LpNormalization", "input:T -> output:T", "T=float")
        .attributes("axis:int=-1, p:int=2")
        .cost(Costs.perOutput(3))
        .shape(SAME);
    family
        .onnx("MeanVarianceNormalization", "X:T -> Y:T", "T=float")
        .attributes("axes:ints")
        .cost(WITH_STATISTICS)
        .shape(SAME);
    family
        .onnx("LRN", "X:T -> Y:T", "T=float")
        .attributes("alpha:float=1e-4, beta:float=0.75, bias:float=1.0, size:int!")
        .cost(
            (node, inputs, outputs) ->
                Costs.product(
                    2 * Math.max(1, node.intAttribute("size", 1)),
                    Costs.elements(Costs.at(outputs, 0))))
        .shape(SAME);
    family
        .onnx(
            "Dropout",
            "data:T, ratio?:T1, training_mode?:bool -> output:T, mask?:bool",
            "T=float|float8; T1=float|float8")
        .attributes("seed:int")
        .infer(
            context -> {
              TensorType same = new TensorType(null, context.shape(0));
              return List.of(same, same);
            });
    microsoft(family);
    return family.schemas();
  }

  private static void microsoft(Family family) {
    family
        .microsoft(
            "LayerNormalization",
            "X:T, Scale:T, B?:T -> Y:T, Mean?:U, InvStdDev?:U",
            "T=float; U=float32|bfloat16")
        .attributes("axis:int=-1, epsilon:float=1e-5, stash_type:int=1")
        .cost(WITH_STATISTICS)
        .infer(NormalizationOperators::layer);
    family
        .microsoft(
            "SkipLayerNormalization",
            "input:T, skip:T, gamma:T, beta?:T, bias?:T -> output:T, mean?:U, inv_std_var?:U,"
                + " input_skip_bias_sum?:T",
            "T=float; U=float32")
        .attributes("epsilon:float=1e-12")
        .cost(Costs.perOutput(9))
        .infer(NormalizationOperators::skip);
    family
        .microsoft(
            "SkipSimplifiedLayerNormalization",
            "input:T, skip:T, gamma:T, bias?:T -> output:T, mean?:U, inv_std_var?:U,"
                + " input_skip_bias_sum?:T",
            "T=float; U=float32")
        .attributes("epsilon:float=1e-12")
        .cost(Costs.perOutput(5))
        .infer(NormalizationOperators::skip);
    family
        .microsoft(
            "EmbedLayerNormalization",
            "input_ids:int32, segment_ids?:int32, word_embedding:T, position_embedding:T,"
                + " segment_embedding?:T, gamma:T, beta:T, mask?:int32, position_ids?:int32 ->"
                + " output:T, mask_index?:int32, embedding_sum?:T",
            "T=float")
        .attributes("epsilon:float=1e-12, mask_index_type:int=0")
        .infer(NormalizationOperators::embed);
    family
        .microsoft("GroupNorm", "X:T, gamma:M, beta:M -> Y:T", "T=float; M=float")
        .attributes("activation:int!, channels_last:int=1, epsilon:float=1e-5, groups:int!")
        .cost(WITH_STATISTICS)
        .shape(SAME);
  }

  private static List<TensorType> batch(InferenceContext context) {
    Shape shape = context.shape(0);
    for (int index = 1; index <= 4; index++) {
      Shape statistic = context.shape(index);
      Axes.requireRank(statistic, 1, "input " + index + " of a batch normalisation");
      if (shape != null && shape.rank() > 1 && statistic != null) {
        Axes.same(shape.get(1), statistic.get(0), "channels of " + shape + " and input " + index);
      }
    }
    return List.of(
        new TensorType(null, shape),
        new TensorType(null, context.shape(3)),
        new TensorType(null, context.shape(4)));
  }

  private static List<TensorType> layer(InferenceContext context) {
    Shape shape = context.shape(0);
    Shape statistics = shape;
    if (shape != null && shape.rank() > 0) {
      int first = Axes.normalize(context.node().intAttribute("axis", -1), shape.rank());
      for (int axis = first; axis < shape.rank(); axis++) {
        statistics = with(statistics, axis);
      }
    }
    TensorType statistic =
        new TensorType(OnnxTypes.ofCode(context.node().intAttribute("stash_type", 1)), statistics);
    return List.of(new TensorType(null, shape), statistic, statistic);
  }

  private static @Nullable Shape with(@Nullable Shape shape, int axis) {
    return shape == null ? null : shape.with(axis, Dimension.of(1));
  }

  private static List<TensorType> skip(InferenceContext context) {
    Shape shape = context.shape(0);
    Shape statistics = shape == null || shape.rank() == 0 ? shape : with(shape, shape.rank() - 1);
    TensorType statistic = new TensorType(null, statistics);
    TensorType same = new TensorType(null, shape);
    return List.of(same, statistic, statistic, same);
  }

  private static List<TensorType> embed(InferenceContext context) {
    Shape words = context.shape(0);
    Shape table = context.shape(2);
    if (words == null || table == null) {
      return List.of();
    }
    if (words.rank() != 2 || table.rank() != 2) {
      throw new InputException(
          "input_ids and word_embedding should have rank 2, found " + words + " and " + table);
    }
    TensorType output = new TensorType(null, Shape.of(words.get(0), words.get(1), table.get(1)));
    return List.of(output, new TensorType(null, Shape.of(words.get(0))), output);
  }
}
