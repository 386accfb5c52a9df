package io.nncf4j.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NpyArrayTest {
  @TempDir Path folder;

  @Test
  void readsShapeAndElements() throws IOException {
    ByteBuffer data = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < 6; i++) {
      data.putFloat(i - 2.5f);
    }
    NpyArray array = NpyArray.read(npy("<f4", "(2, 3)", data.array()));
    assertThat(array.type()).isEqualTo("f4");
    assertThat(array.shape()).containsExactly(2, 3);
    assertThat(array.floats()).containsExactly(-2.5f, -1.5f, -0.5f, 0.5f, 1.5f, 2.5f);
  }

  @Test
  void readsHalves() throws IOException {
    ByteBuffer data = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
    for (int bits : new int[] {0x3C00, 0xC000, 0x0001, 0x7BFF, 0xFC00, 0x7E00}) {
      data.putShort((short) bits);
    }
    NpyArray array = NpyArray.read(npy("<f2", "(6,)", data.array()));
    assertThat(array.floats())
        .containsExactly(1f, -2f, 0x1p-24f, 65504f, Float.NEGATIVE_INFINITY, Float.NaN);
  }

  @Test
  void readsUnsignedBytesAndScalars() throws IOException {
    NpyArray array = NpyArray.read(npy("|u1", "()", new byte[] {(byte) 200}));
    assertThat(array.shape()).isEmpty();
    assertThat(array.longs()).containsExactly(200L);
  }

  @Test
  void refusesTruncatedFiles() throws IOException {
    Path file = npy("<f4", "(2, 3)", new byte[20]);
    assertThatThrownBy(() -> NpyArray.read(file)).hasMessageContaining("expected 24 data bytes");
  }

  @Test
  void readsEveryExpectedArray() throws IOException {
    try (Stream<Path> files = Files.walk(SharedFiles.oracle("qat"))) {
      assertThat(files.filter(file -> file.toString().endsWith(".npy")))
          .isNotEmpty()
          .allSatisfy(
              file ->
                  assertThat(NpyArray.read(file).doubles()).hasSize(NpyArray.read(file).size()));
    }
  }

  private Path npy(String type, String shape, byte[] data) throws IOException {
    String header =
        "{'descr': '%s', 'fortran_order': False, 'shape': %s, }\n".formatted(type, shape);
    ByteBuffer bytes =
        ByteBuffer.allocate(10 + header.length() + data.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.ISO_8859_1));
    bytes.put((byte) 1).put((byte) 0).putShort((short) header.length());
    bytes.put(header.getBytes(StandardCharsets.ISO_8859_1)).put(data);
    Path file = folder.resolve("array.npy");
    Files.write(file, bytes.array());
    return file;
  }
}
