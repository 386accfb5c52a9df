package io.nncf4j.data;

/**
 * An axis-parallel rectangle in pixels, from the left top corner {@code (x1, y1)} to the right
 * bottom corner {@code (x2, y2)}; pixel {@code n} spans {@code n} to {@code n + 1}.
 */
public record Box(double x1, double y1, double x2, double y2) {
  /** From COCO's order: left, top, width, height. */
  public static Box ofSize(double left, double top, double width, double height) {
    return new Box(left, top, left + width, top + height);
  }

  public double width() {
    return x2 - x1;
  }

  public double height() {
    return y2 - y1;
  }

  /** Zero for a box turned inside out. */
  public double area() {
    return Math.max(width(), 0) * Math.max(height(), 0);
  }

  /** Area that both boxes cover. */
  public double intersection(Box other) {
    double width = Math.min(x2, other.x2) - Math.max(x1, other.x1);
    double height = Math.min(y2, other.y2) - Math.max(y1, other.y1);
    return width > 0 && height > 0 ? width * height : 0;
  }

  /** Intersection over union, 0 to 1; 0 when both boxes are empty. */
  public double intersectionOverUnion(Box other) {
    double shared = intersection(other);
    double union = area() + other.area() - shared;
    return union > 0 ? shared / union : 0;
  }
}
