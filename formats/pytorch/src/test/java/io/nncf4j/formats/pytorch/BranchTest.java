package io.nncf4j.formats.pytorch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nncf4j.core.InputException;
import io.nncf4j.core.compose.ForeignNodes;
import io.nncf4j.core.format.ModelFiles;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.operator.ShapeInference;
import io.nncf4j.core.pass.Verifier;
import io.nncf4j.formats.pytorch.archive.TorchFile;
import io.nncf4j.formats.pytorch.archive.ZipContents;
import io.nncf4j.testing.SharedFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Exported programs with {@code torch.cond}. No file with one is at hand: the last three nodes of a
 * program stand in a branch here, as the schema of PyTorch says.
 */
class BranchTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  private static Path original() {
    return SharedFiles.oracle("torch-export/tiny_resnet/model_dynamic.pt2");
  }

  private static ObjectNode json(String text) throws IOException {
    return (ObjectNode) JSON.readTree(text.replace('\'', '"'));
  }

  /** A graph of three given values that ends with what the program ends with, or its negative. */
  private static ObjectNode side(ArrayNode last, boolean negative) throws IOException {
    ObjectNode graph =
        json(
            "{'inputs': [{'as_tensor': {'name': 'a'}}, {'as_tensor': {'name': 'b'}},"
                + " {'as_tensor': {'name': 'c'}}], 'outputs': [{'as_tensor': {'name': '"
                + (negative ? "neg" : "linear")
                + "'}}], 'tensor_values': {}, 'is_single_tensor_return': false}");
    ArrayNode nodes = graph.putArray("nodes");
    for (var node : last) {
      nodes.add(
          JSON.readTree(
              node.toString()
                  .replace("\"relu__14\"", "\"a\"")
                  .replace("\"p_l__s___fc_weight\"", "\"b\"")
                  .replace("\"p_l__s___fc_bias\"", "\"c\"")));
    }
    if (negative) {
      nodes.add(
          json(
              "{'target': 'torch.ops.aten.neg.default', 'inputs': [{'name': 'self', 'arg':"
                  + " {'as_tensor': {'name': 'linear'}}}], 'outputs': [{'as_tensor': {'name':"
                  + " 'neg'}}], 'metadata': {}}"));
    }
    return graph;
  }

  private static String call(String target, String result, String argument) {
    return ("{'target': 'torch.ops.aten.%s', 'inputs': [{'name': 'self', 'arg': {'as_tensor': {'name':"
            + " '%s'}}}], 'outputs': [{'as_tensor': {'name': '%s'}}], 'metadata': {}}")
        .formatted(target, argument, result);
  }

  /**
   * @param condition as an argument
   * @param negativeWhenTrue whether the branch that is taken when the condition holds gives the
   *     negative of what PyTorch gave
   */
  private Path program(String condition, boolean negativeWhenTrue, int given) throws IOException {
    ZipContents old = ZipContents.of(TorchFile.map(original()));
    ObjectNode program = (ObjectNode) JSON.readTree(old.text("serialized_exported_program.json"));
    ArrayNode nodes = (ArrayNode) program.path("graph_module").path("graph").path("nodes");
    ArrayNode last = JSON.createArrayNode();
    while (last.size() < 3) {
      last.insert(0, nodes.remove(nodes.size() - 1));
    }
    // Behind a ReLU: the sum is above zero.
    nodes.add(json(call("sum.default", "sum_1", "relu__14")));
    ObjectNode greater = json(call("gt.Scalar", "gt", "sum_1"));
    ((ArrayNode) greater.path("inputs")).add(json("{'name': 'other', 'arg': {'as_int': 0}}"));
    nodes.add(greater);
    nodes.add(json(call("logical_not.default", "not_gt", "gt")));
    ObjectNode branch =
        json(
            "{'target': 'torch.ops.higher_order.cond', 'outputs': [{'as_tensors': [{'name':"
                + " 'linear'}]}], 'metadata': {}}");
    ArrayNode inputs = branch.putArray("inputs");
    inputs.add(json("{'name': '', 'arg': " + condition + "}"));
    for (boolean negative : new boolean[] {negativeWhenTrue, !negativeWhenTrue}) {
      ObjectNode argument = json("{'name': '', 'arg': {'as_graph': {'name': 'side'}}}");
      ((ObjectNode) argument.path("arg").path("as_graph")).set("graph", side(last, negative));
      inputs.add(argument);
    }
    ObjectNode operands = json("{'name': '', 'arg': {}}");
    ArrayNode tensors = ((ObjectNode) operands.path("arg")).putArray("as_tensors");
    for (String name :
        java.util.List.of("relu__14", "p_l__s___fc_weight", "p_l__s___fc_bias").subList(0, given)) {
      tensors.add(json("{'name': '" + name + "'}"));
    }
    inputs.add(operands);
    nodes.add(branch);
    NewerArchive archive = NewerArchive.of(original());
    archive.put("models/model.json", program.toString());
    return Files.write(folder.resolve("branch.pt2"), archive.toBytes());
  }

  private static String tensor(String name) {
    return "{'as_tensor': {'name': '" + name + "'}}";
  }

  @Test
  void isAnIfWhoseBranchIsChosenWhileRunning() throws IOException {
    for (boolean holds : new boolean[] {true, false}) {
      Model model = ModelFiles.read(program(tensor(holds ? "gt" : "not_gt"), !holds, 3));
      assertThat(ForeignNodes.list(model.graph())).isEmpty();
      assertThat(Verifier.STANDARD.verify(model)).isEmpty();
      assertThat(ShapeInference.analyse(model).findings()).isEmpty();
      assertThat(model.graph().nodes()).extracting(Node::type).contains("If");
      ExportedProgramsTest.compare(model, original(), "");
      ExportedProgramsTest.compare(model, original(), "_batch3");
      // Weights are around the branch, where training finds them.
      assertThat(model.graph().constants()).containsKey("fc.weight");
    }
  }

  @Test
  void isTheBranchItselfWhenTheConditionIsKnown() throws IOException {
    Model model = ModelFiles.read(program("{'as_bool': false}", true, 3));
    assertThat(model.graph().nodes()).extracting(Node::type).doesNotContain("If");
    ExportedProgramsTest.compare(model, original(), "");
  }

  @Test
  void aBranchThatIsGivenTooLittleIsRefused() throws IOException {
    Path file = program(tensor("gt"), false, 2);
    assertThatThrownBy(() -> ModelFiles.read(file))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("takes 3 values and is given 2");
  }
}
