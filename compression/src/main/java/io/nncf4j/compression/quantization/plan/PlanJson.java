package io.nncf4j.compression.quantization.plan;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.nncf4j.core.InputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Plans as JSON text: the form in which they are saved, edited by hand and given back. */
public final class PlanJson {
  /** A plan of ten thousand quantizers has about 5 MB. */
  private static final long LARGEST_FILE = 64L << 20;

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .disable(MapperFeature.AUTO_DETECT_IS_GETTERS)
          .build();

  private PlanJson() {}

  public static String write(QuantizationPlan plan) {
    try {
      return MAPPER.writeValueAsString(plan) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A plan can always be written", e);
    }
  }

  /** On one line, for places where nobody edits it. */
  public static String writeCompact(QuantizationPlan plan) {
    try {
      return MAPPER.writer().without(SerializationFeature.INDENT_OUTPUT).writeValueAsString(plan);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A plan can always be written", e);
    }
  }

  /**
   * Reads a saved plan.
   *
   * @throws InputException when there is no such file or it holds no plan; the message names line,
   *     column and what is wrong
   */
  public static QuantizationPlan read(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new InputException(
          "There is no file " + file + ": give a plan as saved beside a quantized model");
    }
    try {
      if (Files.size(file) > LARGEST_FILE) {
        throw new InputException(file + " is too large to be a plan");
      }
      return read(new String(Files.readAllBytes(file), StandardCharsets.UTF_8), file.toString());
    } catch (IOException e) {
      throw new InputException("The plan " + file + " cannot be read", e);
    }
  }

  /**
   * @throws InputException when the text is no plan; the message names line, column and what is
   *     wrong
   */
  public static QuantizationPlan read(String json) {
    return read(json, "The text");
  }

  private static QuantizationPlan read(String json, String source) {
    try {
      QuantizationPlan plan = MAPPER.readValue(json, QuantizationPlan.class);
      if (plan == null) {
        throw new InputException(source + " is no quantization plan: expected a JSON object");
      }
      return plan;
    } catch (JsonProcessingException e) {
      throw new InputException(source + " is no quantization plan: " + problem(e), e);
    }
  }

  private static String problem(JsonProcessingException e) {
    String where =
        e.getLocation() == null
            ? ""
            : "line "
                + e.getLocation().getLineNr()
                + ", column "
                + e.getLocation().getColumnNr()
                + ": ";
    if (!(e instanceof JsonMappingException mapping)) {
      return where + "this is not JSON";
    }
    if (e instanceof UnrecognizedPropertyException unknown) {
      return where
          + "the name \""
          + unknown.getPropertyName()
          + "\" is not known here; known are "
          + unknown.getKnownPropertyIds();
    }
    if (e.getCause() instanceof InputException wrong) {
      return where + wrong.getMessage();
    }
    String path = path(mapping);
    return where + (path.isEmpty() ? "it" : path) + " is missing or is not what is expected";
  }

  private static String path(JsonMappingException e) {
    StringBuilder path = new StringBuilder();
    for (JsonMappingException.Reference step : e.getPath()) {
      if (step.getFieldName() != null) {
        path.append(path.isEmpty() ? "" : ".").append(step.getFieldName());
      } else {
        path.append('[').append(step.getIndex()).append(']');
      }
    }
    return path.toString();
  }
}
