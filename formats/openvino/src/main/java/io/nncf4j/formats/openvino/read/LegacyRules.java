package io.nncf4j.formats.openvino.read;

import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.tensor.DataType;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Layers of versions 3 to 7 whose name or form was another than today: weights belong to them, and
 * what became inputs are attributes.
 */
final class LegacyRules {
  private LegacyRules() {}

  static void addTo(Map<String, LayerRule> rules) {
    put(rules, "Convolution", LegacyRules::convolution);
    put(rules, "Deconvolution", LegacyRules::deconvolution);
    put(rules, "FullyConnected", LegacyRules::fullyConnected);
    put(rules, "Pooling", LegacyRules::pooling);
    put(rules, "ScaleShift", LegacyRules::scaleShift);
    put(rules, "BatchNormalization", LegacyRules::batchNormalization);
    put(rules, "Eltwise", LegacyRules::eltwise);
    put(rules, "Power", LegacyRules::power);
    put(rules, "PReLU", LegacyRules::prelu);
    put(rules, "Activation", LegacyRules::activation);
    put(rules, "Permute", LegacyRules::permute);
    put(rules, "Flatten", LegacyRules::flatten);
    put(rules, "Reshape", LegacyRules::reshape);
    put(rules, "Split", LegacyRules::split);
    put(rules, "Slice", LegacyRules::split);
    put(rules, "Norm", LegacyRules::norm);
    put(rules, "Normalize", LegacyRules::normalize);
    put(rules, "Tile", LegacyRules::tile);
    put(rules, "Crop", LegacyRules::crop);
    put(rules, "Resample", LegacyRules::resample);
    put(rules, "Interp", LegacyRules::interpolate);
    put(rules, "Gemm", LegacyRules::product);
    put(rules, "Copy", layer -> layer.bind(0, layer.input(0)));
  }

  private static void put(Map<String, LayerRule> rules, String type, LayerRule rule) {
    rules.put(LayerRules.LEGACY + type, rule);
  }

  private static long[] withLeading(long[] spatial, long... leading) {
    long[] shape = Arrays.copyOf(leading, leading.length + spatial.length);
    System.arraycopy(spatial, 0, shape, leading.length, spatial.length);
    return shape;
  }

  private static long channels(LayerContext layer) {
    Shape shape = layer.shape(0);
    long channels = shape.rank() < 2 ? -1 : shape.get(1).lengthOrMinusOne();
    if (channels < 1) {
      throw new InputException("the number of channels of its input is not known");
    }
    return channels;
  }

  private static void finishWithBias(
      LayerContext layer, String type, Attributes attributes, String weights, long outputs) {
    String bias = layer.blob("biases", outputs);
    if (bias == null) {
      layer.finish(type, attributes, layer.input(0), weights);
    } else {
      layer.finish(type, attributes, layer.input(0), weights, bias);
    }
  }

  private static String weights(LayerContext layer, long... shape) {
    String weights = layer.blob("weights", shape);
    if (weights == null) {
      throw new InputException("it lacks its weights");
    }
    return weights;
  }

  private static long group(LayerContext layer, long channels, long outputs) {
    long group = layer.data.integer("group", 1);
    if (group < 1 || channels % group != 0 || outputs % group != 0) {
      throw new InputException(
          "its group " + group + " divides not both of " + channels + " and " + outputs);
    }
    return group;
  }

  private static void convolution(LayerContext layer) {
    long[] kernel = layer.data.integers("kernel");
    long outputs = layer.data.integer("output");
    long channels = channels(layer);
    long group = group(layer, channels, outputs);
    Attributes attributes =
        DilatedPadding.explicit(layer, ConvolutionRules.window(layer, kernel.length), kernel)
            .with("group", group)
            .with("kernel_shape", kernel);
    String weights = weights(layer, withLeading(kernel, outputs, channels / group));
    finishWithBias(layer, "Conv", attributes, weights, outputs);
  }

  private static void deconvolution(LayerContext layer) {
    long[] kernel = layer.data.integers("kernel");
    long outputs = layer.data.integer("output");
    long channels = channels(layer);
    long group = group(layer, channels, outputs);
    Attributes attributes =
        ConvolutionRules.window(layer, kernel.length)
            .with("group", group)
            .with("kernel_shape", kernel);
    if (attributes.has("auto_pad")) {
      throw new InexpressibleLayerException("it pads automatically");
    }
    String weights = weights(layer, withLeading(kernel, channels, outputs / group));
    finishWithBias(layer, "ConvTranspose", attributes, weights, outputs);
  }

