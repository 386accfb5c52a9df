package io.nncf4j.data;

/**
 * Where the original picture stands in the model's input: {@code input = original * scale +
 * offset}, along each axis, in pixels.
 *
 * @param width width of the original picture
 * @param height height of the original picture
 */
public record Placement(
    int width, int height, double scaleX, double scaleY, double offsetX, double offsetY) {

  /** From input pixels to pixels of the original picture, not clipped. */
  public Box toOriginal(Box box) {
    return new Box(
        (box.left() - offsetX) / scaleX,
        (box.top() - offsetY) / scaleY,
        box.width() / scaleX,
        box.height() / scaleY);
  }

  /** From pixels of the original picture to input pixels, not clipped. */
  public Box toInput(Box box) {
    return new Box(
        box.left() * scaleX + offsetX,
        box.top() * scaleY + offsetY,
        box.width() * scaleX,
        box.height() * scaleY);
  }
}
