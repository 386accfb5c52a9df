package io.nncf4j.report.html;

import io.nncf4j.core.record.FilterRecord;
import io.nncf4j.report.Figures;
import java.util.List;
import java.util.Locale;

/** Which filters of each layer were kept: a strip for each layer, a column for each filter. */
final class FilterPicture {
  private static final double LEFT = 300;
  private static final double WIDTH = 620;
  private static final double HEIGHT = 11;
  private static final double STEP = 15;
  private static final int NAME_LENGTH = 38;

  private FilterPicture() {}

  static void draw(Markup page, List<FilterRecord> layers) {
    page.open("div", "class", "scroll");
    page.open(
        "svg",
        "width",
        pixel(LEFT + WIDTH + 90),
        "height",
        pixel(layers.size() * STEP + 4),
        "role",
        "img",
        "aria-label",
        "Filters kept in each layer");
    double top = 2;
    for (FilterRecord layer : layers) {
      strip(page, layer, top);
      top += STEP;
    }
    page.close().close().line();
  }

  private static void strip(Markup page, FilterRecord layer, double top) {
    int total = layer.kept().length();
    String text = layer.layer() + ": " + layer.count() + " of " + total;
    page.open("text", "x", pixel(LEFT - 8), "y", pixel(top + HEIGHT - 2), "text-anchor", "end");
    page.text(Figures.shortened(Figures.printable(layer.layer()), NAME_LENGTH)).close();
    double width = WIDTH / Math.max(1, total);
    int start = 0;
    while (start < total) {
      int end = start;
      while (end < total && layer.kept().charAt(end) == layer.kept().charAt(start)) {
        end++;
      }
      boolean kept = layer.kept().charAt(start) == '1';
      page.open(
          "rect",
          "x",
          pixel(LEFT + start * width),
          "y",
          pixel(top),
          "width",
          pixel((end - start) * width),
          "height",
          pixel(HEIGHT),
          "fill",
          kept ? "var(--value)" : "var(--pale)");
      page.element("title", text).close();
      start = end;
    }
    page.open("text", "x", pixel(LEFT + WIDTH + 8), "y", pixel(top + HEIGHT - 2));
    page.text(layer.count() + " of " + total).close();
  }

  private static String pixel(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
