package io.nncf4j.formats.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nncf4j.core.graph.Dimension;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.operator.ShapeInference;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.testing.NpyArray;
import io.nncf4j.testing.SharedFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * On the ONNX operator cases, what is inferred never contradicts the expected outputs, and nearly
 * all of it is known.
 */
class ShapeInferenceCasesTest {
  /** How many outputs there are, and how many have their element type and every length known. */
  private static final class Count {
    int outputs;
    int known;
    final List<String> wrong = new ArrayList<>();
    final List<String> open = new ArrayList<>();
  }

  @Test
  void fromTypesAlone() throws IOException {
    Count count = inferAll(false);
    assertThat(count.wrong).isEmpty();
    assertThat(count.known)
        .as("%d of %d: %s", count.known, count.outputs, count.open)
        .isGreaterThanOrEqualTo(930);
  }

  @Test
  void whenSmallIntegerInputsAreConstants() throws IOException {
    Count count = inferAll(true);
    assertThat(count.wrong).isEmpty();
    assertThat(count.known)
        .as("%d of %d: %s", count.known, count.outputs, count.open)
        .isGreaterThanOrEqualTo(1110);
  }

  private static Count inferAll(boolean fixIntegers) throws IOException {
    Count count = new Count();
    Path root = SharedFiles.oracle("onnx-node-tests");
    JsonNode index = new ObjectMapper().readTree(Files.readAllBytes(root.resolve("index.json")));
    for (JsonNode one : index) {
      Path folder = root.resolve(one.get("name").asText());
      JsonNode data = one.get("data_sets").get(0);
      Model model = new OnnxReader().read(folder.resolve("model.onnx"));
      try {
        Graph graph = withoutOutputTypes(model.graph());
        graph = fixIntegers ? withFixedIntegers(graph, folder, data.get("inputs")) : graph;
        Graph inferred = ShapeInference.infer(model.withGraph(graph)).graph();
        compare(one.get("name").asText(), inferred, data.get("outputs"), count);
      } catch (RuntimeException e) {
        count.wrong.add(one.get("name").asText() + ": " + e);
      }
    }
    return count;
  }

  private static Graph withoutOutputTypes(Graph graph) {
    List<Value> outputs =
        graph.outputs().stream().map(output -> new Value(output.name(), null)).toList();
    return new Graph(
        graph.name(), graph.inputs(), outputs, graph.constants(), graph.nodes(), Map.of());
  }

  private static Graph withFixedIntegers(Graph graph, Path folder, JsonNode inputs) {
    Map<String, Tensor> constants = new LinkedHashMap<>(graph.constants());
    for (JsonNode input : inputs) {
      boolean isArray = input.get("file").asText().endsWith(".npy");
      boolean isShape = input.get("elem_type").asText().equals("INT64");
      if (isArray && isShape && graph.isInput(input.get("name").asText())) {
        Tensor tensor = Inputs.tensor(NpyArray.read(folder.resolve(input.get("file").asText())));
        if (tensor.size() <= 64) {
          constants.put(input.get("name").asText(), tensor);
        }
      }
    }
    List<Value> open =
        graph.inputs().stream().filter(input -> !constants.containsKey(input.name())).toList();
    return new Graph(graph.name(), open, graph.outputs(), constants, graph.nodes(), Map.of());
  }

  private static void compare(String name, Graph graph, JsonNode expected, Count count) {
    for (JsonNode output : expected) {
      TensorType type = graph.tensorType(output.get("name").asText());
      String elementType = label(output.get("elem_type").asText());
      List<Long> shape = new ArrayList<>();
      output.get("shape").forEach(length -> shape.add(length.asLong()));
      String text = name + ": " + type + ", expected " + elementType + shape;
      count.outputs++;
      if (type.dataType() != null && !type.dataType().label().equals(elementType)) {
        count.wrong.add(text);
      } else if (contradicts(type.shape(), shape)) {
        count.wrong.add(text);
      } else if (type.dataType() != null && type.shape() != null && type.shape().isStatic()) {
        count.known++;
      } else {
        count.open.add(text);
      }
    }
  }

  private static boolean contradicts(
      @org.jspecify.annotations.Nullable Shape shape, List<Long> to) {
    if (shape == null) {
      return false;
    }
    if (shape.rank() != to.size()) {
      return true;
    }
    for (int axis = 0; axis < to.size(); axis++) {
      Dimension length = shape.get(axis);
      if (length.isKnown() && length.lengthOrMinusOne() != to.get(axis)) {
        return true;
      }
    }
    return false;
  }

  private static String label(String onnxName) {
    return switch (onnxName) {
      case "FLOAT" -> "float32";
      case "DOUBLE" -> "float64";
      case "FLOAT8E4M3FN", "FLOAT8E4M3FNUZ", "FLOAT8E5M2", "FLOAT8E5M2FNUZ" ->
          onnxName.replace("FLOAT8E", "float8_e").toLowerCase(Locale.ROOT);
      case "FLOAT4E2M1" -> "float4_e2m1";
      default -> onnxName.toLowerCase(Locale.ROOT);
    };
  }
}
