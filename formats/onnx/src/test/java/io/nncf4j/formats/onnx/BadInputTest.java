package io.nncf4j.formats.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.formats.onnx.proto.Onnx;
import io.nncf4j.formats.onnx.proto.Onnx.AttributeProto.AttributeType;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are wrong end in one sentence that names the file and what is wrong with it. */
class BadInputTest {
  @TempDir Path folder;

  private void refuses(Path file, String... parts) {
    assertThatThrownBy(() -> new OnnxReader().read(file))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageContainingAll(parts);
  }

  private void refuses(Onnx.ModelProto.Builder model, String... parts) {
    refuses(Protos.save(model, folder.resolve("model.onnx")), parts);
  }

  private static Onnx.GraphProto.Builder relu() {
    return Onnx.GraphProto.newBuilder()
        .setName("g")
        .addInput(Protos.value("x", 1, 4))
        .addNode(Protos.node("Relu", List.of("x"), List.of("y")).setName("relu"))
        .addOutput(Protos.value("y", 1, 4));
  }

  @Test
  void missing() {
    refuses(folder.resolve("none.onnx"), "cannot be read");
  }

  @Test
  void folderInsteadOfFile() {
    refuses(folder, "cannot be read");
  }

  @Test
  void empty() throws IOException {
    refuses(Files.createFile(folder.resolve("model.onnx")), "the file is empty");
  }

  @Test
  void noOnnx() throws IOException {
    refuses(Files.writeString(folder.resolve("model.onnx"), "Dear reader, no model here."), "ONNX");
  }

  @Test
  void messageWithoutGraph() throws IOException {
    Path file = folder.resolve("model.onnx");
    Files.write(file, Onnx.ModelProto.newBuilder().setIrVersion(8).build().toByteArray());
    refuses(file, "holds no graph");
  }

