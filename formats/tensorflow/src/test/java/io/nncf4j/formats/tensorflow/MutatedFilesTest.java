package io.nncf4j.formats.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.operator.ShapeInference;
import io.nncf4j.core.print.TextPrinter;
import io.nncf4j.testing.DamagedFiles;
import io.nncf4j.testing.SharedFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Damaged files end in an {@link InputException} or in what can be used; never in another error or
 * memory running out.
 *
 * <p>A thousand files by default; more as {@link DamagedFiles} says:
 *
 * <pre>
 *   mvn -pl formats/tensorflow -am test -Dtest=MutatedFilesTest -Dsurefire.failIfNoSpecifiedTests=false \
 *       -Dnncf.mutations=100000 [-Dnncf.seed=first]
 * </pre>
 */
class MutatedFilesTest {
  private static final List<String> ORIGINALS =
      List.of(
          "cross-format-samplenet/samplenet.pb",
          "tensorflow/mnist-conv-savedmodel",
          "tensorflow/cifar-frozen.pb",
          "cross-format-samplenet/samplenet_tf2",
          "tensorflow/mtcnn.pb");

  @TempDir Path folder;

  @Test
  void endInAnInputExceptionOrAModel() {
    DamagedFiles.attempt(this::attempt);
  }

  /** A crop of a huge side; an invariant of a loop that enters from nowhere. */
  @ParameterizedTest
  @ValueSource(longs = {7179, 76217})
  void whatWasFoundOnce(long seed) {
    assertThatCode(() -> attempt(seed, new Random(seed))).doesNotThrowAnyException();
  }

  private boolean attempt(long seed, Random random) throws IOException {
    List<byte[]> small = new ArrayList<>(ControlFlowTest.graphs());
    small.addAll(ArraysTest.graphs());
    int kind = (int) (seed % (ORIGINALS.size() + small.size()));
    if (kind >= ORIGINALS.size()) {
      Path file = folder.resolve("damaged.pb");
      Files.write(file, damaged(small.get(kind - ORIGINALS.size()), random));
      return isValid(file);
    }
    return isValid(SharedFiles.data("models").resolve(ORIGINALS.get(kind)), random);
  }

  private boolean isValid(Path original, Random random) throws IOException {
    Path file = folder.resolve("damaged.pb");
    if (Files.isDirectory(original)) {
      file = folder.resolve("saved_model.pb");
      Files.createDirectories(folder.resolve("variables"));
      boolean graph = random.nextInt(3) > 0;
      copy(original, file, "saved_model.pb", graph ? random : null);
      copy(original, folder, "variables/variables.index", graph ? null : random);
      copy(original, folder, "variables/variables.data-00000-of-00001", null);
    } else {
      Files.write(file, damaged(Files.readAllBytes(original), random));
    }
    return isValid(file);
  }

  private boolean isValid(Path file) {
    try {
      Model model = new TensorFlowReader().read(file);
      ShapeInference.analyse(model);
      TextPrinter.defaults().print(model);
      return true;
    } catch (InputException e) {
      assertThat(e.getMessage()).contains(folder.toString());
      return false;
    }
  }

  private static void copy(Path from, Path to, String name, @Nullable Random random)
      throws IOException {
    byte[] bytes = Files.readAllBytes(from.resolve(name));
    Path target = Files.isDirectory(to) ? to.resolve(name) : to;
    Files.write(target, random == null ? bytes : damaged(bytes, random));
  }

  private static byte[] damaged(byte[] bytes, Random random) {
    byte[] changed = bytes.clone();
    int changes = 1 + random.nextInt(8);
    for (int change = 0; change < changes; change++) {
      int at = random.nextInt(random.nextBoolean() ? Math.min(8192, bytes.length) : bytes.length);
      changed[at] =
          switch (random.nextInt(3)) {
            case 0 -> (byte) random.nextInt(256);
            case 1 -> (byte) (changed[at] ^ 1 << random.nextInt(8));
            default -> (byte) -1;
          };
    }
    return random.nextInt(6) == 0 ? Arrays.copyOf(changed, random.nextInt(bytes.length)) : changed;
  }
}
