package io.nncf4j.data;

/**
 * An axis-parallel rectangle in pixels: its left top corner and its size; pixel {@code n} spans
 * {@code n} to {@code n + 1}.
 *
 * <p>The size is kept rather than the other corner, as COCO does: areas at the border between small
 * and medium must not move by a rounding error.
 */
public record Box(double left, double top, double width, double height) {
  /** From the left top corner {@code (x1, y1)} to the right bottom corner {@code (x2, y2)}. */
  public static Box ofCorners(double x1, double y1, double x2, double y2) {
    return new Box(x1, y1, x2 - x1, y2 - y1);
  }

  public double right() {
    return left + width;
  }

  public double bottom() {
    return top + height;
  }

  /** Zero for a box turned inside out. */
  public double area() {
    return Math.max(width, 0) * Math.max(height, 0);
  }

  /** Area that both boxes cover. */
  public double intersection(Box other) {
    double sharedWidth = Math.min(right(), other.right()) - Math.max(left, other.left);
    double sharedHeight = Math.min(bottom(), other.bottom()) - Math.max(top, other.top);
    return sharedWidth > 0 && sharedHeight > 0 ? sharedWidth * sharedHeight : 0;
  }

  /** Intersection over union, 0 to 1; 0 when both boxes are empty. */
  public double intersectionOverUnion(Box other) {
    double shared = intersection(other);
    double union = area() + other.area() - shared;
    return union > 0 ? shared / union : 0;
  }
}
