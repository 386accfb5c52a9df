package io.nncf4j.cli.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.nncf4j.core.NncfException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/** One JSON object a line, appended while a run goes on. */
final class TrainLog {
  private static final JsonMapper MAPPER = new JsonMapper();

  private final Path file;

  TrainLog(Path file) {
    this.file = file;
  }

  void add(Map<String, ?> entry) {
    try {
      Files.writeString(
          file,
          MAPPER.writeValueAsString(entry) + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A log entry can always be written", e);
    } catch (IOException e) {
      throw new NncfException("Cannot write " + file + ": " + e.getMessage(), e);
    }
  }
}
