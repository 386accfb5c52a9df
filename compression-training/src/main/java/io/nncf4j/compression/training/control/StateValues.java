package io.nncf4j.compression.training.control;

import io.nncf4j.core.InputException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads values out of a saved state; what is missing or of another kind is named. */
public final class StateValues {
  private StateValues() {}

  public static long number(Map<String, Object> state, String key) {
    if (state.get(key) instanceof Number value) {
      return value.longValue();
    }
    throw wrong(key, "a number", state.get(key));
  }

  /** A whole number from 0 to what an int holds. */
  public static int count(Map<String, Object> state, String key) {
    long value = number(state, key);
    if (value < 0 || value > Integer.MAX_VALUE) {
      throw wrong(key, "a count", value);
    }
    return (int) value;
  }

  /** A whole number that an int holds. */
  public static int integer(Map<String, Object> state, String key) {
    if (state.get(key) instanceof Integer value) {
      return value;
    }
    throw wrong(key, "a small whole number", state.get(key));
  }

  /** A finite number. */
  public static double real(Map<String, Object> state, String key) {
    return real(key, state.get(key));
  }

  public static List<Double> reals(Map<String, Object> state, String key) {
    if (state.get(key) instanceof List<?> list) {
      return list.stream().map(each -> real(key, each)).toList();
    }
    throw wrong(key, "a list", state.get(key));
  }

  private static double real(String key, @Nullable Object value) {
    if (value instanceof Number number && Double.isFinite(number.doubleValue())) {
      return number.doubleValue();
    }
    throw wrong(key, "a finite number", value);
  }

  public static String text(Map<String, Object> state, String key) {
    if (state.get(key) instanceof String value) {
      return value;
    }
    throw wrong(key, "a text", state.get(key));
  }

  public static Map<String, Object> map(Map<String, Object> state, String key) {
    return asMap(key, state.get(key));
  }

  public static List<Map<String, Object>> maps(Map<String, Object> state, String key) {
    if (state.get(key) instanceof List<?> list) {
      return list.stream().map(each -> asMap(key, each)).toList();
    }
    throw wrong(key, "a list", state.get(key));
  }

  private static Map<String, Object> asMap(String key, @Nullable Object value) {
    if (!(value instanceof Map<?, ?> map)) {
      throw wrong(key, "an object", value);
    }
    Map<String, Object> copy = new LinkedHashMap<>();
    map.forEach((name, each) -> copy.put(String.valueOf(name), each));
    return copy;
  }

  private static InputException wrong(String key, String expected, @Nullable Object found) {
    return new InputException(
        "The compression state holds no usable \""
            + key
            + "\": expected "
            + expected
            + ", found "
            + (found == null ? "nothing" : found.toString())
            + ". It was not written by this version, or it is damaged");
  }
}
