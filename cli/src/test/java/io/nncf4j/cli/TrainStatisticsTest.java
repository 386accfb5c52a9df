package io.nncf4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code nncf train} tells how much was pruned and made sparse, and where. */
class TrainStatisticsTest {
  @TempDir private Path folder;

  @BeforeEach
  void makeData() throws IOException {
    ColourPictures.make(folder);
  }

  private CommandRun train(String... more) throws IOException {
    Path file =
        ColourPictures.config(
            folder,
            """
            , "compression": [
                {"algorithm": "filter_pruning", "params": {"schedule": "baseline",
                  "all_weights": true, "prune_first_conv": true, "pruning_target": 0.5}},
                {"algorithm": "magnitude_sparsity", "params": {"schedule": "multistep",
                  "multistep_steps": [1], "multistep_sparsity_levels": [0.25, 0.5]}}]""");
    Files.writeString(file, Files.readString(file).replace("\"epochs\": 6", "\"epochs\": 2"));
    List<Object> all =
        new ArrayList<>(List.of("train", "-c", file, "-o", folder.resolve("run"), "--force"));
    all.addAll(List.of(more));
    return CommandRun.of(all.toArray());
  }

  @Test
  void filtersAndZerosAreToldInTextJsonAndPage() throws IOException {
    CommandRun text = train();
    assertThat(text.exitCode()).as(text.error()).isZero();
    assertThat(text.out())
        .contains("Statistics of the pruned model")
        .contains("GFLOPs")
        .contains("Statistics by pruned layers")
        .contains("Sparsity level of all sparsified layers | 0.500");
    assertThat(Files.readString(folder.resolve("run/model.html")))
        .contains("Statistics by pruned layers")
        .contains("Sparsity level of the whole model")
        .contains("Filters kept in each layer", "conv: 4 of 8", "fc: 3 of 3");
    CommandRun json = train("--json");
    assertThat(json.exitCode()).as(json.error()).isZero();
    JsonNode pruned = json.json().get("statistics").get(0);
    assertThat(pruned.get("title").asText()).isEqualTo("Statistics of the pruned model");
    assertThat(pruned.get("columns").get(0).asText()).isEqualTo("#");
    // conv has 8 filters, of which a half goes, and fc 3.
    assertThat(pruned.get("rows").toString()).contains("[\"Filters\",\"11\",\"7\",\"0.364\"]");
  }

  @Test
  void aTestOfACheckpointTellsThemToo() throws IOException {
    assertThat(train().exitCode()).isZero();
    CommandRun run =
        train("--mode", "test", "--resume", folder.resolve("run/last.safetensors").toString());
    assertThat(run.exitCode()).as(run.error()).isZero();
    assertThat(run.out()).contains("Statistics by pruned layers");
  }
}