  private static void fullyConnected(LayerContext layer) {
    long outputs = layer.data.integer("out-size");
    long inputs = Arrays.stream(layer.lengths(0)).skip(1).reduce(1, Math::multiplyExact);
    String rows =
        layer.rank(0) == 2
            ? layer.input(0)
            : layer.emit("Flatten", Attributes.NONE.with("axis", 1L), layer.input(0));
    String weights = weights(layer, outputs, inputs);
    String bias = layer.blob("biases", outputs);
    Attributes attributes = Attributes.NONE.with("transB", 1L);
    if (bias == null) {
      layer.finish("Gemm", attributes, rows, weights);
    } else {
      layer.finish("Gemm", attributes, rows, weights, bias);
    }
  }

  private static void pooling(LayerContext layer) {
    String method = layer.data.word("pool-method", "max");
    if (!method.equals("max") && !method.equals("avg")) {
      throw new InputException("its pool-method should be max or avg, found " + method);
    }
    PoolingRules.pool(layer, method.equals("max"), "kernel");
  }

  private static void scaleShift(LayerContext layer) {
    long channels = channels(layer);
    long[] shape = new long[layer.rank(0) - 1];
    Arrays.fill(shape, 1);
    shape[0] = channels;
    String scale = layer.blob("weights", shape);
    String shift = layer.blob("biases", shape);
    String value = layer.input(0);
    if (scale != null) {
      if (shift == null) {
        layer.finish("Mul", Attributes.NONE, value, scale);
        return;
      }
      value = layer.emit("Mul", value, scale);
    }
    if (shift == null) {
      throw new InputException("it has neither weights nor biases");
    }
    layer.finish("Add", Attributes.NONE, value, shift);
  }

  /** Weights are variances, biases means. */
  private static void batchNormalization(LayerContext layer) {
    long channels = channels(layer);
    int count = Math.toIntExact(channels);
    String variance = weights(layer, channels);
    String mean = layer.blob("biases", channels);
    layer.finish(
        "BatchNormalization",
        Attributes.NONE.with("epsilon", layer.data.number("epsilon", 1e-5f)),
        layer.input(0),
        layer.constant(NormalizationRules.repeated(1, count)),
        layer.constant(NormalizationRules.repeated(0, count)),
        mean == null ? layer.constant(NormalizationRules.repeated(0, count)) : mean,
        variance);
  }

  private static void eltwise(LayerContext layer) {
    String operation = layer.data.word("operation", "sum");
    String type =
        switch (operation) {
          case "sum" -> "Add";
          case "mul", "prod" -> "Mul";
          case "max" -> "Max";
          case "min" -> "Min";
          case "sub" -> "Sub";
          case "div" -> "Div";
          case "pow" -> "Pow";
          case "equal" -> "Equal";
          case "less" -> "Less";
          case "greater" -> "Greater";
          case "squared_diff" -> "Sub";
          default -> throw new InexpressibleLayerException("its operation is " + operation);
        };
    float[] factors = layer.data.numbers("coeff");
    String value = scaled(layer, 0, factors);
    for (int index = 1; index < layer.inputCount(); index++) {
      value = layer.emit(type, value, scaled(layer, index, factors));
    }
    if (operation.equals("squared_diff")) {
      value = layer.emit("Mul", value, value);
    }
    layer.finish("Identity", Attributes.NONE, value);
  }

  private static String scaled(LayerContext layer, int index, float[] factors) {
    return index >= factors.length || factors[index] == 1
        ? layer.input(index)
        : layer.emit("Mul", layer.input(index), layer.scalarLike(index, factors[index]));
  }

  /** (shift + scale * x) to a power. */
  private static void power(LayerContext layer) {
    String value = layer.input(0);
    float scale = layer.data.number("scale", 1);
    float shift = layer.data.number("shift", 0);
    float power = layer.data.number("power", 1);
    value = scale == 1 ? value : layer.emit("Mul", value, layer.scalarLike(0, scale));
    value = shift == 0 ? value : layer.emit("Add", value, layer.scalarLike(0, shift));
    value = power == 1 ? value : layer.emit("Pow", value, layer.scalarLike(0, power));
    layer.finish("Identity", Attributes.NONE, value);
  }

