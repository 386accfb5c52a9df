package io.nncf4j.compression.quantization.plan;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.nncf4j.core.InputException;

/** Plans as JSON text: the form in which they are saved, edited by hand and given back. */
public final class PlanJson {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
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

  /**
   * @throws InputException when the text is no plan; the message names line, column and what is
   *     wrong
   */
  public static QuantizationPlan read(String json) {
    try {
      QuantizationPlan plan = MAPPER.readValue(json, QuantizationPlan.class);
      if (plan == null) {
        throw new InputException("The plan is empty: expected a JSON object");
      }
      return plan;
    } catch (ValueInstantiationException e) {
      throw new InputException("The plan is not valid: " + where(e) + problem(e), e);
    } catch (JsonProcessingException e) {
      throw new InputException(
          "The plan is not valid: " + where(e) + firstLine(e.getOriginalMessage()), e);
    }
  }

  private static String problem(ValueInstantiationException e) {
    Throwable cause = e.getCause();
    String message = cause == null ? null : cause.getMessage();
    return cause instanceof InputException && message != null
        ? firstLine(message)
        : "a value is missing";
  }

  private static String where(JsonProcessingException e) {
    return e.getLocation() == null
        ? ""
        : "line "
            + e.getLocation().getLineNr()
            + ", column "
            + e.getLocation().getColumnNr()
            + ": ";
  }

  private static String firstLine(String message) {
    return message.lines().findFirst().orElse("");
  }
}
