package io.nncf4j.compression.config;

import java.util.List;
import java.util.Map;

/**
 * How the widths of quantizers are chosen: by hand, or by the curvature of the loss.
 *
 * @param type the way
 * @param bits widths to choose from, ascending
 * @param dataPoints samples that curvature is measured on
 * @param iterations most random vectors to measure it with
 * @param tolerance relative change of the estimate at which it is good enough
 * @param compressionRatio least ratio of arithmetic at 8 bits to that at the chosen widths
 * @param bitwidthPerScope pairs of a width and the scope of one quantizer, for the manual way
 */
public record PrecisionConfig(
    Type type,
    List<Integer> bits,
    int dataPoints,
    int iterations,
    double tolerance,
    double compressionRatio,
    List<Map.Entry<Integer, String>> bitwidthPerScope) {
  /** The ways there are. */
  public enum Type {
    MANUAL,
    HAWQ
  }

  private static final int NARROWEST = 2;
  private static final int WIDEST = 16;

  /** Bits against which compression is counted. */
  private static final int REFERENCE = 8;

  static PrecisionConfig of(ConfigSection section) {
    String name = section.text("type", "manual");
    if (name.equals("autoq")) {
      section.refuse(
          "type",
          "found \"autoq\", which is not supported: it trains an agent over hundreds of episodes;"
              + " allowed: hawq, which measures each layer once, or manual");
    }
    if (section.text("bitwidth_assignment_mode", "liberal").equals("strict")) {
      section.refuse(
          "bitwidth_assignment_mode", "found \"strict\", which is not supported; allowed: liberal");
    }
    if (section.isList("bits") && section.numbers("bits").isEmpty()) {
      section.refuse("bits", "found no width; allowed: at least one, such as [4, 8]");
    }
    List<Integer> bits =
        section.numbers("bits").stream()
            .map(value -> width(section, "bits", value))
            .distinct()
            .sorted()
            .toList();
    List<Integer> choices = bits.isEmpty() ? List.of(2, 4, 8) : bits;
    return new PrecisionConfig(
        name.equals("hawq") ? Type.HAWQ : Type.MANUAL,
        choices,
        section.integer("num_data_points", 1, Integer.MAX_VALUE).orElse(100),
        section.integer("iter_number", 1, Integer.MAX_VALUE).orElse(200),
        section.number("tolerance", 0, 1, 1e-4),
        section.positive("compression_ratio", (double) REFERENCE / choices.get(0), 1.5),
        section.pairs("bitwidth_per_scope").stream()
            .map(
                pair ->
                    Map.entry(width(section, "bitwidth_per_scope", pair.getKey()), pair.getValue()))
            .toList());
  }

  private static int width(ConfigSection section, String key, double bits) {
    if (bits != Math.rint(bits) || bits < NARROWEST || bits > WIDEST) {
      section.refuse(
          key, "found " + bits + "; allowed: whole numbers, " + NARROWEST + " to " + WIDEST);
      return REFERENCE;
    }
    return (int) bits;
  }
}
