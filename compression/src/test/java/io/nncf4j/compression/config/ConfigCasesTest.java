package io.nncf4j.compression.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.nncf4j.testing.SharedFiles;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The verdicts of the original on its probe configurations, with four intended differences. */
class ConfigCasesTest {
  /** Accepted by one and rejected by the other; the value is our verdict. */
  private static final Map<String, Boolean> DIFFERENCES =
      Map.of(
          "q target bad device", true,
          "comp {}", false,
          "kd no algorithm", false,
          "fp legr extra", true);

  @Test
  void verdictsAreThoseOfTheOriginalExceptFour() throws IOException {
    JsonNode cases = new JsonMapper().readTree(SharedFiles.path("spec/config-cases.json").toFile());
    Map<String, Boolean> different = new HashMap<>();
    int count = 0;
    for (JsonNode one : cases.path("cases")) {
      count++;
      boolean accepted = ConfigSchema.get().validate(one.path("config")).isEmpty();
      if (accepted != one.path("accepted").booleanValue()) {
        different.put(one.path("name").asText(), accepted);
      }
    }
    assertThat(count).isGreaterThanOrEqualTo(63);
    assertThat(different).isEqualTo(DIFFERENCES);
  }

  @Test
  void everyRejectedCaseSaysWhere() throws IOException {
    JsonNode cases = new JsonMapper().readTree(SharedFiles.path("spec/config-cases.json").toFile());
    for (JsonNode one : cases.path("cases")) {
      JsonNode config = one.path("config");
      boolean accepted =
          DIFFERENCES.getOrDefault(one.path("name").asText(), one.path("accepted").booleanValue());
      if (accepted) {
        assertThat(NNCFConfig.fromText(config.toString()).asJava()).isNotNull();
      } else {
        assertThatThrownBy(() -> NNCFConfig.fromText(config.toString()))
            .isInstanceOfSatisfying(
                ConfigException.class,
                e ->
                    assertThat(e.problems())
                        .as(one.path("name").asText() + ": " + e.getMessage())
                        .hasSizeBetween(1, 2)
                        .allSatisfy(
                            problem ->
                                assertThat(problem.message())
                                    .containsAnyOf("found", "unknown key")
                                    .containsAnyOf("allowed", "must be given", "is missing")
                                    .doesNotContain("schema")));
      }
    }
  }
}
