package io.nncf4j.formats.pytorch;

import static org.assertj.core.api.Assertions.assertThat;

import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.Session;
import io.nncf4j.engines.SessionOptions;
import io.nncf4j.engines.onnxruntime.OnnxRuntimeEngine;
import io.nncf4j.testing.Closeness;
import io.nncf4j.testing.NpyArray;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs models on ONNX Runtime and compares what comes out. */
final class Running {
  private Running() {}

  /** Outputs by position for inputs by position. */
  static List<Tensor> run(Model model, Tensor... inputs) {
    Map<String, Tensor> named = new LinkedHashMap<>();
    int index = 0;
    for (Value input : model.graph().inputs()) {
      named.put(input.name(), inputs[index++]);
    }
    try (Session session =
        new OnnxRuntimeEngine().compile(model, SessionOptions.defaults().withOptimize(false))) {
      return new ArrayList<>(session.run(named).values());
    }
  }

  static Tensor npy(Path file) {
    NpyArray array = NpyArray.read(file);
    DataType type =
        switch (array.type()) {
          case "f4" -> DataType.FLOAT32;
          case "i8" -> DataType.INT64;
          default -> throw new AssertionError(array.type());
        };
    return Tensor.of(type, array.shape(), array.bytes());
  }

  /** Every output differs by at most {@code tolerance} of its largest magnitude. */
  static void assertClose(List<Tensor> found, List<Tensor> expected, double tolerance) {
    assertThat(found).hasSameSizeAs(expected);
    for (int output = 0; output < found.size(); output++) {
      assertThat(found.get(output).shape()).isEqualTo(expected.get(output).shape());
      Tensor got = found.get(output);
      Tensor wanted = expected.get(output);
      assertThat(Closeness.difference(wanted.size(), got::doubleAt, wanted::doubleAt))
          .as("output " + output)
          .isLessThanOrEqualTo(tolerance);
    }
  }
}
