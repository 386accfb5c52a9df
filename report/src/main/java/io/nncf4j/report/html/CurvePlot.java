package io.nncf4j.report.html;

import static io.nncf4j.report.html.Scale.pixel;

import io.nncf4j.core.record.Curve;
import io.nncf4j.report.Figures;
import java.util.List;

/** Lines over a common axis, with a legend above. */
final class CurvePlot {
  private static final double LEFT = 64;
  private static final double TOP = 26;
  private static final double WIDTH = 620;
  private static final double HEIGHT = 200;

  /** More points than pixels would only make the page heavy. */
  private static final int POINTS_SHOWN = 1200;

  private static final int COLOURS = 6;

  private CurvePlot() {}

  static void draw(Markup page, Curve curve) {
    double lowX = Double.MAX_VALUE;
    double highX = -Double.MAX_VALUE;
    double lowY = Double.MAX_VALUE;
    double highY = -Double.MAX_VALUE;
    for (Curve.Series series : curve.series()) {
      for (Curve.Point point : series.points()) {
        if (isFinite(point)) {
          lowX = Math.min(lowX, point.x());
          highX = Math.max(highX, point.x());
          lowY = Math.min(lowY, point.y());
          highY = Math.max(highY, point.y());
        }
      }
    }
    page.element("h3", curve.title());
    if (highX < lowX) {
      page.element("p", "No points.", "class", "note");
      return;
    }
    double margin = (highY - lowY) * 0.04;
    Scale x = new Scale(lowX, highX, LEFT, LEFT + WIDTH);
    Scale y = new Scale(lowY - margin, highY + margin, TOP + HEIGHT, TOP);
    legend(page, curve.series());
    page.open("div", "class", "scroll");
    page.open(
        "svg",
        "width",
        pixel(LEFT + WIDTH + 16),
        "height",
        pixel(TOP + HEIGHT + 44),
        "role",
        "img",
        "aria-label",
        curve.title());
    axes(page, x, y, curve);
    for (int index = 0; index < curve.series().size(); index++) {
      line(page, curve.series().get(index), index, x, y);
    }
    page.close().close().line();
  }

  private static void legend(Markup page, List<Curve.Series> lines) {
    page.open("p", "class", "legend");
    for (int index = 0; index < lines.size(); index++) {
      page.open("span", "class", "key");
      page.open("i", "class", "swatch s" + index % COLOURS).close();
      page.text(lines.get(index).name()).close();
    }
    page.close();
  }

  private static void axes(Markup page, Scale x, Scale y, Curve curve) {
    for (double number : y.ticks(5)) {
      String at = pixel(y.at(number));
      page.empty(
          "line",
          "class",
          "grid",
          "x1",
          pixel(LEFT),
          "x2",
          pixel(LEFT + WIDTH),
          "y1",
          at,
          "y2",
          at);
      page.element(
          "text",
          Figures.tick(number),
          "class",
          "tick end",
          "x",
          pixel(LEFT - 8),
          "y",
          pixel(y.at(number) + 3.5));
    }
    for (double number : x.ticks(8)) {
      page.element(
          "text",
          Figures.tick(number),
          "class",
          "tick middle",
          "x",
          pixel(x.at(number)),
          "y",
          pixel(TOP + HEIGHT + 16));
    }
    page.element(
        "text",
        curve.xLabel(),
        "class",
        "tick middle",
        "x",
        pixel(LEFT + WIDTH / 2),
        "y",
        pixel(TOP + HEIGHT + 36));
    page.element("text", curve.yLabel(), "class", "tick", "x", "0", "y", "12");
  }

  private static void line(Markup page, Curve.Series series, int index, Scale x, Scale y) {
    List<Curve.Point> points = series.points();
    int step = Math.max(1, (points.size() + POINTS_SHOWN - 1) / POINTS_SHOWN);
    StringBuilder path = new StringBuilder();
    for (int at = 0; at < points.size(); at++) {
      Curve.Point point = points.get(at);
      boolean shown = at % step == 0 || at == points.size() - 1;
      if (shown && isFinite(point)) {
        path.append(path.isEmpty() ? 'M' : 'L')
            .append(pixel(x.at(point.x())))
            .append(' ')
            .append(pixel(y.at(point.y())));
      }
    }
    page.open("path", "class", "curve s" + index % COLOURS, "d", path);
    page.element("title", series.name()).close();
  }

  private static boolean isFinite(Curve.Point point) {
    return Double.isFinite(point.x()) && Double.isFinite(point.y());
  }
}
