package io.nncf4j.core.record;

/**
 * How many times as fast one model is as another, both timed in turn.
 *
 * @param ratio the estimate; below 1 is slower
 * @param low lower end of the 95 % interval
 * @param high upper end
 */
public record Speedup(double ratio, double low, double high) {
  /** True when the interval holds 1: the difference may be noise. */
  public boolean isWithinNoise() {
    return low <= 1 && high >= 1;
  }
}
