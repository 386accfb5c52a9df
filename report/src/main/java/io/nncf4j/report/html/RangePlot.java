package io.nncf4j.report.html;

import static io.nncf4j.report.html.Scale.pixel;

import io.nncf4j.core.record.RangeRecord;
import io.nncf4j.report.Figures;
import java.util.List;

/**
 * One bar a value, from the lowest to the highest number that its quantizer keeps, over a thin line
 * for what was observed. The axis is sign(x) log10(1 + |x|): linear near zero, logarithmic far
 * away.
 */
final class RangePlot {
  private static final double LEFT = 250;
  private static final double WIDTH = 700;
  private static final double ROW = 15;
  private static final double TOP = 24;
  private static final int ROWS_SHOWN = 500;

  private RangePlot() {}

  static void draw(Markup page, List<RangeRecord> ranges) {
    List<RangeRecord> known =
        ranges.stream().filter(range -> range.low() != null && range.high() != null).toList();
    if (known.isEmpty()) {
      return;
    }
    List<RangeRecord> shown = known.subList(0, Math.min(ROWS_SHOWN, known.size()));
    double low = 0;
    double high = 0;
    for (RangeRecord range : shown) {
      low = Math.min(low, Math.min(number(range.low()), number(range.observedLow())));
      high = Math.max(high, Math.max(number(range.high()), number(range.observedHigh())));
    }
    Scale scale = new Scale(squeeze(low), squeeze(high), LEFT, LEFT + WIDTH);
    page.open("div", "class", "scroll tall");
    page.open(
        "svg",
        "width",
        pixel(LEFT + WIDTH + 24),
        "height",
        pixel(TOP + shown.size() * ROW + 6),
        "role",
        "img",
        "aria-label",
        "Ranges of values");
    ticks(page, scale, low, high, shown.size());
    for (int row = 0; row < shown.size(); row++) {
      row(page, shown.get(row), TOP + row * ROW + ROW / 2, scale);
    }
    page.close().close().line();
    if (known.size() > shown.size()) {
      page.element(
          "p",
          "The first " + shown.size() + " of " + known.size() + " ranges; all stand in the JSON.",
          "class",
          "note");
    }
  }

  private static void ticks(Markup page, Scale scale, double low, double high, int rows) {
    tick(page, scale, 0, rows);
    double lastHigh = scale.at(0);
    double lastLow = scale.at(0);
    for (double decade = 0.1; decade <= 1e9; decade *= 10) {
      for (double number : new double[] {decade, decade * 3}) {
        double right = scale.at(squeeze(number));
        if (number <= high && right - lastHigh > 36) {
          tick(page, scale, number, rows);
          lastHigh = right;
        }
        double left = scale.at(squeeze(-number));
        if (-number >= low && lastLow - left > 36) {
          tick(page, scale, -number, rows);
          lastLow = left;
        }
      }
    }
  }

  private static void tick(Markup page, Scale scale, double number, int rows) {
    String x = pixel(scale.at(squeeze(number)));
    page.empty(
        "line",
        "class",
        number == 0 ? "axis" : "grid",
        "x1",
        x,
        "x2",
        x,
        "y1",
        pixel(TOP - 4),
        "y2",
        pixel(TOP + rows * ROW));
    page.element("text", Figures.tick(number), "class", "tick middle", "x", x, "y", "14");
  }

  private static void row(Markup page, RangeRecord range, double y, Scale scale) {
    page.open("g", "class", "column");
    page.element("title", tooltip(range));
    page.empty(
        "rect",
        "class",
        "hit",
        "x",
        "0",
        "width",
        pixel(LEFT + WIDTH),
        "y",
        pixel(y - ROW / 2),
        "height",
        pixel(ROW));
    page.element(
        "text",
        Figures.shortened(Figures.printable(range.value()), 38),
        "class",
        "tick end name",
        "x",
        pixel(LEFT - 10),
        "y",
        pixel(y + 3.5));
    double left = scale.at(squeeze(number(range.low())));
    double right = scale.at(squeeze(number(range.high())));
    page.empty(
        "rect",
        "class",
        "value",
        "x",
        pixel(left),
        "width",
        pixel(Math.max(1, right - left)),
        "y",
        pixel(y - 4),
        "height",
        "8");
    if (range.observedLow() != null && range.observedHigh() != null) {
      page.empty(
          "line",
          "class",
          "observed",
          "x1",
          pixel(scale.at(squeeze(range.observedLow()))),
          "x2",
          pixel(scale.at(squeeze(range.observedHigh()))),
          "y1",
          pixel(y),
          "y2",
          pixel(y));
    }
    page.close();
  }

  private static String tooltip(RangeRecord range) {
    String text =
        range.value()
            + ": "
            + Figures.number(number(range.low()))
            + " to "
            + Figures.number(number(range.high()));
    if (range.observedLow() != null && range.observedHigh() != null) {
      text +=
          "; observed "
              + Figures.number(range.observedLow())
              + " to "
              + Figures.number(range.observedHigh());
    }
    return range.channels() > 1 ? text + "; " + range.channels() + " channels" : text;
  }

  private static double squeeze(double number) {
    return Math.signum(number) * Math.log10(1 + Math.abs(number));
  }

  private static double number(@org.jspecify.annotations.Nullable Double number) {
    return number == null ? 0 : number;
  }
}
