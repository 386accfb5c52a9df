package io.nncf4j.cli.console;

import java.util.Locale;

/** Numbers as people read them. */
public final class Quantities {
  private static final String[] BINARY = {"B", "KiB", "MiB", "GiB", "TiB"};
  private static final String[] DECIMAL = {"", " thousand", " million", " billion", " trillion"};

  private Quantities() {}

  /** Such as {@code 13.4 MiB}. */
  public static String bytes(long bytes) {
    return scaled(bytes, 1024, BINARY, " ");
  }

  /** Such as {@code 3.50 million}. */
  public static String count(long count) {
    return scaled(count, 1000, DECIMAL, "");
  }

  /** Such as {@code 3,504,872}. */
  public static String exact(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  /** Such as {@code 4.13 ms}. */
  public static String millis(double nanos) {
    return String.format(Locale.ROOT, "%.2f ms", nanos / 1e6);
  }

  private static String scaled(long number, int base, String[] units, String separator) {
    double value = number;
    int unit = 0;
    while (value >= base && unit < units.length - 1) {
      value /= base;
      unit++;
    }
    return unit == 0
        ? number + separator + units[0]
        : String.format(Locale.ROOT, value < 100 ? "%.2f" : "%.0f", value)
            + separator
            + units[unit];
  }
}
