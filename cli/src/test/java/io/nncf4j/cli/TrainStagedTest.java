package io.nncf4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.nncf4j.learning.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code nncf train} by what the section of binarization says about training. */
class TrainStagedTest {
  @TempDir private Path folder;

  @BeforeEach
  void makeData() throws IOException {
    ColourPictures.make(folder);
  }

  private CommandRun train(String out, String params, String optimizer) throws IOException {
    Path file =
        ColourPictures.config(
            folder,
            ", \"compression\": {\"algorithm\": \"binarization\", \"params\": {" + params + "}}");
    String text = Files.readString(file).replaceAll("\"optimizer\": \\{[^}]*}", optimizer);
    Files.writeString(file, text.replace("\"epochs\": 6", "\"epochs\": 4"));
    return CommandRun.of("train", "--config", file, "-o", folder.resolve(out));
  }

  @Test
  void ratesFallAlongThePolynomialAndDecayEnds() throws IOException {
    String optimizer = "\"optimizer\": {\"type\": \"Adam\"}";
    String falling =
        "\"base_lr\": 0.01, \"lr_poly_drop_start_epoch\": 1,"
            + " \"lr_poly_drop_duration_epochs\": 4";
    CommandRun run = train("run", falling + ", \"base_wd\": 0", optimizer);
    assertThat(run.exitCode()).as(run.error()).isZero();
    assertThat(run.error()).doesNotContain("says nothing");
    List<Double> rates = new ArrayList<>();
    for (String line : Files.readAllLines(folder.resolve("run/log.jsonl"))) {
      new JsonMapper()
          .readTree(line)
          .findValues("learning_rate")
          .forEach(each -> rates.add(each.asDouble()));
    }
    assertThat(rates).hasSize(4);
    assertThat(rates.get(0)).isCloseTo(0.01, within(1e-9));
    // The last step of the second epoch lies between them.
    assertThat(rates.get(1)).isBetween(0.01 * Math.pow(0.75, 2.1), 0.0099);
    assertThat(rates.get(3)).isBetween(0.01 * Math.pow(0.25, 2.1), 0.01 * Math.pow(0.5, 2.1));
    CommandRun decaying = train("decaying", falling + ", \"base_wd\": 0.5", optimizer);
    assertThat(decaying.exitCode()).as(decaying.error()).isZero();
    CommandRun ended =
        train("ended", falling + ", \"base_wd\": 0.5, \"disable_wd_start_epoch\": 0", optimizer);
    assertThat(ended.exitCode()).as(ended.error()).isZero();
    assertThat(weights("ended")).isEqualTo(weights("run")).isNotEqualTo(weights("decaying"));
  }

  private Map<String, List<Float>> weights(String run) {
    Map<String, List<Float>> weights = new TreeMap<>();
    Checkpoint.read(folder.resolve(run).resolve("last.safetensors"))
        .model()
        .forEach(
            (name, tensor) -> {
              List<Float> values = new ArrayList<>();
              for (float value : tensor.toFloats()) {
                values.add(value);
              }
              weights.put(name, values);
            });
    return weights;
  }

  @Test
  void whatIsSaidTwiceIsRefused() throws IOException {
    CommandRun run =
        train("run", "\"base_lr\": 0.01", "\"optimizer\": {\"type\": \"Adam\", \"base_lr\": 1}");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.error())
        .contains("params.base_lr (binarization): optimizer.base_lr says the same");
  }
}
