package io.nncf4j.compression.training.control;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.nncf4j.core.InputException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a checkpoint keeps of compression beside the tensors: enough to build the same compressed
 * model without initialising it again. Maps, lists, texts, numbers and truth values only.
 *
 * @param builderState by algorithm: what was built, such as the plan of quantizers
 * @param controllerState by algorithm: how far it has come
 */
public record CompressionState(
    Map<String, Object> builderState, Map<String, Object> controllerState) {
  /** In the order of keys: that of {@link Map#of} changes from one process to the next. */
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS).build();

  public CompressionState {
    builderState = Map.copyOf(builderState);
    controllerState = Map.copyOf(controllerState);
  }

  /** The state as JSON, with the keys {@code builder_state} and {@code ctrl_state}. */
  public String toJson() {
    try {
      return MAPPER.writeValueAsString(
          Map.of("builder_state", builderState, "ctrl_state", controllerState));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A compression state can always be written", e);
    }
  }

  /**
   * Reads what {@link #toJson} wrote.
   *
   * @throws InputException when the text is no compression state
   */
  public static CompressionState fromJson(String json) {
    try {
      Map<String, Object> all = MAPPER.readValue(json, new TypeReference<>() {});
      if (all == null) {
        throw new InputException("The compression state is empty: expected a JSON object");
      }
      return new CompressionState(
          StateValues.map(all, "builder_state"), StateValues.map(all, "ctrl_state"));
    } catch (JsonProcessingException e) {
      throw new InputException(
          "The compression state is no JSON: " + firstLine(e.getOriginalMessage()), e);
    }
  }

  private static String firstLine(@Nullable String message) {
    return String.valueOf(message).lines().findFirst().orElse("");
  }
}
