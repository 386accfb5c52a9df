package io.nncf4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nncf4j.core.format.ModelFiles;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.rewrite.LowerFakeQuantize;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.data.SampleSource;
import io.nncf4j.data.description.DatasetDescription;
import io.nncf4j.engines.Session;
import io.nncf4j.engines.SessionOptions;
import io.nncf4j.engines.onnxruntime.OnnxRuntimeEngine;
import io.nncf4j.testing.Closeness;
import io.nncf4j.testing.SharedFiles;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Models in 8 bits, written as IR and read again, see in pictures what they saw before. */
class QuantizedIrTest {
  private static final int PICTURES = 40;

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "models/classification/mobilenet_v1_0.25_224.onnx, imagenet-500/mobilenet.yaml",
    "models/classification/squeezenet1.1.onnx, imagenet-500/squeezenet.yaml",
    "models/classification/resnet20-cifar10.onnx, cifar10/test.yaml"
  })
  void givesTheSameClasses(String model, String data) {
    Path description = SharedFiles.data(data);
    Path integers = folder.resolve("int8.onnx");
    CommandRun quantized =
        CommandRun.of(
            "quantize",
            SharedFiles.data(model),
            "--data",
            description,
            "-o",
            integers,
            "--subset-size",
            "16",
            "--no-evaluate",
            "--no-latency-guard",
            "--no-report");
    assertThat(quantized.exitCode()).as(quantized.error()).isZero();
    Path network = folder.resolve("int8.xml");
    CommandRun converted = CommandRun.of("convert", integers, "-o", network);
    assertThat(converted.exitCode()).as(converted.error()).isZero();
    int agreed = 0;
    double worst = 0;
    try (SampleSource pictures = DatasetDescription.read(description).open();
        Session before = session(integers);
        Session after = session(network)) {
      for (int index = 0; index < PICTURES; index++) {
        Tensor input = pictures.load(index).input();
        Tensor picture =
            input.reshape(1, input.dimension(0), input.dimension(1), input.dimension(2));
        Tensor expected = run(before, picture);
        Tensor found = run(after, picture);
        agreed += highest(found) == highest(expected) ? 1 : 0;
        worst =
            Math.max(
                worst, Closeness.difference(expected.size(), found::doubleAt, expected::doubleAt));
      }
    }
    assertThat(agreed).as("the same class of " + PICTURES).isEqualTo(PICTURES);
    assertThat(worst).isLessThanOrEqualTo(1e-5);
  }

  private static Session session(Path file) {
    Model model = new LowerFakeQuantize().apply(ModelFiles.read(file)).model();
    return new OnnxRuntimeEngine().compile(model, SessionOptions.defaults());
  }

  private static Tensor run(Session session, Tensor picture) {
    return session.run(Map.of(session.inputs().get(0).name(), picture)).values().iterator().next();
  }

  private static int highest(Tensor scores) {
    float[] values = scores.toFloats();
    int best = 0;
    for (int index = 1; index < values.length; index++) {
      best = values[index] > values[best] ? index : best;
    }
    return best;
  }
}
