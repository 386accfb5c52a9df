package io.nncf4j.formats.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.nncf4j.core.format.ModelFiles;
import io.nncf4j.core.graph.Attribute;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.graph.ValueType;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.formats.onnx.proto.Onnx;
import io.nncf4j.formats.onnx.proto.Onnx.AttributeProto.AttributeType;
import io.nncf4j.testing.SharedFiles;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The many ways in which ONNX files say the same. */
class OnnxFormsTest {
  @TempDir Path folder;

  private static Model read(Onnx.ModelProto.Builder model) {
    return OnnxReader.read(
        ByteBuffer.wrap(model.build().toByteArray()), new ExternalData(Path.of("")));
  }

  private static Tensor read(Onnx.TensorProto.Builder tensor) {
    return new TensorDecoder(new ExternalData(Path.of(""))).decode(tensor.build());
  }

  private static Onnx.TensorProto.Builder typed(DataType type, long... shape) {
    Onnx.TensorProto.Builder tensor =
        Onnx.TensorProto.newBuilder().setName("t").setDataType(type.onnxNumber());
    for (long length : shape) {
      tensor.addDims(length);
    }
    return tensor;
  }

  @Test
  void typedFieldsOfEveryWidth() {
    assertThat(read(typed(DataType.FLOAT32, 2).addFloatData(1).addFloatData(2)).toDoubles())
        .containsExactly(1, 2);
    assertThat(read(typed(DataType.FLOAT64, 1).addDoubleData(0.1)).toDoubles())
        .containsExactly(0.1);
    assertThat(read(typed(DataType.INT64).addInt64Data(-5)).toLongs()).containsExactly(-5);
    assertThat(read(typed(DataType.UINT64, 1).addUint64Data(-1)).longAt(0)).isEqualTo(-1);
    assertThat(read(typed(DataType.UINT32, 1).addUint64Data(0xFFFF_FFFFL)).longAt(0))
        .isEqualTo(0xFFFF_FFFFL);
    assertThat(read(typed(DataType.INT32, 1).addInt32Data(-7)).longAt(0)).isEqualTo(-7);
    assertThat(read(typed(DataType.INT16, 1).addInt32Data(-7)).longAt(0)).isEqualTo(-7);
    assertThat(read(typed(DataType.UINT16, 1).addInt32Data(65535)).longAt(0)).isEqualTo(65535);
    assertThat(read(typed(DataType.INT8, 2).addInt32Data(-128).addInt32Data(127)).toLongs())
        .containsExactly(-128, 127);
    assertThat(read(typed(DataType.BOOL, 2).addInt32Data(1).addInt32Data(0)).toLongs())
        .containsExactly(1, 0);
    assertThat(read(typed(DataType.FLOAT16, 1).addInt32Data(0x3C00)).doubleAt(0)).isEqualTo(1);
    assertThat(read(typed(DataType.BFLOAT16, 1).addInt32Data(0x3F80)).doubleAt(0)).isEqualTo(1);
    assertThat(read(typed(DataType.FLOAT8_E4M3FN, 1).addInt32Data(0x38)).doubleAt(0)).isEqualTo(1);
    assertThat(read(typed(DataType.INT4, 3).addInt32Data(0xF1).addInt32Data(0x08)).toLongs())
        .containsExactly(1, -1, -8);
    assertThat(read(typed(DataType.UINT4, 3).addInt32Data(0xF1).addInt32Data(0x08)).toLongs())
        .containsExactly(1, 15, 8);
    assertThat(
            read(typed(DataType.STRING, 1).addStringData(ByteString.copyFromUtf8("é"))).strings())
        .containsExactly("é");
    assertThat(read(typed(DataType.FLOAT32, 0)).size()).isZero();
  }

  @Test
  void everyFormOfConstantBecomesOneTensor() {
    Map<Onnx.AttributeProto.Builder, Tensor> forms =
        Map.of(
            Protos.attribute("value_float", AttributeType.FLOAT).setF(2),
            Tensor.scalar(2f),
            Protos.attribute("value_floats", AttributeType.FLOATS).addFloats(2).addFloats(3),
            Tensor.ofFloats(new float[] {2, 3}, 2),
            Protos.attribute("value_int", AttributeType.INT).setI(4),
            Tensor.scalar(4L),
            Protos.attribute("value_ints", AttributeType.INTS).addInts(4),
            Tensor.vector(4),
            Protos.attribute("value_string", AttributeType.STRING)
                .setS(ByteString.copyFromUtf8("a")),
            Tensor.ofStrings(List.of("a")),
            Protos.attribute("value_strings", AttributeType.STRINGS)
                .addStrings(ByteString.copyFromUtf8("a")),
            Tensor.ofStrings(List.of("a"), 1),
            Protos.attribute("value", AttributeType.TENSOR).setT(Protos.tensor("", 4, 1)),
            Tensor.ofFloats(new float[1], 1));
    forms.forEach(
        (form, tensor) -> {
          Graph graph =
              read(Protos.model(
                      Onnx.GraphProto.newBuilder()
                          .addNode(
                              Protos.node("Constant", List.of(), List.of("c")).addAttribute(form))))
                  .graph();
          assertThat(graph.constantValue("c")).isEqualTo(tensor);
          assertThat(graph.nodes().get(0).attributes().names()).containsExactly("value");
        });
  }

