package io.nncf4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigTest {
  @TempDir private Path folder;

  private CommandRun validate(String json) throws IOException {
    Path file = Files.writeString(folder.resolve("c.json"), json);
    return CommandRun.of("config", "validate", file.toString());
  }

  @Test
  void aValidFileIsNamedWithItsAlgorithms() throws IOException {
    CommandRun run = validate("{\"compression\": {\"algorithm\": \"quantization\"}} // done");
    assertThat(run.exitCode()).as(run.error()).isZero();
    assertThat(run.out()).contains("is valid: quantization for ANY");
  }

  @Test
  void anInvalidFileEndsWithAllProblemsAndCodeTwo() throws IOException {
    CommandRun run =
        validate(
            "{\"compression\": {\"algorithm\": \"quantization\", \"presset\": 1}, \"log_dir\": 1}");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.error()).contains("did you mean \"preset\"?", "log_dir");
  }

  @Test
  void faultsThatTheSchemaCannotTellAreListedTogether() throws IOException {
    CommandRun run =
        validate(
            """
            {"input_info": {"sample_size": [1, -1]},
             "compression": {"algorithm": "quantization",
                             "initializer": {"range": {"num_init_samples": -5}}}}
            """);
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.error()).contains("c.json", "sample_size", "num_init_samples");
  }

  @Test
  void aMisspeltKeyThatIsAllowedIsPointedOut() throws IOException {
    CommandRun run = validate("{\"compresion\": {\"algorithm\": \"quantization\"}}");
    assertThat(run.exitCode()).isZero();
    assertThat(run.error()).contains("\"compresion\"", "did you mean \"compression\"?");
  }

  @Test
  void nestingIsRefusedInWordsOfOurs() throws IOException {
    CommandRun run = validate("[".repeat(100_000));
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.error()).contains("no JSON").doesNotContain("StreamReadConstraints");
  }

  @Test
  void aMissingFileEndsWithCodeTwo() {
    CommandRun run = CommandRun.of("config", "validate", folder.resolve("no.json").toString());
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.error()).contains("does not exist");
  }

  @Test
  void theSchemaIsPrinted() {
    CommandRun run = CommandRun.of("config", "schema");
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("draft-07").endsWith("}\n");
  }
}
