package io.nncf4j.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.EnumFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.nncf4j.core.InputException;
import io.nncf4j.core.NncfException;
import io.nncf4j.core.record.RunRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Run records as JSON. Names are those of the record's components; what is absent is left out; a
 * reader ignores names that it does not know, so that records of other versions can be shown.
 */
public final class RunJson {
  /** A record of ten thousand layers has about 5 MB. */
  private static final long LARGEST_FILE = 256L << 20;

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(
                  JsonInclude.Include.NON_NULL, JsonInclude.Include.NON_NULL))
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(EnumFeature.WRITE_ENUMS_TO_LOWERCASE)
          .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .withConfigOverride(
              List.class,
              list -> list.setSetterInfo(JsonSetter.Value.forValueNulls(Nulls.AS_EMPTY)))
          .withConfigOverride(
              Map.class, map -> map.setSetterInfo(JsonSetter.Value.forValueNulls(Nulls.AS_EMPTY)))
          .build();

  private RunJson() {}

  /** The record as one JSON object on several lines, without a line feed at the end. */
  public static String write(RunRecord run) {
    try {
      return MAPPER.writeValueAsString(run);
    } catch (JsonProcessingException e) {
      throw new NncfException("The record of the run cannot be written as JSON", e);
    }
  }

  private static String problem(JsonMappingException e) {
    StringBuilder path = new StringBuilder();
    for (JsonMappingException.Reference step : e.getPath()) {
      if (step.getFieldName() != null) {
        path.append(path.isEmpty() ? "" : ".").append(step.getFieldName());
      } else {
        path.append('[').append(step.getIndex()).append(']');
      }
    }
    return (path.isEmpty() ? "it" : path) + " is missing or is not what is expected";
  }

  /**
   * Reads a saved record.
   *
   * @throws InputException when there is no such file or it holds no run record
   */
  public static RunRecord read(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new InputException(
          "There is no file " + file + ": give the JSON that a verb printed with --json");
    }
    try {
      if (Files.size(file) > LARGEST_FILE) {
        throw new InputException(
            file + " has more than " + Figures.bytes(LARGEST_FILE) + ": it is no run record");
      }
      RunRecord run = MAPPER.readValue(file.toFile(), RunRecord.class);
      if (run == null) {
        throw new InputException(file + " holds `null` and no run record");
      }
      return run;
    } catch (JsonProcessingException e) {
      int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
      throw new InputException(
          file
              + " is no run record, see line "
              + line
              + ": "
              + (e instanceof JsonMappingException wrong ? problem(wrong) : "this is not JSON"),
          e);
    } catch (IOException e) {
      throw new InputException(file + " cannot be read: " + e.getMessage(), e);
    }
  }
}
