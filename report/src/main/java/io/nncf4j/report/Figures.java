package io.nncf4j.report;

import java.util.Locale;

/** Numbers and names as people read them; always with a point, whatever the locale. */
public final class Figures {
  private static final String[] UNITS = {"kB", "MB", "GB", "TB"};

  private Figures() {}

  /** Bytes in powers of 1000, such as {@code 13.96 MB}. */
  public static String bytes(long bytes) {
    if (Math.abs(bytes) < 1000) {
      return bytes + " B";
    }
    double value = bytes;
    int unit = -1;
    while (Math.abs(value) >= 999.5 && unit < UNITS.length - 1) {
      value /= 1000;
      unit++;
    }
    return significant(value, 3) + " " + UNITS[unit];
  }

  /** Milliseconds, such as {@code 2.61 ms}. */
  public static String millis(double millis) {
    return significant(millis, 3) + " ms";
  }

  /** A duration, such as {@code 7.31 s} or {@code 42 ms}. */
  public static String seconds(double seconds) {
    return seconds < 0.9995 ? fixed(seconds * 1000, 0) + " ms" : significant(seconds, 3) + " s";
  }

  /** A percentage with two digits after the point. */
  public static String percent(double percent) {
    return fixed(percent, 2) + " %";
  }

  /** How many percentage points more, with sign. */
  public static String points(double points) {
    return String.format(Locale.ROOT, "%+.2f points", points == 0 ? 0.0 : points);
  }

  /**
   * A ratio in words.
   *
   * @param ratio before divided by after
   * @param better word for a ratio above 1, such as {@code faster}
   * @param worse word for a ratio below 1
   */
  public static String ratio(double ratio, String better, String worse) {
    if (!Double.isFinite(ratio) || ratio <= 0) {
      return "";
    }
    double shown = ratio >= 1 ? ratio : 1 / ratio;
    String text = fixed(shown, 2);
    return text.equals("1.00") ? "the same" : text + "x " + (ratio >= 1 ? better : worse);
  }

  /** Any number, with at most four digits that count. */
  public static String number(double number) {
    return significant(number, 4);
  }

  /** A number at an axis: no more digits than it needs. */
  public static String tick(double number) {
    String text = number(number);
    return text.contains(".") && !text.contains("e")
        ? text.replaceAll("0+$", "").replaceAll("\\.$", "")
        : text;
  }

  /** A number with {@code digits} digits after the point. */
  public static String fixed(double number, int digits) {
    return String.format(Locale.ROOT, "%." + digits + "f", number);
  }

  /** At least {@code digits} digits that count; no exponent between 0.001 and a million. */
  static String significant(double number, int digits) {
    double magnitude = Math.abs(number);
    if (number == 0) {
      return "0";
    }
    if (magnitude >= 1e6 || magnitude < 1e-3) {
      return String.format(Locale.ROOT, "%." + (digits - 1) + "e", number);
    }
    int before = (int) Math.floor(Math.log10(magnitude)) + 1;
    String text = fixed(number, Math.max(0, digits - before));
    // Rounding 9.999 up makes one digit too many.
    boolean grew = Math.abs(Double.parseDouble(text)) >= Math.pow(10, before);
    return grew ? fixed(number, Math.max(0, digits - before - 1)) : text;
  }

  /** The text without control characters, which could move a terminal's cursor. */
  public static String printable(String text) {
    StringBuilder clean = new StringBuilder(text.length());
    text.codePoints()
        .map(point -> Character.isISOControl(point) || isInvisible(point) ? '?' : point)
        .forEach(clean::appendCodePoint);
    return clean.toString();
  }

  /** Marks that turn the direction of text, and lone surrogates. */
  private static boolean isInvisible(int point) {
    int type = Character.getType(point);
    return type == Character.FORMAT || type == Character.SURROGATE;
  }

  /** At most {@code length} characters, the middle left out. */
  public static String shortened(String text, int length) {
    if (text.length() <= length) {
      return text;
    }
    int head = (length - 1) / 2;
    int tail = length - 1 - head;
    return text.substring(0, head) + "…" + text.substring(text.length() - tail);
  }
}
