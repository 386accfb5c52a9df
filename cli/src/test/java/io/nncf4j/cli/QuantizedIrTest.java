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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Models in 8 bits, written as IR and read again, see in pictures what they saw before. The suite
 * takes a few models and pictures; {@code -Dnncf.pictures=100} takes all models and so many.
 */
class QuantizedIrTest {
  private static final int PICTURES = Integer.getInteger("nncf.pictures", 0);
  private static final int FEW = 10;

  @TempDir Path folder;

  /**
   * @param file under {@code models}
   * @param data a description, or a folder of pictures and the width and height to bring them to
   * @param classifies whether the highest score is what matters
   */
  private record Subject(String file, String data, boolean classifies, boolean quick) {
    @Override
    public String toString() {
      return file;
    }
  }

  private static Subject classifier(String file, String data, boolean quick) {
    return new Subject("classification/" + file + ".onnx", data, true, quick);
  }

  private static Subject detector(String file, String data, boolean quick) {
    return new Subject("detection/" + file + ".onnx", data, false, quick);
  }

  static Stream<Subject> subjects() {
    return Stream.of(
            classifier("mobilenet_v1_0.25_224", "imagenet-500/mobilenet.yaml", true),
            classifier("mobilenet_v2_1.0_224", "imagenet-500/mobilenet.yaml", false),
            classifier("squeezenet1.1", "imagenet-500/squeezenet.yaml", false),
            classifier("resnet20-cifar10", "cifar10/test.yaml", true),
            classifier("resnet56-cifar10", "cifar10/test.yaml", false),
            classifier("ppocr-direction-mobilenetv3", "imagenet-500/images 192 48", false),
            new Subject(
                "cross-format-samplenet/samplenet.onnx",
                "cifar10/cifar10-images.zip!test 32 32",
                true,
                true),
            detector("nanodet-m-416", "coco128/images 416 416", false),
            detector("fastestdet-352", "coco128/images 352 352", false),
            detector("ultraface-rfb-320", "faces 320 240", false),
            detector("ultraface-rfb-320-without-postprocessing", "faces 320 240", false),
            detector("yunet_n_320_320", "faces 320 320", true),
            detector("yunet_n_dynamic", "faces 320 320", false))
        .filter(subject -> subject.quick() || PICTURES > 0);
  }

  @ParameterizedTest
  @MethodSource("subjects")
  void givesTheSame(Subject subject) throws IOException {
    Path description = description(subject.data());
    Path integers = folder.resolve("int8.onnx");
    CommandRun quantized =
        CommandRun.of(
            "quantize",
            SharedFiles.data("models").resolve(subject.file()),
            "--data",
            description,
            "-o",
            integers,
            "--subset-size",
            "8",
            "--no-evaluate",
            "--no-latency-guard",
            "--no-report");
    assertThat(quantized.exitCode()).as(quantized.error()).isZero();
    Path network = folder.resolve("int8.xml");
    CommandRun converted = CommandRun.of("convert", integers, "-o", network);
    assertThat(converted.exitCode()).as(converted.error()).isZero();
    Path again = folder.resolve("again.onnx");
    CommandRun back = CommandRun.of("convert", network, "-o", again);
    assertThat(back.exitCode()).as(back.error()).isZero();
    compare(subject, description, integers, again);
  }

  private static void compare(Subject subject, Path description, Path integers, Path again) {
    int agreed = 0;
    int count = 0;
    double worst = 0;
    try (SampleSource pictures = DatasetDescription.read(description).open();
        Session before = session(integers);
        Session after = session(again)) {
      for (; count < Math.min(PICTURES > 0 ? PICTURES : FEW, pictures.size()); count++) {
        Tensor input = pictures.load(count).input();
        Tensor picture =
            input.reshape(1, input.dimension(0), input.dimension(1), input.dimension(2));
        Map<String, Tensor> expected = run(before, picture);
        Map<String, Tensor> found = run(after, picture);
        assertThat(found.keySet()).isEqualTo(expected.keySet());
        String first = expected.keySet().iterator().next();
        agreed += highest(found.get(first)) == highest(expected.get(first)) ? 1 : 0;
        for (Map.Entry<String, Tensor> each : expected.entrySet()) {
          Tensor wanted = each.getValue();
          Tensor got = found.get(each.getKey());
          assertThat(got.shape()).as(each.getKey()).isEqualTo(wanted.shape());
          worst =
              Math.max(worst, Closeness.difference(wanted.size(), got::doubleAt, wanted::doubleAt));
        }
      }
    }
    System.out.printf(
        Locale.ROOT,
        "%s: %d pictures, the same highest score in %d, largest difference %.1e%n",
        subject,
        count,
        agreed,
        worst);
    if (subject.classifies()) {
      assertThat(agreed)
          .as("the same class of " + count)
          .isGreaterThanOrEqualTo(count * 995 / 1000);
    }
    assertThat(worst).isLessThanOrEqualTo(1e-5);
  }

  /** Pictures that are only to be looked at need a description of their size alone. */
  private Path description(String data) throws IOException {
    String[] parts = data.split(" ");
    if (parts.length == 1) {
      return SharedFiles.data(data);
    }
    Path file = folder.resolve("data.yaml");
    return Files.writeString(
        file,
        """
        images: %s
        input:
          resize: {width: %s, height: %s, mode: stretch}
          color: RGB
          scale: 1.0
          mean: [127, 127, 127]
          std: [128, 128, 128]
          layout: NCHW
        """
            .formatted(SharedFiles.data("").resolve(parts[0]), parts[1], parts[2]));
  }

  private static Session session(Path file) {
    Model model = new LowerFakeQuantize().apply(ModelFiles.read(file)).model();
    return new OnnxRuntimeEngine().compile(model, SessionOptions.defaults());
  }

  private static Map<String, Tensor> run(Session session, Tensor picture) {
    return session.run(Map.of(session.inputs().get(0).name(), picture));
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