  @Test
  void initializersThatAreInputsTooAreConstants() {
    Model model =
        read(
            Protos.model(
                Onnx.GraphProto.newBuilder()
                    .addInput(Protos.value("x", 1))
                    .addInput(Protos.value("w", 1))
                    .addInitializer(Protos.tensor("w", 4, 1))
                    .addNode(Protos.node("Add", List.of("x", "w"), List.of("y")))
                    .addOutput(Protos.value("y", 1))));
    assertThat(model.graph().inputs()).extracting(input -> input.name()).containsExactly("x");
    assertThat(model.graph().constants()).containsOnlyKeys("w");
  }

  @Test
  void nodesWithoutNameOrWithTheSameOneGetTheirOwn() {
    Graph graph =
        read(Protos.model(
                Onnx.GraphProto.newBuilder()
                    .addInput(Protos.value("x", 1))
                    .addNode(Protos.node("Relu", List.of("x"), List.of("a")))
                    .addNode(Protos.node("Exp", List.of("a"), List.of("b")).setName("same"))
                    .addNode(Protos.node("Exp", List.of("b"), List.of("c")).setName("same"))
                    .addNode(Protos.node("Exp", List.of("c"), List.of("d")).setName("same_1"))
                    .addNode(Protos.node("Exp", List.of("d"), List.of("e")).setName("same"))
                    .addOutput(Protos.value("e", 1))))
            .graph();
    assertThat(graph.nodes().stream().map(Node::name))
        .containsExactly("Relu_0", "same", "same_2", "same_1", "same_3");
  }

  @Test
  void unknownOperatorsAndAttributesPassThrough() throws Exception {
    Onnx.AttributeProto sparse =
        Protos.attribute("table", AttributeType.SPARSE_TENSOR)
            .setSparseTensor(
                Onnx.SparseTensorProto.newBuilder()
                    .setValues(Protos.tensor("", 4, 1))
                    .setIndices(Protos.tensor("", 8, 1).setDataType(7))
                    .addDims(1_000_000_000_000L))
            .build();
    Onnx.ModelProto.Builder message =
        Protos.model(
            Onnx.GraphProto.newBuilder()
                .addInput(Protos.value("x", 1))
                .addNode(
                    Protos.node("Mystery", List.of("x", "", ""), List.of("", "y"))
                        .setName("m")
                        .setDomain("org.example")
                        .addAttribute(sparse))
                .addOutput(Protos.value("y", 1)));
    Onnx.ModelProto written = Onnx.ModelProto.parseFrom(OnnxWriter.toBytes(read(message)));
    assertThat(written.getGraph().getNode(0)).isEqualTo(message.getGraph().getNode(0));
    assertThat(written.getOpsetImportList()).extracting("domain").contains("org.example");
  }

  @Test
  void sparseInitializerStaysSparse() {
    Onnx.SparseTensorProto sparse =
        Onnx.SparseTensorProto.newBuilder()
            .setValues(Protos.tensor("w", 4, 1))
            .setIndices(Protos.tensor("", 8, 1).setDataType(7))
            .addDims(1_000_000_000_000L)
            .build();
    Graph graph =
        read(Protos.model(Onnx.GraphProto.newBuilder().addSparseInitializer(sparse))).graph();
    assertThat(graph.nodes()).singleElement().matches(node -> node.is("Constant"));
    assertThat(graph.nodes().get(0).attributes().get("sparse_value"))
        .isInstanceOf(Attribute.OpaqueAttribute.class);
  }

