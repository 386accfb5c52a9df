package io.nncf4j.report.html;

import static io.nncf4j.report.html.Scale.pixel;

import java.util.List;
import java.util.function.DoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * One column a layer, in graph order; behind it a paler one to compare with. The full name and the
 * numbers appear when the pointer rests on a column.
 */
record ColumnPlot(String label, List<Column> columns, DoubleFunction<String> tick) {
  /**
   * One column.
   *
   * @param tooltip what the pointer shows
   * @param value height of the column; absent leaves a gap
   * @param behind height of the paler column; absent for none
   * @param marked drawn in the colour of what deserves a look
   */
  record Column(String tooltip, @Nullable Double value, @Nullable Double behind, boolean marked) {}

  private static final double LEFT = 64;
  private static final double TOP = 12;
  private static final double HEIGHT = 170;
  private static final double BOTTOM = 26;

  void draw(Markup page) {
    double pitch = Math.max(5, Math.min(36, 960.0 / Math.max(1, columns.size())));
    double width = Math.max(360, columns.size() * pitch);
    double highest = 0;
    double lowest = 0;
    for (Column column : columns) {
      highest = Math.max(highest, Math.max(orZero(column.value()), orZero(column.behind())));
      lowest = Math.min(lowest, orZero(column.value()));
    }
    Scale scale = new Scale(lowest, highest * 1.04, TOP + HEIGHT, TOP);
    page.open("div", "class", "scroll");
    page.open(
        "svg",
        "width",
        pixel(LEFT + width + 8),
        "height",
        pixel(TOP + HEIGHT + BOTTOM),
        "role",
        "img",
        "aria-label",
        label);
    for (double number : scale.ticks(5)) {
      String y = pixel(scale.at(number));
      page.empty(
          "line", "class", "grid", "x1", pixel(LEFT), "x2", pixel(LEFT + width), "y1", y, "y2", y);
      page.element(
          "text",
          tick.apply(number),
          "class",
          "tick end",
          "x",
          pixel(LEFT - 8),
          "y",
          pixel(scale.at(number) + 3.5));
    }
    double bar = Math.max(3, pitch * 0.72);
    for (int index = 0; index < columns.size(); index++) {
      double left = LEFT + index * pitch + (pitch - bar) / 2;
      column(page, columns.get(index), left, bar, pitch, scale);
      if (index % labelEvery(pitch) == 0) {
        page.element(
            "text",
            Integer.toString(index + 1),
            "class",
            "tick middle",
            "x",
            pixel(left + bar / 2),
            "y",
            pixel(TOP + HEIGHT + 16));
      }
    }
    page.close().close().line();
  }

  private static int labelEvery(double pitch) {
    return pitch >= 22 ? 1 : pitch >= 11 ? 5 : 10;
  }

  private static void column(
      Markup page, Column column, double left, double bar, double pitch, Scale scale) {
    page.open("g", "class", "column");
    page.element("title", column.tooltip());
    page.empty(
        "rect",
        "class",
        "hit",
        "x",
        pixel(left - (pitch - bar) / 2),
        "width",
        pixel(pitch),
        "y",
        pixel(TOP),
        "height",
        pixel(HEIGHT));
    if (column.behind() != null) {
      rectangle(page, "behind", left, bar, column.behind(), scale);
    }
    if (column.value() != null) {
      rectangle(page, column.marked() ? "value marked" : "value", left, bar, column.value(), scale);
    }
    page.close();
  }

  private static void rectangle(
      Markup page, String style, double left, double bar, double value, Scale scale) {
    double top = Math.min(scale.at(value), scale.at(0));
    double height = Math.max(value == 0 ? 0 : 1, Math.abs(scale.at(value) - scale.at(0)));
    page.empty(
        "rect",
        "class",
        style,
        "x",
        pixel(left),
        "width",
        pixel(bar),
        "y",
        pixel(top),
        "height",
        pixel(height));
  }

  private static double orZero(@Nullable Double number) {
    return number == null ? 0 : number;
  }
}
