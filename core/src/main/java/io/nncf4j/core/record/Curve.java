package io.nncf4j.core.record;

import java.util.List;
import java.util.Objects;

/**
 * Lines over a common axis, such as a loss over the steps of a training.
 *
 * @param title what is shown
 * @param xLabel what the horizontal axis counts
 * @param yLabel what the vertical axis shows
 * @param series the lines
 */
public record Curve(String title, String xLabel, String yLabel, List<Series> series) {
  /**
   * One line.
   *
   * @param name what the line is
   * @param points its points, by ascending x
   */
  public record Series(String name, List<Point> points) {
    public Series {
      Objects.requireNonNull(name, "name");
      points = List.copyOf(points);
    }
  }

  /** One point; both numbers finite. */
  public record Point(double x, double y) {}

  public Curve {
    Objects.requireNonNull(title, "title");
    Objects.requireNonNull(xLabel, "xLabel");
    Objects.requireNonNull(yLabel, "yLabel");
    series = List.copyOf(series);
  }
}
