package io.nncf4j.formats.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.operator.ModelCost;
import io.nncf4j.testing.SharedFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** FLOPs of convolutions and linear layers are those that PyTorch models were counted with. */
class ModelCostOracleTest {
  @Test
  void linearFlopsOfThePruningModels() throws IOException {
    Path folder = SharedFiles.oracle("pruning");
    JsonNode table = new ObjectMapper().readTree(Files.readAllBytes(folder.resolve("flops.json")));
    List<String> compared = new ArrayList<>();
    for (JsonNode one : table) {
      Path file = folder.resolve("models/" + one.get("model").asText() + "_1x1x8x8.onnx");
      if (Files.exists(file)) {
        Model model = new OnnxReader().read(file);
        assertThat(ModelCost.of(model).linearFlops())
            .as(one.get("model").asText())
            .isEqualTo(one.get("actual").get("full_flops").asLong());
        compared.add(one.get("model").asText());
      }
    }
    assertThat(compared).hasSizeGreaterThanOrEqualTo(4);
  }

  @Test
  void parametersOfKnownNetworks() {
    assertThat(cost("resnet20-cifar10").parameters()).isEqualTo(269_722);
    assertThat(cost("resnet56-cifar10").parameters()).isEqualTo(853_018);
    assertThat(cost("squeezenet1.1").parameters()).isEqualTo(1_235_496);
  }

  private static ModelCost cost(String name) {
    Path file = SharedFiles.data("models/classification/" + name + ".onnx");
    return ModelCost.ofBatch(new OnnxReader().read(file), 1);
  }
}
