package io.nncf4j.compression.pruning.importance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.testing.NpyArray;
import io.nncf4j.testing.SharedFiles;
import java.io.IOException;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

/** Against the importances of the original. */
class FilterImportanceTest {
  @Test
  void importancesAreThoseOfTheOriginal() throws IOException {
    JsonNode cases =
        JsonMapper.builder()
            .build()
            .readTree(SharedFiles.oracle("pruning/importance.json").toFile());
    assertThat(cases).isNotEmpty();
    for (JsonNode entry : cases) {
      NpyArray array =
          NpyArray.read(SharedFiles.oracle("pruning/" + entry.get("weights").asText()));
      Tensor weight = Tensor.ofFloats(array.floats(), array.shape());
      for (FilterImportance importance : FilterImportance.values()) {
        check(entry.get(importance.label()), importance.of(weight, 0));
        check(entry.get(importance.label() + "_axis1"), importance.of(weight, 1));
      }
    }
  }

  private static void check(JsonNode expected, double[] found) {
    if (!expected.isArray()) {
      assertThat(found).containsOnly(expected.asDouble());
      return;
    }
    assertThat(found).hasSize(expected.size());
    for (int index = 0; index < found.length; index++) {
      assertThat(found[index])
          .isCloseTo(expected.get(index).asDouble(), Percentage.withPercentage(1e-3));
    }
  }
}
