package io.nncf4j.formats.pytorch;

import static org.assertj.core.api.Assertions.assertThat;

import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.operator.ShapeInference;
import io.nncf4j.core.print.TextPrinter;
import io.nncf4j.formats.pytorch.archive.ZipContents;
import io.nncf4j.testing.DamagedFiles;
import io.nncf4j.testing.SharedFiles;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damaged files end in an {@link InputException} or in what can be used; never in another error or
 * memory running out.
 *
 * <p>A thousand files by default; more as {@link DamagedFiles} says:
 *
 * <pre>
 *   mvn -pl formats/pytorch -am test -Dtest=MutatedFilesTest -Dsurefire.failIfNoSpecifiedTests=false \
 *       -Dnncf.mutations=100000 [-Dnncf.seed=first]
 * </pre>
 */
class MutatedFilesTest {
  private static final List<String> ORIGINALS =
      List.of(
          "oracle/torch-export/tiny_mha/model.pt2",
          "oracle/torch-export/tiny_ssd/model_dynamic.pt2",
          "oracle/torch-export/tiny_mha/model.pth",
          "data/models/cross-format-samplenet/samplenet.pth",
          "oracle/torch-export/tiny_ssd/model_core_aten.pt2",
          "oracle/torch-export/tiny_ssd/model.ts.pt",
          "data/models/pytorch/mobilenet_quantized.pt");

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
          "9223372036854775807",
          "99999999999999999999",
          "1e9",
          "null",
          "\"x\"",
          "[]",
          "{}",
          "NaN",
          "true");

  @TempDir Path folder;

  @Test
  void endInAnInputExceptionOrAModel() throws IOException {
    Path newer = folder.resolve("newer.pt2");
    Files.write(
        newer, NewerArchive.of(SharedFiles.oracle("torch-export/tiny_mha/model.pt2")).toBytes());
    DamagedFiles.attempt(
        (seed, random) -> {
          int kind = (int) (seed % (ORIGINALS.size() + 1));
          return isValid(
              kind == ORIGINALS.size() ? newer : SharedFiles.path(ORIGINALS.get(kind)), random);
        });
  }

  private boolean isValid(Path original, Random random) throws IOException {
    byte[] bytes = Files.readAllBytes(original);
    boolean archive = bytes[0] == 'P';
    // Half of the archives are damaged inside a member and stay whole outside.
    bytes = archive && random.nextBoolean() ? inside(bytes, random) : damaged(bytes, random);
    Path file = folder.resolve("damaged.pt2");
    Files.write(file, bytes);
    try {
      if (!original.toString().endsWith(".pth")) {
        Model model = new PyTorchReader().read(file);
        ShapeInference.analyse(model);
        TextPrinter.defaults().print(model);
      } else {
        StateDictionary.read(file).tensors().values().forEach(tensor -> tensor.toFloats());
      }
      return true;
    } catch (InputException e) {
      assertThat(e.getMessage()).contains(file.toString());
      return false;
    }
  }

  private static byte[] damaged(byte[] bytes, Random random) {
    byte[] changed = bytes.clone();
    int changes = 1 + random.nextInt(8);
    // Headers and pickles stand at the beginning, directories at the end.
    int reach = random.nextBoolean() ? Math.min(4096, bytes.length) : bytes.length;
    for (int change = 0; change < changes; change++) {
      int at = random.nextInt(reach);
      at = random.nextInt(3) == 0 ? bytes.length - 1 - at : at;
      changed[at] = random.nextBoolean() ? (byte) random.nextInt(256) : (byte) -1;
    }
    return random.nextInt(5) == 0
        ? java.util.Arrays.copyOf(changed, random.nextInt(bytes.length))
        : changed;
  }

  private static byte[] inside(byte[] bytes, Random random) throws IOException {
    ByteArrayOutputStream target = new ByteArrayOutputStream();
    ZipContents source = ZipContents.of(ByteBuffer.wrap(bytes));
    try (ZipOutputStream result = new ZipOutputStream(target)) {
      for (String name : source.names()) {
        ByteBuffer member = source.get(name);
        byte[] content = new byte[member.remaining()];
        member.get(content);
        if (name.endsWith(".json")) {
          content = otherValues(content, random);
        } else if (name.endsWith(".py") && content.length > 0) {
          content = random.nextInt(3) == 0 ? otherWords(content, random) : content;
        } else if (name.endsWith(".pkl") || random.nextInt(4) == 0) {
          content = content.length == 0 ? content : damaged(content, random);
        }
        ZipEntry copy = new ZipEntry(name);
        copy.setMethod(ZipEntry.STORED);
        copy.setSize(content.length);
        CRC32 sum = new CRC32();
        sum.update(content);
        copy.setCrc(sum.getValue());
        result.putNextEntry(copy);
        result.write(content);
      }
    }
    return target.toByteArray();
  }

  /** Changes letters of code, and puts other numbers into it. */
  private static byte[] otherWords(byte[] code, Random random) {
    byte[] changed = code.clone();
    String letters = "0123456789()[],.: =-_abcSelf\n";
    for (int change = random.nextInt(4); change >= 0; change--) {
      changed[random.nextInt(changed.length)] =
          (byte) letters.charAt(random.nextInt(letters.length()));
    }
    return changed;
  }

  /** Puts other values behind some colons and commas. */
  private static byte[] otherValues(byte[] json, Random random) {
    String text = new String(json, StandardCharsets.UTF_8);
    int changes = 1 + random.nextInt(4);
    for (int change = 0; change < changes; change++) {
      int from =
          text.indexOf(random.nextBoolean() ? ": " : "_int\": ", random.nextInt(text.length()));
      if (from < 0) {
        continue;
      }
      from = text.indexOf(": ", from) + 2;
      int end = from;
      while (end < text.length() && ",}]".indexOf(text.charAt(end)) < 0) {
        end++;
      }
      String value = NUMBERS.get(random.nextInt(NUMBERS.size()));
      text = text.substring(0, from) + value + text.substring(end);
    }
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
