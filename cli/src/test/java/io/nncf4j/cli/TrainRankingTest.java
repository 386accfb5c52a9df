package io.nncf4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code nncf train} with a learned ranking of filters. */
class TrainRankingTest {
  @TempDir private Path folder;

  @BeforeEach
  void makeData() throws IOException {
    ColourPictures.make(folder);
  }

  private CommandRun train(String out, String more) throws IOException {
    Path file =
        ColourPictures.config(
            folder,
            """
            , "compression": {"algorithm": "filter_pruning", "params": {
                "interlayer_ranking_type": "learned_ranking", "schedule": "baseline",
                "pruning_target": 0.3, %s}}"""
                .formatted(more));
    return CommandRun.of("train", "--config", file, "-o", folder.resolve(out));
  }

  @Test
  void theRankingIsSearchedSavedAndLoaded() throws IOException {
    Path ranking = folder.resolve("ranking.json");
    String search = "\"legr_params\": {\"generations\": 3, \"train_steps\": 2}, \"%s\": \"%s\"";
    CommandRun run = train("run", search.formatted("save_ranking_coeffs_path", ranking));
    assertThat(run.exitCode()).as(run.error()).isZero();
    assertThat(run.error()).contains("of 3 rankings tried");
    assertThat(ranking).exists();
    CommandRun again = train("again", search.formatted("save_ranking_coeffs_path", ranking));
    assertThat(again.exitCode()).isEqualTo(2);
    assertThat(again.error()).contains("exists already").contains("load_ranking_coeffs_path");
    CommandRun loaded = train("loaded", search.formatted("load_ranking_coeffs_path", ranking));
    assertThat(loaded.exitCode()).as(loaded.error()).isZero();
    assertThat(loaded.error())
        .doesNotContain("rankings tried")
        .contains("\"params.legr_params\" says nothing here: the ranking is loaded");
    assertThat(folder.resolve("loaded/model.onnx"))
        .hasSameBinaryContentAs(folder.resolve("run/model.onnx"));
  }
}
