package io.nncf4j.formats.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nncf4j.core.InputException;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsTest {
  @TempDir private Path folder;

  private static Safetensors sample() {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("weight", Tensor.ofFloats(new float[] {1, 2, 3, 4, 5, 6}, 2, 3));
    tensors.put("bytes", Tensor.ofBytes(DataType.UINT8, new byte[] {1, 2, 3}, 3));
    tensors.put("scalar", Tensor.scalar(7L));
    tensors.put("nothing", Tensor.ofFloats(new float[0], 0, 4));
    tensors.put("half", Tensor.ofDoubles(DataType.FLOAT16, new double[] {0.5, -2}, 2));
    return new Safetensors(tensors, Map.of("note", "größer \"als\" ein Wort\n"));
  }

  @Test
  void whatIsWrittenIsReadBack() {
    Path file = folder.resolve("a.safetensors");
    sample().write(file);
    Safetensors read = Safetensors.read(file);
    assertThat(read).isEqualTo(sample());
    assertThat(folder.toFile().list()).containsExactly("a.safetensors");
  }

  @Test
  void theLayoutIsTheFormats() throws IOException {
    Path file = folder.resolve("a.safetensors");
    new Safetensors(Map.of("t", Tensor.ofFloats(new float[] {1.5f}, 1)), Map.of()).write(file);
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    int length = (int) bytes.getLong();
    assertThat(length % 8).isZero();
    byte[] header = new byte[length];
    bytes.get(header);
    assertThat(new String(header, StandardCharsets.UTF_8).strip())
        .isEqualTo("{\"t\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}");
    assertThat(bytes.getFloat()).isEqualTo(1.5f);
    assertThat(bytes.hasRemaining()).isFalse();
  }

  @Test
  void aFileCutOffAnywhereIsRefused() throws IOException {
    Path file = folder.resolve("a.safetensors");
    sample().write(file);
    byte[] whole = Files.readAllBytes(file);
    for (int length = 0; length < whole.length; length++) {
      Files.write(file, java.util.Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> Safetensors.read(file)).isInstanceOf(InputException.class);
    }
  }

  @Test
  void damagedBytesGiveAClearErrorOrOtherNumbersButNothingElse() throws IOException {
    Path file = folder.resolve("a.safetensors");
    sample().write(file);
    byte[] whole = Files.readAllBytes(file);
    Random random = new Random(1);
    for (int round = 0; round < 500; round++) {
      byte[] damaged = whole.clone();
      for (int change = 0; change <= round % 4; change++) {
        damaged[random.nextInt(whole.length)] = (byte) random.nextInt();
      }
      Files.write(file, damaged);
      try {
        assertThat(Safetensors.read(file).tensors()).hasSizeBetween(0, 6);
      } catch (InputException refused) {
        assertThat(refused).hasMessageContaining("a.safetensors");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "{\"t\":1}",
        "{\"t\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}}",
        "{\"t\":{\"dtype\":\"F32\",\"shape\":[9223372036854775807,9],\"data_offsets\":[0,4]}}",
        "{\"t\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}",
        "{\"t\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,8]}}",
        "{\"t\":{\"dtype\":\"X\",\"shape\":[1],\"data_offsets\":[0,4]}}",
        "{\"t\":{\"dtype\":\"F32\",\"shape\":[1.5],\"data_offsets\":[0,4]}}",
        "{\"t\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},"
            + "\"t\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},"
            + "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}",
        "{\"t\":[[[[[[[[[[[[1]]]]]]]]]]]]}"
      })
  void hostileHeadersAreRefused(String header) throws IOException {
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes = ByteBuffer.allocate(8 + text.length + 4).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(text.length).put(text).putInt(0);
    Path file = Files.write(folder.resolve("h.safetensors"), bytes.array());
    assertThatThrownBy(() -> Safetensors.read(file))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("h.safetensors");
  }

  @Test
  void typesThatTheFormatLacksAreRefusedByName() {
    Tensor four = Tensor.ofDoubles(DataType.INT4, new double[] {1, 2}, 2);
    assertThatThrownBy(
            () -> new Safetensors(Map.of("w", four), Map.of()).write(folder.resolve("x")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("\"w\"");
  }
}
