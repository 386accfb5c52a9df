package io.nncf4j.oracles.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;

import io.nncf4j.core.graph.Model;
import io.nncf4j.core.rewrite.LowerFakeQuantize;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.Session;
import io.nncf4j.engines.SessionOptions;
import io.nncf4j.engines.onnxruntime.OnnxRuntimeEngine;
import io.nncf4j.testing.Closeness;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/** What our reader made of a model, run by ONNX Runtime, against what TensorFlow computed. */
final class Comparison {
  private Comparison() {}

  /** Reproducible values between -1 and 1, or small integers. */
  static Tensor noise(DataType type, long... shape) {
    Random random = new Random(11);
    double[] values = new double[Tensor.elementCount(shape)];
    for (int index = 0; index < values.length; index++) {
      values[index] = type.isFloatingPoint() ? random.nextDouble() * 2 - 1 : random.nextInt(2);
    }
    return Tensor.ofDoubles(type, values, shape);
  }

  /** Runs the model; pictures that it takes with channels first are given so. */
  static Map<String, Tensor> run(Model model, Map<String, Tensor> inputs) {
    Map<String, Tensor> given = new LinkedHashMap<>();
    model
        .graph()
        .inputs()
        .forEach(
            input -> {
              Tensor tensor = Objects.requireNonNull(inputs.get(input.name()), input.name());
              var shape = Objects.requireNonNull(input.tensorType().shape());
              boolean turned =
                  shape.rank() == 4
                      && (shape.get(1).lengthOrMinusOne() != tensor.dimension(1)
                          || shape.get(3).lengthOrMinusOne() != tensor.dimension(3));
              given.put(input.name(), turned ? channelsFirst(tensor) : tensor);
            });
    Model lowered = new LowerFakeQuantize().apply(model).model();
    try (Session session =
        new OnnxRuntimeEngine().compile(lowered, SessionOptions.defaults().withOptimize(false))) {
      return session.run(given);
    }
  }

  static Tensor channelsFirst(Tensor picture) {
    long[] shape = picture.shape();
    int rank = shape.length;
    int channels = (int) shape[rank - 1];
    int pixels = (int) (picture.size() / shape[0] / channels);
    double[] values = new double[picture.size()];
    for (int index = 0; index < values.length; index++) {
      int channel = index % channels;
      int pixel = index / channels % pixels;
      int item = index / channels / pixels;
      values[(item * channels + channel) * pixels + pixel] = picture.doubleAt(index);
    }
    long[] first = shape.clone();
    first[1] = channels;
    System.arraycopy(shape, 1, first, 2, rank - 2);
    return Tensor.ofDoubles(picture.dataType(), values, first);
  }

  /**
   * Each output differs by at most {@code tolerance} of its largest magnitude.
   *
   * @return the largest difference of all outputs, as a part of the largest magnitude
   */
  static double assertClose(
      Map<String, Tensor> found, Map<String, Tensor> expected, double tolerance) {
    double worst = 0;
    assertThat(found.keySet()).containsAll(expected.keySet());
    for (Map.Entry<String, Tensor> each : expected.entrySet()) {
      Tensor got = Objects.requireNonNull(found.get(each.getKey()));
      Tensor plain = each.getValue();
      boolean turned = plain.rank() > 3 && !java.util.Arrays.equals(got.shape(), plain.shape());
      Tensor wanted = turned ? channelsFirst(plain) : plain;
      assertThat(got.dataType()).as(each.getKey()).isEqualTo(wanted.dataType());
      assertThat(got.shape()).as(each.getKey()).isEqualTo(wanted.shape());
      double difference = Closeness.difference(wanted.size(), got::doubleAt, wanted::doubleAt);
      assertThat(difference).as(each.getKey()).isLessThanOrEqualTo(tolerance);
      worst = Math.max(worst, difference);
    }
    return worst;
  }
}
