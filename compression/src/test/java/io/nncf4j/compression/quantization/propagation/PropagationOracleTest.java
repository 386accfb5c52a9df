package io.nncf4j.compression.quantization.propagation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nncf4j.compression.hardware.HardwareProfile;
import io.nncf4j.compression.options.ModelType;
import io.nncf4j.compression.options.QuantizationOptions;
import io.nncf4j.compression.options.TargetRuntime;
import io.nncf4j.compression.quantization.plan.ActivationPlacement;
import io.nncf4j.compression.quantization.plan.ActivationPlacement.InputUse;
import io.nncf4j.compression.quantization.plan.QuantizationPlan;
import io.nncf4j.compression.quantization.plan.WeightPlacement;
import io.nncf4j.core.InputException;
import io.nncf4j.core.format.ModelFiles;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.operator.ShapeInference;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.testing.SharedFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Placement with the tables of the original framework, against the graphs that it made. */
class PropagationOracleTest {
  private static final PropagationPlanner ORIGINAL =
      new PropagationPlanner(
          HardwareProfile.cpu(), ConfigurationMerge.MERGE_ALL_IN_ONE, Set.of(DataType.FLOAT32));

  /** Graphs where we differ on purpose; docs/differences.md says why. */
  private static final Set<String> KNOWN_DIFFERENCES = Set.of("UnifiedEmbeddingModel");

  @Test
  void placesQuantizersWhereTheOriginalDoes() throws Exception {
    Path folder = SharedFiles.oracle("nncf-synthetic");
    JsonNode index = new ObjectMapper().readTree(Files.readString(folder.resolve("index.json")));
    Map<String, String> different = new TreeMap<>();
    int compared = 0;
    for (JsonNode entry : index) {
      if (!entry.has("graph_quantized")) {
        continue;
      }
      String name = entry.get("class").asText();
      Path model = folder.resolve(name).resolve("model_as_quantized_input.onnx");
      TreeSet<String> expected =
          ReferenceGraph.placements(
              folder.resolve(name).resolve(entry.get("graph_quantized").asText()));
      boolean isTransformer = entry.get("quantized_graph_params").has("model_type");
      TreeSet<String> found;
      try {
        found = placements(ModelFiles.read(model), isTransformer);
      } catch (InputException invalid) {
        found = new TreeSet<>(Set.of(String.valueOf(invalid.getMessage())));
      }
      compared++;
      if (!found.equals(expected)) {
        Set<String> missing = new LinkedHashSet<>(expected);
        missing.removeAll(found);
        Set<String> added = new LinkedHashSet<>(found);
        added.removeAll(expected);
        different.put(name, "missing " + missing + ", added " + added);
      }
    }
    assertThat(compared).isGreaterThanOrEqualTo(22);
    assertThat(different.keySet())
        .as(different.toString().replace("], ", "],\n"))
        .isEqualTo(KNOWN_DIFFERENCES);
  }

  private static TreeSet<String> placements(Model read, boolean isTransformer) {
    Model model = ShapeInference.infer(read);
    Graph graph = model.graph();
    QuantizationOptions options =
        QuantizationOptions.defaults().withTargetRuntime(TargetRuntime.NONE);
    if (isTransformer) {
      options = options.withModelType(ModelType.TRANSFORMER);
    }
    QuantizationPlan plan = ORIGINAL.plan(model, options);
    TreeSet<String> found = new TreeSet<>();
    for (ActivationPlacement placement : plan.activations()) {
      TreeSet<String> consumers = new TreeSet<>();
      if (placement.uses().isEmpty()) {
        graph.consumers(placement.value()).forEach(node -> consumers.add(node.name()));
      } else {
        placement.uses().stream().map(InputUse::node).forEach(consumers::add);
      }
      found.add(producer(graph, placement.value()) + " -> " + String.join(", ", consumers));
    }
    Map<String, TreeSet<String>> byWeight = new TreeMap<>();
    for (WeightPlacement placement : plan.weights()) {
      byWeight.computeIfAbsent(placement.value(), key -> new TreeSet<>()).add(placement.node());
    }
    byWeight.forEach(
        (weight, nodes) -> found.add(producer(graph, weight) + " -> " + String.join(", ", nodes)));
    return found;
  }

  private static String producer(Graph graph, String value) {
    Node node = graph.producer(value);
    if (node != null) {
      return node.name();
    }
    int index = graph.inputs().stream().map(Value::name).toList().indexOf(value);
    return index < 0 ? "weight" : "nncf_model_input_" + index;
  }
}
