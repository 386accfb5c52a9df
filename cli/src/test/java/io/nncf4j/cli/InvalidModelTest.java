package io.nncf4j.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.nncf4j.core.format.ModelFiles;
import io.nncf4j.core.graph.Attribute;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.OperatorType;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that can be read but hold no valid model: it is they that are wrong, and told so. */
class InvalidModelTest {
  @TempDir Path folder;
  private Path model;
  private Path data;

  @BeforeEach
  void makeFiles() throws IOException {
    ColourPictures.make(folder);
    data = folder.resolve("data.yaml");
    model = folder.resolve("branching.onnx");
    ModelFiles.write(branching(), model, false);
  }

  /** A convolution, one of two activations, and the mean. */
  private static Model branching() {
    GraphEditor editor =
        GraphEditor.empty("branching")
            .input(new Value("x", TensorType.of(DataType.FLOAT32, 1, 3, 8, 8)))
            .constant("weight", Tensor.ofFloats(new float[9], 3, 3, 1, 1))
            .constant("flag", Tensor.ofBytes(DataType.BOOL, new byte[] {1}, 1))
            .add(
                node(
                    "conv",
                    "Conv",
                    Attributes.NONE.with("kernel_shape", 1, 1),
                    List.of("x", "weight"),
                    "features"))
            .add(
                node(
                    "if",
                    "If",
                    Attributes.NONE
                        .with("then_branch", Attribute.of(branch("Relu", "r")))
                        .with("else_branch", Attribute.of(branch("Tanh", "t"))),
                    List.of("flag"),
                    "chosen"))
            .add(node("pool", "GlobalAveragePool", Attributes.NONE, List.of("chosen"), "pooled"))
            .output(new Value("pooled", TensorType.of(DataType.FLOAT32, 1, 3, 1, 1)));
    return Model.of(editor.build());
  }

  private static Graph branch(String type, String output) {
    return GraphEditor.empty(type)
        .add(node("in_" + output, type, Attributes.NONE, List.of("features"), output))
        .output(new Value(output, new TensorType(DataType.FLOAT32, null)))
        .build();
  }

  private static Node node(
      String name, String type, Attributes attributes, List<String> inputs, String output) {
    return Node.onnx(name, type, attributes, inputs, List.of(output));
  }

  /** Each by a changed byte or two, as {@code what it was=what it is=what is said of it}. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "kernel_shape=kernel_shapf=kernel_shapf",
        "GlobalAveragePool=GlobalAveragePuol=GlobalAveragePuol",
        "then_branch=thin_branch=it lacks the attribute then_branch",
      })
  void isNamed(String change) throws IOException {
    String[] parts = change.split("=");
    String bytes = Files.readString(model, ISO_8859_1);
    assertThat(bytes).contains(parts[0]);
    Files.writeString(model, bytes.replace(parts[0], parts[1]), ISO_8859_1);
    assertNamed(parts[2]);
  }

  @Test
  void anOperatorSetOfTheFutureIsNamed() throws IOException {
    ModelFiles.write(branching().withOpset("", 99), model, true);
    assertNamed("99");
  }

  /** The writer names a version of each domain; its name is changed there, behind the graph. */
  @Test
  void aDomainWithoutVersionIsNamed() throws IOException {
    Model other = branching();
    GraphEditor editor = new GraphEditor(other.graph());
    Node pool = editor.node("pool");
    editor.replace(
        new Node(
            pool.name(),
            new OperatorType("my.domain", "Thing"),
            pool.attributes(),
            pool.inputs(),
            pool.outputs()));
    ModelFiles.write(other.withGraph(editor.build()), model, true);
    String bytes = Files.readString(model, ISO_8859_1);
    int last = bytes.lastIndexOf("my.domain");
    assertThat(last).isGreaterThan(bytes.indexOf("my.domain"));
    Files.writeString(
        model, bytes.substring(0, last) + "my.domaim" + bytes.substring(last + 9), ISO_8859_1);
    assertNamed("the model names no version of the domain my.domain");
  }

  @Test
  void aConvolutionOfIntegersIsNamed() {
    Model other = branching();
    GraphEditor editor = new GraphEditor(other.graph());
    editor.inputs(List.of(new Value("x", TensorType.of(DataType.INT64, 1, 3, 8, 8))));
    ModelFiles.write(other.withGraph(editor.build()), model, true);
    assertNamed("conv");
  }

  private void assertNamed(String said) {
    for (String verb : List.of("quantize", "evaluate")) {
      Object[] command =
          verb.equals("evaluate")
              ? new Object[] {verb, model, "--data", data}
              : new Object[] {verb, model, "--data", data, "-o", folder.resolve("o.onnx")};
      CommandRun run = CommandRun.of(command);
      assertThat(run.error())
          .startsWith("nncf: " + model + " ")
          .contains(said)
          .doesNotContain("The pass");
      assertThat(run.exitCode()).as(run.error()).isEqualTo(2);
      assertThat(folder.resolve("o.onnx")).doesNotExist();
    }
  }
}
