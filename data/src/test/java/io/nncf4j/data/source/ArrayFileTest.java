package io.nncf4j.data.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nncf4j.core.InputException;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.data.SampleSource;
import io.nncf4j.data.Target;
import io.nncf4j.data.description.DatasetDescription;
import io.nncf4j.testing.NpyArray;
import io.nncf4j.testing.SharedFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArrayFileTest {
  @TempDir Path folder;

  private Path file(String name, byte[] bytes) throws IOException {
    return Files.write(folder.resolve(name), bytes);
  }

  private Path npy(String name, String header, byte[] data) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.allocate(10 + header.length() + data.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
    bytes.putShort((short) header.length());
    bytes.put(header.getBytes(StandardCharsets.ISO_8859_1)).put(data);
    return file(name, bytes.array());
  }

  private static String header(String type, String shape) {
    return "{'descr': '%s', 'fortran_order': False, 'shape': %s, }      \n".formatted(type, shape);
  }

  private SampleSource open(String yaml) throws IOException {
    return DatasetDescription.read(Files.writeString(folder.resolve("data.yaml"), yaml)).open();
  }

  private static void assertRefused(Path file, String reason) {
    assertThatThrownBy(() -> ArrayFile.read(file))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining(reason);
  }

  @Test
  void readsNpyAsTheTestReaderDoes() {
    for (String name : new String[] {"preprocess/expected.npy", "detection/iou/boxes_a.npy"}) {
      Path file = SharedFiles.oracle(name);
      Tensor read = ArrayFile.read(file);
      NpyArray expected = NpyArray.read(file);
      assertThat(read.shape()).isEqualTo(expected.shape());
      assertThat(read.data()).isEqualTo(expected.bytes());
    }
  }

  @Test
  void opensMnist() throws IOException {
    Path mnist = SharedFiles.data("mnist");
    try (SampleSource source =
        open(
            """
            images: %s/t10k-images-idx3-ubyte.gz
            labels: %s/t10k-labels-idx1-ubyte.gz
            input: {color: GRAY, scale: 0.00392156862745098}
            metric: top1
            """
                .formatted(mnist, mnist))) {
      assertThat(source.size()).isEqualTo(10_000);
      var sample = source.load(0);
      assertThat(sample.target()).isEqualTo(new Target.ClassLabel(7));
      assertThat(sample.input().shape()).containsExactly(1, 28, 28);
      assertThat(sample.input().toFloats()).contains(0f).contains(254 / 255f);
    }
  }

  @Test
  void opensArraysOfFloatsAsTheyAre() throws IOException {
    ByteBuffer floats = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = 0; at < 6; at++) {
      floats.putFloat(at);
    }
    npy("x.npy", header("<f4", "(2, 3)"), floats.array());
    npy(
        "y.npy",
        header("<i8", "(2,)"),
        new byte[] {4, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0});
    try (SampleSource source = open("images: x.npy\nlabels: y.npy\nlabel-offset: 1\n")) {
      assertThat(source.load(1).input()).isEqualTo(Tensor.ofFloats(new float[] {3, 4, 5}, 3));
      assertThat(source.load(1).target()).isEqualTo(new Target.ClassLabel(6));
    }
    assertThatThrownBy(() -> open("images: x.npy\ninput: {scale: 2}\n"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("remove the key \"input\"");
    npy("y.npy", header("<i8", "(1,)"), new byte[8]);
    assertThatThrownBy(() -> open("images: x.npy\nlabels: y.npy\n"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("2 pictures need as many class indices");
  }

  @Test
  void opensArraysOfColorPictures() throws IOException {
    byte[] pixels = new byte[2 * 2 * 2 * 3];
    pixels[12] = 9;
    npy("x.npy", header("|u1", "(2, 2, 2, 3)"), pixels);
    try (SampleSource source = open("images: x.npy\n")) {
      assertThat(source.load(1).input().shape()).containsExactly(3, 2, 2);
      assertThat(source.load(1).input().floatAt(0)).isEqualTo(9);
      assertThat(source.load(1).name()).isEqualTo("1");
    }
    npy("x.npy", header("|u1", "(3, 8)"), new byte[24]);
    assertThatThrownBy(() -> open("images: x.npy\n"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("uint8[number, height, width]");
  }

  @Test
  void turnsBigEndianNumbersRound() throws IOException {
    Path file = file("a.idx", new byte[] {0, 0, 0x0C, 1, 0, 0, 0, 2, 0, 0, 1, 2, -1, -1, -1, -2});
    assertThat(ArrayFile.read(file)).isEqualTo(Tensor.ofInts(new int[] {258, -2}, 2));
  }

  @Test
  void refusesDamagedIdx() throws IOException {
    assertRefused(folder.resolve("none.idx"), "There is no file");
    assertRefused(file("a.idx", new byte[0]), "truncated in its header");
    assertRefused(file("b.idx", new byte[] {1, 2, 3, 4}), "not an IDX file");
    assertRefused(file("c.idx", new byte[] {0, 0, 7, 1}), "unknown element type 7");
    assertRefused(file("d.idx", new byte[] {0, 0, 8, 100}), "100 dimensions");
    assertRefused(file("e.idx", new byte[] {0, 0, 8, 1, 0, 0, 0, 9, 1}), "truncated: 9 bytes");
    assertRefused(file("f.idx", new byte[] {0, 0, 8, 1, 0, 0, 0, 1, 1, 2}), "longer than");
    assertRefused(
        file("g.idx", new byte[] {0, 0, 8, 2, 127, -1, -1, -1, 127, -1, -1, -1}), "claims more");
    assertRefused(file("h.idx", new byte[] {0, 0, 8, 1, -1, -1, -1, -1}), "claims more");
    assertRefused(file("i.idx.gz", new byte[] {0, 0, 8, 1}), "Cannot read");
  }

  @Test
  void refusesDamagedNpy() throws IOException {
    assertRefused(file("a.npy", new byte[20]), "not an NPY file");
    assertRefused(npy("b.npy", "{'shape': (1,)}", new byte[4]), "not understood");
    assertRefused(npy("c.npy", header(">f4", "(1,)"), new byte[4]), "elements of type >f4");
    assertRefused(npy("d.npy", header("<f4", "(2,)"), new byte[4]), "truncated");
    assertRefused(npy("e.npy", header("<f4", "(99999999999,)"), new byte[4]), "claims more");
    assertRefused(
        npy("f.npy", header("<f4", "(99999999999999999999,)"), new byte[4]), "no sane shape");
    assertRefused(
        npy("g.npy", "{'descr': '<f4', 'fortran_order': True, 'shape': (1, 1), }\n", new byte[4]),
        "column-major");
    assertThat(ArrayFile.read(npy("h.npy", header("<f8", "()"), new byte[8])).dataType())
        .isEqualTo(DataType.FLOAT64);
  }

  @Test
  void cutsTextIntoWindows() throws IOException {
    Path text = Files.writeString(folder.resolve("a.txt"), "abcdefgh");
    TextWindows windows = TextWindows.ofBytes(text, 3);
    assertThat(windows.size()).isEqualTo(2);
    assertThat(windows.load(1).input().toLongs()).containsExactly('d', 'e', 'f');
    assertThat(windows.load(1).target())
        .isEqualTo(new Target.NextTokens(java.util.List.of((int) 'e', (int) 'f', (int) 'g')));
    assertThatThrownBy(() -> TextWindows.ofBytes(text, 8)).isInstanceOf(InputException.class);
  }
}
