package io.nncf4j.compression.pruning.selection;

import io.nncf4j.compression.GraphSketch;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.tensor.Tensor;
import java.util.Arrays;

/** The larger net of the oracle, in one to three dimensions; its README gives the weights. */
final class BigNetwork {
  private final int dimensions;
  private final GraphSketch sketch = new GraphSketch();

  private BigNetwork(int dimensions) {
    this.dimensions = dimensions;
  }

  static Model of(int dimensions) {
    return new BigNetwork(dimensions).model();
  }

  private long[] shape(long... start) {
    int fixed = start.length - 1;
    long[] shape = Arrays.copyOf(start, fixed + dimensions);
    Arrays.fill(shape, fixed, shape.length, start[fixed]);
    return shape;
  }

  /** Constant weights, an identity on the last two axes, and a number that grows with a filter. */
  private Tensor weight(
      float base, boolean grownByOutput, boolean grownByInputZero, long... start) {
    long[] shape = shape(start);
    float[] values = new float[Tensor.elementCount(shape)];
    int kernel = (int) start[2];
    int each = (int) Math.pow(kernel, dimensions);
    int inner = (int) shape[1] * each;
    for (int index = 0; index < values.length; index++) {
      values[index] = base;
      if (dimensions > 1 && index / kernel % kernel == index % kernel) {
        values[index] += 1;
      }
      if (grownByOutput) {
        values[index] += index / inner;
      }
      if (grownByInputZero && index < inner) {
        values[index] += index / each;
      }
    }
    return Tensor.ofFloats(values, shape);
  }

  private static float[] filled(int count, float value) {
    float[] values = new float[count];
    Arrays.fill(values, value);
    return values;
  }

  private void norm(String name, String input, int channels) {
    for (String parameter : new String[] {"scale", "mean", "bias", "var"}) {
      boolean one = parameter.equals("scale") || parameter.equals("var");
      sketch.floats(name + "." + parameter, filled(channels, one ? 1 : 0));
    }
    sketch.node(
        name,
        "BatchNormalization",
        input,
        name + ".scale",
        name + ".bias",
        name + ".mean",
        name + ".var");
  }

  private Model model() {
    long features = 448 * (long) Math.pow(7, dimensions - 1);
    float[] rows = new float[(int) (128 * features)];
    for (int index = 0; index < rows.length; index++) {
      rows[index] = index / features;
    }
    long[] reshaped = shape(1, 128, 1);
    sketch
        .input("x", shape(1, 1, 8))
        .constant("conv1.w", weight(0, true, false, 16, 1, 2))
        .floats("conv1.b", filled(16, 1))
        .node("conv1", "Conv", "x", "conv1.w", "conv1.b");
    norm("bn1", "conv1", 16);
    sketch
        .node("relu1", "Relu", "bn1")
        .constant("dw.w", weight(0, true, false, 16, 1, 3))
        .floats("dw.b", filled(16, 1))
        .node("conv_depthwise", "Conv", Attributes.NONE.with("group", 16), "relu1", "dw.w", "dw.b")
        .constant("conv2.w", weight(20, true, false, 32, 16, 3))
        .floats("conv2.b", filled(32, 0))
        .node("conv2", "Conv", "conv_depthwise", "conv2.w", "conv2.b");
    norm("bn2", "conv2", 32);
    long[] strides = new long[dimensions];
    Arrays.fill(strides, 2);
    sketch
        .node("relu2", "Relu", "bn2")
        .constant("up.w", weight(3, false, true, 32, 64, 3))
        .floats("up.b", filled(64, 1))
        .node(
            "up",
            "ConvTranspose",
            Attributes.NONE.with("strides", strides),
            "relu2",
            "up.w",
            "up.b")
        .node("relu3", "Relu", "up")
        .longs("flat", 1, features)
        .node("flattened", "Reshape", "relu3", "flat")
        .constant("linear.w", Tensor.ofFloats(rows, 128, features))
        .floats("linear.b", filled(128, 1))
        .node(
            "linear",
            "Gemm",
            Attributes.NONE.with("transB", 1),
            "flattened",
            "linear.w",
            "linear.b")
        .longs("places", reshaped)
        .node("reshaped", "Reshape", "linear", "places");
    norm("bn3", "reshaped", 128);
    sketch
        .constant("conv3.w", weight(5, false, false, 1, 128, 1))
        .floats("conv3.b", filled(1, 0))
        .node("conv3", "Conv", "bn3", "conv3.w", "conv3.b");
    return sketch.model("conv3");
  }
}