  @Test
  void truncatedAnywhere() throws IOException {
    byte[] whole =
        Protos.model(relu().addInitializer(Protos.tensor("w", 64, 16))).build().toByteArray();
    int refused = 0;
    for (int length = 1; length < whole.length; length++) {
      Path file = Files.write(folder.resolve("model.onnx"), Arrays.copyOf(whole, length));
      try {
        new OnnxReader().read(file);
      } catch (InputException e) {
        assertThat(e).hasMessageStartingWith(file.toString());
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(whole.length * 9 / 10);
  }

  @Test
  void cyclic() {
    refuses(
        Protos.model(
            Onnx.GraphProto.newBuilder()
                .addNode(Protos.node("Add", List.of("a", "a"), List.of("b")).setName("first"))
                .addNode(Protos.node("Relu", List.of("b"), List.of("a")).setName("second"))
                .addOutput(Protos.value("a", 1))),
        "cycle",
        "first");
  }

  @Test
  void readsValueThatNothingDefines() {
    refuses(
        Protos.model(relu().addNode(Protos.node("Relu", List.of("lost"), List.of("z")))), "lost");
  }

  @Test
  void valueAssignedTwice() {
    refuses(
        Protos.model(relu().addNode(Protos.node("Exp", List.of("x"), List.of("y")))),
        "\"y\" twice");
  }

  @Test
  void tensorThatClaimsTenGigabytesIsRefusedWithoutAllocating() {
    for (long[] shape : new long[][] {{2_500_000_000L}, {50_000, 50_000}, {1L << 62, 4}}) {
      refuses(Protos.model(relu().addInitializer(Protos.tensor("huge", 4, shape))), "elements");
    }
    Onnx.TensorProto.Builder typed =
        Onnx.TensorProto.newBuilder().setName("huge").setDataType(1).addDims(500_000_000);
    refuses(
        Protos.model(relu().addInitializer(typed.addFloatData(1))),
        "\"huge\"",
        "expected 500000000 floats, found 1");
  }

  @Test
  void wrongRawLengthAndUnknownType() {
    refuses(
        Protos.model(relu().addInitializer(Protos.tensor("w", 15, 4))),
        "Tensor \"w\" of float32[4]: expected 16 bytes, found 15");
    refuses(
        Protos.model(relu().addInitializer(Protos.tensor("w", 16, 4).setDataType(77))),
        "unknown element type 77");
    refuses(Protos.model(relu().addInitializer(Protos.tensor("w", 16, -4))), "negative");
  }

  @Test
  void tenThousandNestedBodies() throws IOException {
    Path file = folder.resolve("model.onnx");
    Files.write(file, Mutation.nested(relu().build().toByteArray(), 10_000));
    refuses(file, "is damaged", "too many levels of nesting");
  }

  @Test
  void attributeTwiceAndNodeWithoutType() {
    Onnx.AttributeProto.Builder axis = Protos.attribute("axis", AttributeType.INT).setI(1);
    refuses(
        Protos.model(
            relu()
                .addNode(
                    Protos.node("Flatten", List.of("x"), List.of("z"))
                        .setName("flat")
                        .addAttribute(axis)
                        .addAttribute(axis))),
        "\"flat\"",
        "axis");
    refuses(
        Protos.model(relu().addNode(Protos.node("", List.of("x"), List.of("z")))),
        "no operator type");
  }

  @Test
  void functionThatCallsItself() {
    Onnx.ModelProto.Builder model =
        Protos.model(relu().addNode(Protos.node("F", List.of("x"), List.of("z")).setDomain("my")))
            .addFunctions(
                Onnx.FunctionProto.newBuilder()
                    .setName("F")
                    .setDomain("my")
                    .addInput("a")
                    .addOutput("b")
                    .addNode(Protos.node("F", List.of("a"), List.of("b")).setDomain("my")));
    refuses(model, "my.F", "calls itself");
  }

  @Test
  void functionsThatStandForBillionsOfNodes() {
    Onnx.ModelProto.Builder model =
        Protos.model(relu().addNode(Protos.node("F0", List.of("x"), List.of("z")).setDomain("my")));
    for (int level = 0; level < 40; level++) {
      String next = level == 39 ? "Relu" : "F" + (level + 1);
      String domain = level == 39 ? "" : "my";
      model.addFunctions(
          Onnx.FunctionProto.newBuilder()
              .setName("F" + level)
              .setDomain("my")
              .addInput("a")
              .addOutput("c")
              .addNode(Protos.node(next, List.of("a"), List.of("b")).setDomain(domain))
              .addNode(Protos.node(next, List.of("b"), List.of("c")).setDomain(domain)));
    }
    refuses(model, "more than");
  }

  private static Onnx.TensorProto.Builder external(String location, String offset, String length) {
    return Onnx.TensorProto.newBuilder()
        .setName("w")
        .setDataType(1)
        .addDims(4)
        .setDataLocation(Onnx.TensorProto.DataLocation.EXTERNAL)
        .addExternalData(Protos.entry("location", location))
        .addExternalData(Protos.entry("offset", offset))
        .addExternalData(Protos.entry("length", length));
  }

  private void refusesExternal(String location, String offset, String length, String... parts) {
    refuses(Protos.model(relu().addInitializer(external(location, offset, length))), parts);
  }

  @Test
  void externalDataIsReadFromTheFolderOfTheModelOnly() throws IOException {
    Path outside = Files.write(folder.resolve("outside.bin"), new byte[64]);
    Path inside = Files.createDirectory(folder.resolve("inside"));
    Path link = Files.createSymbolicLink(inside.resolve("link.bin"), outside);
    Files.write(inside.resolve("data.bin"), new byte[64]);
    Path file = inside.resolve("model.onnx");

    for (String location : List.of("../outside.bin", outside.toString(), "", "a/../../b", "\\b")) {
      Protos.save(Protos.model(relu().addInitializer(external(location, "0", "16"))), file);
      refuses(file, "\"w\"", "in the folder of the model");
    }
    Protos.save(Protos.model(relu().addInitializer(external("link.bin", "0", "16"))), file);
    refuses(file, link.getFileName().toString(), "link out of");

    Protos.save(Protos.model(relu().addInitializer(external("data.bin", "48", "16"))), file);
    Model model = new OnnxReader().read(file);
    assertThat(model.graph().constant("w")).isEqualTo(Tensor.ofFloats(new float[4], 4));
    assertThat(new OnnxReader().filesOf(file))
        .containsExactly(file, inside.resolve("data.bin").toRealPath());
  }

  @Test
  void externalDataMissingOrTooShort() throws IOException {
    refusesExternal("none.bin", "0", "16", "\"w\"", "none.bin", "beside the model");
    Files.write(folder.resolve("data.bin"), new byte[20]);
    refusesExternal("data.bin", "8", "16", "has 20 bytes; expected 16 from byte 8");
    refusesExternal("data.bin", "0", "12", "takes 16 bytes", "12");
    refusesExternal("data.bin", "-8", "16", "offset");
    refusesExternal("data.bin", "9223372036854775807", "16", "has 20 bytes");
  }

  @Test
  void largeExternalFileIsMappedByTensor() throws IOException {
    try (RandomAccessFile sparse =
        new RandomAccessFile(folder.resolve("data.bin").toFile(), "rw")) {
      sparse.setLength(3L << 30);
      sparse.seek(2_900_000_000L);
      sparse.write(new byte[] {0, 0, (byte) 0x80, 0x3F});
    }
    Path file =
        Protos.save(
            Protos.model(relu().addInitializer(external("data.bin", "2900000000", "16"))),
            folder.resolve("model.onnx"));
    Tensor weights = new OnnxReader().read(file).graph().constant("w");
    assertThat(weights).isEqualTo(Tensor.ofFloats(new float[] {1, 0, 0, 0}, 4));
  }

  @Test
  void weightsThatAreNoNumbersAreRead() {
    Onnx.TensorProto.Builder weights =
        Onnx.TensorProto.newBuilder().setName("w").setDataType(1).addDims(1);
    Path file =
        Protos.save(
            Protos.model(relu().addInitializer(weights.addFloatData(Float.NaN))),
            folder.resolve("model.onnx"));
    assertThat(new OnnxReader().read(file).graph().constant("w").floatAt(0)).isNaN();
  }
}
