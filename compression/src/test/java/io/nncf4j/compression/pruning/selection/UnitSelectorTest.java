package io.nncf4j.compression.pruning.selection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.nncf4j.compression.pruning.channel.ChannelAnalysis;
import io.nncf4j.compression.pruning.importance.FilterImportance;
import io.nncf4j.compression.pruning.importance.UnitImportance;
import io.nncf4j.core.InputException;
import io.nncf4j.testing.SharedFiles;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class UnitSelectorTest {
  @Test
  void numbersOfPrunedFiltersAreThoseOfTheOriginal() throws IOException {
    JsonNode cases =
        JsonMapper.builder().build().readTree(SharedFiles.oracle("pruning/rounding.json").toFile());
    assertThat(cases).isNotEmpty();
    for (JsonNode entry : cases) {
      int total = entry.get("total").asInt();
      double level = entry.get("level").asDouble();
      assertThat(UnitSelector.pruned(total, level, 8))
          .as(entry.toString())
          .isEqualTo(entry.get("pruned_multiple_of_8").asInt());
      assertThat(UnitSelector.pruned(total, level, 1))
          .as(entry.toString())
          .isEqualTo(entry.get("pruned_multiple_of_1").asInt());
    }
  }

  @Test
  void whatCannotBeReachedSaysWhatCan() {
    ChannelAnalysis analysis = ChannelAnalysis.of(BigNetwork.of(2));
    LayerCosts costs = LayerCosts.of(analysis, analysis.model(), false);
    UnitSelector selector =
        new UnitSelector(analysis.groups(), UnitImportance.of(analysis, FilterImportance.L1, true));
    assertThatThrownBy(() -> selector.globalForFlops(0.9999, costs))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("at most 98");
    assertThatThrownBy(() -> selector.uniform(-0.1, 8))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("-0.1");
    assertThat(selector.uniform(0, 8)).isEmpty();
    assertThat(selector.uniform(1, 8)).hasSize(16 + 32 + 64 + 128 - 4);
  }
}