  private static void prelu(LayerContext layer) {
    long[] shape = new long[layer.rank(0) - 1];
    Arrays.fill(shape, 1);
    shape[0] = layer.data.flag("channel_shared", false) ? 1 : channels(layer);
    layer.finish("PRelu", Attributes.NONE, layer.input(0), weights(layer, shape));
  }

  private static void activation(LayerContext layer) {
    String type = layer.data.word("type", "");
    switch (type) {
      case "sigmoid" -> layer.finish("Sigmoid", Attributes.NONE, layer.input(0));
      case "tanh" -> layer.finish("Tanh", Attributes.NONE, layer.input(0));
      case "relu" -> layer.finish("Relu", Attributes.NONE, layer.input(0));
      case "exp" -> layer.finish("Exp", Attributes.NONE, layer.input(0));
      case "not" -> layer.finish("Not", Attributes.NONE, layer.input(0));
      case "elu" ->
          layer.finish(
              "Elu", Attributes.NONE.with("alpha", layer.data.number("alpha", 1)), layer.input(0));
      default -> throw new InexpressibleLayerException("its type is " + type);
    }
  }

  private static void permute(LayerContext layer) {
    layer.finish(
        "Transpose", Attributes.NONE.with("perm", layer.data.integers("order")), layer.input(0));
  }

  static long[] flattened(long[] shape, int from, int to) {
    if (from > to) {
      throw new InputException("it joins axes " + from + " to " + to);
    }
    long joined = 1;
    for (int axis = from; axis <= to; axis++) {
      joined = Math.multiplyExact(joined, shape[axis]);
    }
    return LongStream.concat(
            LongStream.concat(Arrays.stream(shape, 0, from), LongStream.of(joined)),
            Arrays.stream(shape, to + 1, shape.length))
        .toArray();
  }

  /** Zeros copy lengths, so that the batch may change. */
  private static void flatten(LayerContext layer) {
    int rank = layer.rank(0);
    int from = LayerContext.axis(layer.data.integer("axis", 1), rank);
    int to = LayerContext.axis(layer.data.integer("end_axis", -1), rank);
    if (to == rank - 1) {
      long[] target = new long[from + 1];
      target[from] = -1;
      layer.finish("Reshape", Attributes.NONE, layer.input(0), layer.ints(target));
    } else {
      layer.finish(
          "Reshape",
          Attributes.NONE,
          layer.input(0),
          layer.ints(flattened(layer.lengths(0), from, to)));
    }
  }

  private static void reshape(LayerContext layer) {
    if (layer.inputCount() > 1) {
      layer.finish("Reshape", Attributes.NONE, layer.input(0), ShapeRules.vector(layer, 1));
      return;
    }
    boolean whole = layer.data.integer("axis", 0) == 0 && layer.data.integer("num_axes", -1) == -1;
    if (!whole) {
      throw new InexpressibleLayerException("it reshapes some axes only");
    }
    layer.finish(
        "Reshape", Attributes.NONE, layer.input(0), layer.ints(layer.data.integers("dim")));
  }

  /** Lengths of the parts are those of the ports. */
  private static void split(LayerContext layer) {
    int axis = LayerContext.axis(layer.data.integer("axis", 1), layer.rank(0));
    int parts = layer.layer().outputs().size();
    long[] lengths = new long[parts];
    for (int part = 0; part < parts; part++) {
      List<Long> dimensions = layer.layer().outputs().get(part).dimensions();
      if (axis >= dimensions.size()) {
        throw new InputException("its output " + part + " lacks axis " + axis);
      }
      lengths[part] = dimensions.get(axis);
    }
    layer.finishAll(
        "Split",
        Attributes.NONE.with("axis", (long) axis),
        parts,
        List.of(layer.input(0), layer.ints(lengths)));
  }

  private static void norm(LayerContext layer) {
    if (!layer.data.word("region", "across").equals("across")) {
      throw new InexpressibleLayerException("it normalizes within channels");
    }
    layer.finish(
        "LRN",
        Attributes.NONE
            .with("alpha", layer.data.number("alpha", 1e-4f))
            .with("beta", layer.data.number("beta", 0.75f))
            .with("bias", layer.data.number("k", 1))
            .with("size", layer.data.integer("local-size", layer.data.integer("local_size", 5))),
        layer.input(0));
  }

