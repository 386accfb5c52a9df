package io.nncf4j.formats.openvino;

import static org.assertj.core.api.Assertions.assertThat;

import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.rewrite.LowerFakeQuantize;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.Session;
import io.nncf4j.engines.SessionOptions;
import io.nncf4j.engines.onnxruntime.OnnxRuntimeEngine;
import io.nncf4j.testing.Closeness;
import io.nncf4j.testing.SharedFiles;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Runs models on ONNX Runtime and compares what comes out. */
final class Running {
  private Running() {}

  /** Reproducible inputs; lengths that are not known become {@code unknownLength}. */
  static Map<String, Tensor> inputs(Model model, long unknownLength) {
    Random random = new Random(7);
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    for (Value input : model.graph().inputs()) {
      Shape shape = java.util.Objects.requireNonNull(input.tensorType().shape());
      long[] lengths =
          shape.dimensions().stream()
              .mapToLong(each -> each.isKnown() ? each.lengthOrMinusOne() : unknownLength)
              .toArray();
      double[] values = new double[Tensor.elementCount(lengths)];
      DataType type = java.util.Objects.requireNonNull(input.tensorType().dataType());
      for (int index = 0; index < values.length; index++) {
        values[index] = type.isFloatingPoint() ? random.nextDouble() * 2 - 1 : random.nextInt(4);
      }
      inputs.put(input.name(), Tensor.ofDoubles(type, values, lengths));
    }
    return inputs;
  }

  /** True for a single input of three channels. */
  static boolean takesPhoto(Model model) {
    Shape shape = model.graph().inputs().get(0).tensorType().shape();
    return model.graph().inputs().size() == 1
        && shape != null
        && shape.rank() == 4
        && shape.get(1).lengthOrMinusOne() == 3;
  }

  /** A photo with faces, stretched, in the range that the model of this name was made for. */
  static Map<String, Tensor> photo(Model model, long unknownLength, String modelName) {
    float white = modelName.startsWith("yunet") ? 255 : modelName.startsWith("mobile") ? 2 : 1;
    float black = modelName.startsWith("mobile") ? -1 : 0;
    Map<String, Tensor> inputs = inputs(model, unknownLength);
    String name = inputs.keySet().iterator().next();
    long[] shape = java.util.Objects.requireNonNull(inputs.get(name)).shape();
    int height = (int) shape[2];
    int width = (int) shape[3];
    float[] values = new float[Tensor.elementCount(shape)];
    try {
      java.awt.image.BufferedImage image =
          javax.imageio.ImageIO.read(SharedFiles.data("faces/12.jpg").toFile());
      for (int index = 0; index < values.length; index++) {
        int x = index % width * image.getWidth() / width;
        int y = index / width % height * image.getHeight() / height;
        int channel = index / width / height % 3;
        values[index] = (image.getRGB(x, y) >> 8 * channel & 255) / 255f * white + black;
      }
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return Map.of(name, Tensor.ofFloats(values, shape));
  }

  /** Outputs by position. */
  static List<Tensor> run(Model model, Map<String, Tensor> inputs) {
    Model lowered = new LowerFakeQuantize().apply(model).model();
    try (Session session =
        new OnnxRuntimeEngine().compile(lowered, SessionOptions.defaults().withOptimize(false))) {
      return new ArrayList<>(session.run(inputs).values());
    }
  }

  /** The same tensors for a model whose inputs have other names. */
  static Map<String, Tensor> renamed(Map<String, Tensor> inputs, Model model) {
    Map<String, Tensor> renamed = new LinkedHashMap<>();
    int index = 0;
    for (Tensor tensor : inputs.values()) {
      renamed.put(model.graph().inputs().get(index++).name(), tensor);
    }
    return renamed;
  }

  /** Every output differs by at most {@code tolerance} of its largest magnitude. */
  static void assertClose(List<Tensor> found, List<Tensor> expected, double tolerance) {
    assertThat(found).hasSameSizeAs(expected);
    for (int output = 0; output < found.size(); output++) {
      assertThat(found.get(output).shape()).isEqualTo(expected.get(output).shape());
      assertThat(difference(found.get(output), expected.get(output)))
          .as("difference of output " + output)
          .isLessThanOrEqualTo(tolerance);
    }
  }

  /** Largest difference as a part of the largest magnitude. */
  static double difference(Tensor found, Tensor expected) {
    return Closeness.difference(expected.size(), found::doubleAt, expected::doubleAt);
  }
}