  @Test
  void typesOfSequencesOptionalsAndMaps() throws Exception {
    Onnx.TypeProto tensor = Protos.value("", 2).getType();
    Onnx.TypeProto.Builder sequence =
        Onnx.TypeProto.newBuilder()
            .setSequenceType(Onnx.TypeProto.Sequence.newBuilder().setElemType(tensor));
    Onnx.TypeProto.Builder optional =
        Onnx.TypeProto.newBuilder()
            .setOptionalType(Onnx.TypeProto.Optional.newBuilder().setElemType(sequence));
    Onnx.TypeProto.Builder map =
        Onnx.TypeProto.newBuilder()
            .setMapType(Onnx.TypeProto.Map.newBuilder().setKeyType(8).setValueType(tensor));
    Onnx.GraphProto.Builder graph =
        Onnx.GraphProto.newBuilder()
            .addInput(Protos.value("o", 1).setType(optional))
            .addInput(Protos.value("m", 1).setType(map));
    Model model = read(Protos.model(graph));
    ValueType vector = TensorType.of(DataType.FLOAT32, 2);
    assertThat(model.graph().value("o").type())
        .isEqualTo(new ValueType.OptionalType(new ValueType.SequenceType(vector)));
    assertThat(model.graph().value("m").type())
        .isEqualTo(new ValueType.MapType(DataType.STRING, vector));
    Onnx.ModelProto written = Onnx.ModelProto.parseFrom(OnnxWriter.toBytes(model));
    assertThat(written.getGraph().getInputList()).isEqualTo(graph.getInputList());
  }

  @Test
  void metadataIsKeptAndSorted() throws Exception {
    Onnx.ModelProto message =
        Protos.model(Onnx.GraphProto.newBuilder().setName("g"))
            .setProducerName("my tool")
            .setProducerVersion("1.2")
            .setDomain("org.example")
            .setModelVersion(3)
            .setDocString("A model.")
            .addMetadataProps(Protos.entry("a", "1"))
            .addMetadataProps(Protos.entry("b", "2"))
            .build();
    assertThat(Onnx.ModelProto.parseFrom(OnnxWriter.toBytes(read(message.toBuilder()))))
        .isEqualTo(message);
  }

  @Test
  void functionsAreInlinedWithTheAttributesOfTheirCalls() throws Exception {
    Onnx.AttributeProto.Builder slope =
        Protos.attribute("alpha", AttributeType.FLOAT).setRefAttrName("slope");
    Onnx.FunctionProto function =
        Onnx.FunctionProto.newBuilder()
            .setName("Act")
            .setDomain("my")
            .addInput("a")
            .addInput("shift")
            .addOutput("b")
            .addOutput("same")
            .addAttribute("slope")
            .addOpsetImport(Onnx.OperatorSetIdProto.newBuilder().setVersion(9))
            .addNode(Protos.node("LeakyRelu", List.of("a"), List.of("t")).addAttribute(slope))
            .addNode(
                Protos.node("Unsqueeze", List.of("t"), List.of("u"))
                    .addAttribute(Protos.attribute("axes", AttributeType.INTS).addInts(0)))
            .addNode(Protos.node("Add", List.of("u", "shift"), List.of("b")))
            .addNode(Protos.node("Identity", List.of("a"), List.of("same")))
            .build();
    Onnx.GraphProto.Builder graph =
        Onnx.GraphProto.newBuilder()
            .setName("g")
            .addInput(Protos.value("x", 2, 2))
            .addInitializer(Protos.tensor("t", 16, 2, 2))
            .addNode(call("x", 0.5f, "y").setName("one"))
            .addNode(call("x", 0.1f, "z").setName("two"))
            .addOutput(Protos.value("y", 1, 2, 2))
            .addOutput(Protos.value("z", 1, 2, 2));
    Onnx.ModelProto.Builder message = Protos.model(17, graph).setIrVersion(8);
    message
        .addOpsetImport(Onnx.OperatorSetIdProto.newBuilder().setDomain("my").setVersion(1))
        .addFunctions(function);

    Model model = read(message);

    assertThat(model.graph().nodes()).noneMatch(node -> !node.operator().isOnnx());
    assertThat(model.graph().node("one/LeakyRelu_0").floatAttribute("alpha", 0)).isEqualTo(0.5f);
    Map<String, Tensor> outputs =
        Runtime.run(
            OnnxWriter.toBytes(model),
            Map.of("x", Tensor.ofFloats(new float[] {-10, 10, -20, 20}, 2, 2)));
    assertThat(outputs.get("y").toFloats()).containsExactly(-5, 10, -10, 20);
    assertThat(outputs.get("z").toFloats()).containsExactly(-1, 10, -2, 20);
  }

  private static Onnx.NodeProto.Builder call(String input, float slope, String output) {
    return Protos.node("Act", List.of(input, "t"), List.of(output))
        .setDomain("my")
        .addAttribute(Protos.attribute("slope", AttributeType.FLOAT).setF(slope));
  }

  @Test
  void weightsBesideTheModelAreReadBackAsTheSame() throws Exception {
    Model model =
        ModelFiles.read(SharedFiles.data("models/classification/mobilenet_v1_0.25_224.onnx"));
    Path file = folder.resolve("model.onnx");

    List<Path> written = OnnxWriter.withWeightsBeside().write(model, file);

    assertThat(written).containsExactly(file, folder.resolve("model.onnx.data"));
    assertThat(Files.size(file)).isLessThan(100_000);
    assertThat(ModelFiles.read(file)).isEqualTo(model);
  }
}