  private static void normalize(LayerContext layer) {
    boolean everywhere = layer.data.flag("across_spatial", false);
    long[] axes = everywhere ? LongStream.range(1, layer.rank(0)).toArray() : new long[] {1};
    String norm = NormalizationRules.norm(layer, axes, layer.data.number("eps", 0), "add");
    long count = layer.data.flag("channel_shared", false) ? 1 : channels(layer);
    long[] shape = new long[layer.rank(0) - 1];
    Arrays.fill(shape, 1);
    shape[0] = count;
    String scale = layer.blob("weights", shape);
    if (scale == null) {
      layer.finish("Div", Attributes.NONE, layer.input(0), norm);
    } else {
      String unit = layer.emit("Div", layer.input(0), norm);
      layer.finish("Mul", Attributes.NONE, unit, scale);
    }
  }

  private static void tile(LayerContext layer) {
    long[] repeats = new long[layer.rank(0)];
    Arrays.fill(repeats, 1);
    repeats[LayerContext.axis(layer.data.integer("axis", 0), repeats.length)] =
        layer.data.integer("tiles", 1);
    layer.finish("Tile", Attributes.NONE, layer.input(0), layer.ints(repeats));
  }

  private static void crop(LayerContext layer) {
    long[] axes = layer.data.integers("axis");
    long[] from = layer.data.integers("offset");
    long[] lengths = layer.data.integers("dim", new long[0]);
    if (from.length != axes.length || lengths.length != axes.length) {
      throw new InexpressibleLayerException("it takes its lengths from another input");
    }
    long[] to = new long[from.length];
    Arrays.setAll(to, index -> from[index] + lengths[index]);
    layer.finish(
        "Slice",
        Attributes.NONE,
        layer.input(0),
        layer.ints(from),
        layer.ints(to),
        layer.ints(axes));
  }

  private static long @Nullable [] target(LayerContext layer) {
    List<Long> target = layer.layer().outputs().get(0).dimensions();
    return target.stream().anyMatch(length -> length < 1)
        ? null
        : target.stream().mapToLong(Long::longValue).toArray();
  }

  private static void resample(LayerContext layer) {
    boolean nearest = layer.data.word("type", "").endsWith("nearest");
    boolean linear = layer.data.word("type", "").endsWith("linear");
    long[] target = target(layer);
    if ((!nearest && !linear)
        || target == null
        || layer.data.flag("antialias", false) && !nearest) {
      throw new InexpressibleLayerException("its type is " + layer.data.text("type", "absent"));
    }
    Attributes attributes =
        Attributes.NONE
            .with("mode", nearest ? "nearest" : "linear")
            .with("coordinate_transformation_mode", nearest ? "asymmetric" : "half_pixel");
    layer.finish(
        "Resize",
        nearest ? attributes.with("nearest_mode", "floor") : attributes,
        layer.input(0),
        "",
        "",
        layer.ints(target));
  }

  private static void interpolate(LayerContext layer) {
    long[] target = target(layer);
    if (target == null
        || layer.data.integer("pad_beg", 0) != 0
        || layer.data.integer("pad_end", 0) != 0) {
      throw new InexpressibleLayerException("it pads what it interpolates");
    }
    boolean corners = layer.data.flag("align_corners", true);
    layer.finish(
        "Resize",
        Attributes.NONE
            .with("mode", "linear")
            .with("coordinate_transformation_mode", corners ? "align_corners" : "asymmetric"),
        layer.input(0),
        "",
        "",
        layer.ints(target));
  }

  private static void product(LayerContext layer) {
    boolean first = layer.data.flag("transpose_a", false);
    boolean second = layer.data.flag("transpose_b", false);
    if (first || second || layer.dataType(0) == DataType.INT32) {
      throw new InexpressibleLayerException("it transposes its inputs");
    }
    String value = layer.emit("MatMul", layer.input(0), layer.input(1));
    if (layer.hasInput(2)) {
      layer.finish("Add", Attributes.NONE, value, layer.input(2));
    } else {
      layer.finish("Identity", Attributes.NONE, value);
    }
  }
}
