package io.nncf4j.formats.openvino.read;

import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.tensor.Tensor;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.LongStream;

/** Normalization by statistics of the input or of training. */
final class NormalizationRules {
  private NormalizationRules() {}

  static void addTo(Map<String, LayerRule> rules) {
    rules.put("BatchNormInference", NormalizationRules::batchNormalization);
    rules.put("LRN", NormalizationRules::localResponse);
    rules.put("MVN", NormalizationRules::meanVariance);
    rules.put("NormalizeL2", NormalizationRules::normalizeL2);
    rules.put("GRN", NormalizationRules::globalResponse);
    rules.put("GroupNormalization", NormalizationRules::group);
  }

  private static void batchNormalization(LayerContext layer) {
    boolean dataFirst = layer.layer().opsetNumber() >= 5;
    int data = dataFirst ? 0 : 2;
    int gamma = dataFirst ? 1 : 0;
    float epsilon = layer.data.number("epsilon", layer.data.number("eps", 1e-5f));
    layer.finish(
        "BatchNormalization",
        Attributes.NONE.with("epsilon", epsilon),
        layer.input(data),
        layer.input(gamma),
        layer.input(gamma + 1),
        layer.input(3),
        layer.input(4));
  }

  private static void localResponse(LayerContext layer) {
    long[] axes = layer.constant(1).toLongs();
    if (axes.length != 1 || LayerContext.axis(axes[0], layer.rank(0)) != 1) {
      throw new InexpressibleLayerException("it normalizes over other axes than channels");
    }
    layer.finish(
        "LRN",
        Attributes.NONE
            .with("alpha", layer.data.number("alpha", 1e-4f))
            .with("beta", layer.data.number("beta", 0.75f))
            .with("bias", layer.data.number("bias", 1))
            .with("size", layer.data.integer("size")),
        layer.input(0));
  }

  private static void meanVariance(LayerContext layer) {
    long[] axes;
    if (layer.inputCount() > 1) {
      axes = layer.constant(1).toLongs();
    } else if (layer.data.has("reduction_axes")) {
      axes = layer.data.integers("reduction_axes");
    } else {
      int first = layer.data.flag("across_channels", false) ? 1 : 2;
      axes = LongStream.range(first, layer.rank(0)).toArray();
    }
    meanVariance(layer, axes, layer.data.number("eps", 1e-9f));
  }

  static void meanVariance(LayerContext layer, long[] axes, float epsilon) {
    Attributes keep = Attributes.NONE.with("keepdims", 1L);
    String over = layer.ints(axes);
    String mean = layer.emit("ReduceMean", keep, layer.input(0), over);
    if (!layer.data.flag("normalize_variance", true)) {
      layer.finish("Sub", Attributes.NONE, layer.input(0), mean);
      return;
    }
    String centred = layer.emit("Sub", layer.input(0), mean);
    String square = layer.emit("Mul", centred, centred);
    String variance = layer.emit("ReduceMean", keep, square, over);
    String small = layer.scalarLike(0, epsilon);
    boolean inside = layer.data.word("eps_mode", "inside_sqrt").equals("inside_sqrt");
    String deviation =
        inside
            ? layer.emit("Sqrt", layer.emit("Add", variance, small))
            : layer.emit("Add", layer.emit("Sqrt", variance), small);
    layer.finish("Div", Attributes.NONE, centred, deviation);
  }

  private static void normalizeL2(LayerContext layer) {
    long[] axes = layer.constant(1).toLongs();
    String norm =
        norm(layer, axes, layer.data.number("eps", 0), layer.data.word("eps_mode", "add"));
    layer.finish("Div", Attributes.NONE, layer.input(0), norm);
  }

  static String norm(LayerContext layer, long[] axes, float epsilon, String mode) {
    String square = layer.emit("Mul", layer.input(0), layer.input(0));
    String sum =
        axes.length == 0
            ? square
            : layer.emit(
                "ReduceSum", Attributes.NONE.with("keepdims", 1L), square, layer.ints(axes));
    if (!mode.equals("add") && !mode.equals("max")) {
      throw new InputException("its eps_mode should be add or max, found " + mode);
    }
    String safe = layer.emit(mode.equals("add") ? "Add" : "Max", sum, layer.scalarLike(0, epsilon));
    return layer.emit("Sqrt", safe);
  }

  private static void globalResponse(LayerContext layer) {
    String norm = norm(layer, new long[] {1}, layer.data.number("bias", 1), "add");
    layer.finish("Div", Attributes.NONE, layer.input(0), norm);
  }

  private static void group(LayerContext layer) {
    layer.finish(
        "GroupNormalization",
        Attributes.NONE
            .with("num_groups", layer.data.integer("num_groups"))
            .with("epsilon", layer.data.number("epsilon", 1e-5f)),
        layer.inputs());
  }

  /** A tensor of one element repeated. */
  static Tensor repeated(float value, int count) {
    float[] values = new float[count];
    Arrays.fill(values, value);
    return Tensor.ofFloats(values, count);
  }
}
