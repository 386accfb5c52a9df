package io.nncf4j.formats.openvino;

import static org.assertj.core.api.Assertions.assertThat;

import io.nncf4j.core.format.ModelFiles;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names of outputs and of layers stay what they are, however often a model is converted. */
class KeptNamesTest {
  @TempDir Path folder;

  private Model again(Model model, String name) {
    new OpenVinoWriter().write(model, folder.resolve(name));
    return ModelFiles.read(folder.resolve(name));
  }

  private static Node node(String name, String type, String input, String output) {
    return Node.onnx(name, type, Attributes.NONE, List.of(input), List.of(output));
  }

  @Test
  void outputsOfOneValueKeepTheirNamesAndOrder() {
    TensorType type = TensorType.of(DataType.FLOAT32, 2);
    GraphEditor editor = GraphEditor.empty("shared").input(new Value("x", type));
    editor.add(node("relu", "Relu", "x", "a"));
    editor.add(node("other", "Abs", "x", "z"));
    editor.add(node("second", "Identity", "a", "a2"));
    editor.add(node("third", "Identity", "a", "a1"));
    editor.add(node("same", "Identity", "x", "kept"));
    for (String output : List.of("a", "z", "a2", "a1", "kept")) {
      editor.output(new Value(output, type));
    }
    Model once = again(Model.of(editor.build()), "once.xml");
    Model twice = again(once, "twice.xml");
    for (Model model : List.of(once, twice)) {
      assertThat(model.graph().outputs())
          .extracting(Value::name)
          .containsExactly("a", "z", "a2", "a1", "kept");
      assertThat(model.graph().inputs()).extracting(Value::name).containsExactly("x");
    }
  }

  @Test
  void layersDoNotGrowLongerNames() {
    TensorType type = TensorType.of(DataType.FLOAT32, 2, 3);
    GraphEditor editor = GraphEditor.empty("small").input(new Value("x", type));
    editor.add(node("relu", "Relu", "x", "a"));
    editor.add(node("flat", "Flatten", "a", "y"));
    editor.output(new Value("y", type));
    Model once = again(Model.of(editor.build()), "once.xml");
    assertThat(once.graph().nodes()).extracting(Node::name).startsWith("relu");
    Model twice = again(once, "twice.xml");
    assertThat(twice.graph().nodes())
        .extracting(Node::name)
        .containsExactlyElementsOf(once.graph().nodes().stream().map(Node::name).toList());
  }

  @Test
  void biasesAreJoinedUnderTheSameName() {
    TensorType type = TensorType.of(DataType.FLOAT32, 1, 2, 4, 4);
    GraphEditor editor = GraphEditor.empty("biased").input(new Value("x", type));
    editor.constant("w", Tensor.ofFloats(new float[4], 2, 2, 1, 1));
    editor.constant("b", Tensor.ofFloats(new float[] {1, 2}, 2));
    editor.add(Node.onnx("conv", "Conv", Attributes.NONE, List.of("x", "w", "b"), List.of("y")));
    editor.output(new Value("y", type));
    Model twice = again(again(Model.of(editor.build()), "once.xml"), "twice.xml");
    assertThat(twice.graph().nodes()).extracting(Node::name).containsExactly("conv");
    assertThat(twice.graph().constants()).containsOnlyKeys("w", "b");
  }
}
