package io.nncf4j.core.record;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * How long a run took.
 *
 * @param total seconds from start to end
 * @param stages seconds of each stage, in the order in which the stages began
 */
public record Seconds(double total, Map<String, Double> stages) {
  /** Nothing has been timed. */
  public static final Seconds NONE = new Seconds(0, Map.of());

  public Seconds {
    stages.values().forEach(Objects::requireNonNull);
    stages = Collections.unmodifiableMap(new LinkedHashMap<>(stages));
  }
}
