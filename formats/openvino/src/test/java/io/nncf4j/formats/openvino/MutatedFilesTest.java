package io.nncf4j.formats.openvino;

import static org.assertj.core.api.Assertions.assertThat;

import io.nncf4j.core.InputException;
import io.nncf4j.core.UnsupportedOperatorException;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.operator.ShapeInference;
import io.nncf4j.core.print.TextPrinter;
import io.nncf4j.testing.DamagedFiles;
import io.nncf4j.testing.SharedFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damaged IRs end in an {@link InputException} or in a model that can be printed, inferred and
 * written (or is refused with a list); never in another error or memory running out.
 *
 * <p>A thousand files by default; more as {@link DamagedFiles} says:
 *
 * <pre>
 *   mvn -pl formats/openvino -am test -Dtest=MutatedFilesTest -Dsurefire.failIfNoSpecifiedTests=false \
 *       -Dnncf.mutations=100000 [-Dnncf.seed=first]
 * </pre>
 */
class MutatedFilesTest {
  private static final List<String> ORIGINALS =
      List.of(
          "data/models/cross-format-samplenet/SampLeNet.xml",
          "data/models/openvino/squeezenet1.1-v6/squeezenet1.1.xml",
          "data/models/openvino/face-detection-retail-0004-v3/face-detection-retail-0004.xml",
          "data/models/cross-format-samplenet/SampLeNet.xml",
          "data/models/openvino/mobilefacenet-v10/mobilefacenet.xml");

  private static final List<String> NUMBERS =
      List.of(
          "-1",
          "0",
          "1",
          "2",
          "7",
          "65536",
          "2147483647",
          "2147483648",
          "-2147483649",
          "9223372036854775807",
          "99999999999999999999",
          "",
          "x",
          "1e9",
          "NaN",
          "1,1",
          "?",
          "...");

  @TempDir Path folder;

  @Test
  void endInAnInputExceptionOrAModel() {
    DamagedFiles.attempt(
        (seed, random) -> {
          Path original = SharedFiles.path(ORIGINALS.get((int) (seed % ORIGINALS.size())));
          return isValid(damaged(original, random));
        });
  }

  @Test
  void layersOfDetectorsToo() {
    List<String> networks = DetectionLayersTest.networks();
    DamagedFiles.attempt(
        (seed, random) -> {
          String text = networks.get((int) (seed % networks.size()));
          int changes = 1 + random.nextInt(3);
          for (int change = 0; change < changes; change++) {
            text = changed(text, random);
          }
          Path network = folder.resolve("damaged.xml");
          Files.write(network, text.getBytes(StandardCharsets.ISO_8859_1));
          Files.write(folder.resolve("damaged.bin"), new byte[0]);
          return isValid(network);
        });
  }

  private Path damaged(Path original, Random random) throws IOException {
    Path network = folder.resolve("damaged.xml");
    Path weights = folder.resolve("damaged.bin");
    byte[] numbers = Files.readAllBytes(OpenVinoReader.weightsOf(original));
    int length = random.nextInt(4) == 0 ? random.nextInt(numbers.length) : numbers.length;
    Files.write(weights, java.util.Arrays.copyOf(numbers, length));
    String text = Files.readString(original);
    int changes = 1 + random.nextInt(4);
    for (int change = 0; change < changes; change++) {
      text = changed(text, random);
    }
    Files.write(network, text.getBytes(StandardCharsets.ISO_8859_1));
    return network;
  }

  private static String changed(String text, Random random) {
    if (text.isEmpty()) {
      return text;
    }
    switch (random.nextInt(6)) {
      case 0:
        return text.substring(0, random.nextInt(text.length()));
      case 1:
        int at = random.nextInt(text.length());
        return text.substring(0, at) + (char) random.nextInt(256) + text.substring(at + 1);
      case 2:
        List<String> lines = new ArrayList<>(text.lines().toList());
        int line = random.nextInt(lines.size());
        if (random.nextBoolean()) {
          lines.remove(line);
        } else {
          lines.add(random.nextInt(lines.size()), lines.get(line));
        }
        return String.join("\n", lines);
      default:
        return otherValue(text, random);
    }
  }

  /** Puts another number, or the value of another attribute, between two quotes or brackets. */
  private static String otherValue(String text, Random random) {
    int from = random.nextInt(text.length());
    boolean dimension = random.nextInt(3) == 0;
    int start = dimension ? text.indexOf("<dim>", from) + 4 : text.indexOf("=\"", from) + 1;
    int end = start < 5 ? -1 : text.indexOf(dimension ? "<" : "\"", start + 1);
    if (end < 0) {
      return text;
    }
    String value = NUMBERS.get(random.nextInt(NUMBERS.size()));
    if (!dimension && random.nextInt(3) == 0) {
      int other = text.indexOf("=\"", random.nextInt(text.length()));
      int otherEnd = other < 0 ? -1 : text.indexOf('"', other + 2);
      value = otherEnd < 0 ? value : text.substring(other + 2, otherEnd);
    }
    return text.substring(0, start + 1) + value + text.substring(end);
  }

  private boolean isValid(Path file) throws IOException {
    Model model;
    try {
      model = new OpenVinoReader().read(file);
    } catch (InputException e) {
      assertThat(e.getMessage()).contains(file.toString());
      return false;
    }
    ShapeInference.analyse(model);
    TextPrinter.defaults().print(model);
    Path target = folder.resolve("written.xml");
    Files.deleteIfExists(target);
    Files.deleteIfExists(folder.resolve("written.bin"));
    try {
      new OpenVinoWriter().write(model, target);
    } catch (InputException | UnsupportedOperatorException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
    return true;
  }
}
