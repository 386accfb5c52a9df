package io.nncf4j.data.image;

/** How a picture is brought to the size that the model wants. */
public sealed interface Resize {
  /** The geometry for a picture of this size. Every length is at least 1. */
  Plan plan(int width, int height);

  /**
   * Geometry for one picture: resized to {@code width} x {@code height} pixels, it stands at {@code
   * (left, top)} of a canvas.
   */
  record Plan(int width, int height, int canvasWidth, int canvasHeight, int left, int top) {
    static Plan filling(int width, int height) {
      return new Plan(width, height, width, height, 0, 0);
    }
  }

  /** The picture keeps its size. */
  record Keep() implements Resize {
    @Override
    public Plan plan(int width, int height) {
      return Plan.filling(width, height);
    }
  }

  /** The shorter side gets {@code length} pixels, the other one keeps the proportions, rounded. */
  record ShorterSide(int length) implements Resize {
    @Override
    public Plan plan(int width, int height) {
      return width <= height
          ? Plan.filling(length, scaled(height, length, width))
          : Plan.filling(scaled(width, length, height), length);
    }
  }

  /** Exactly this size; proportions are lost. */
  record Stretch(int width, int height) implements Resize {
    @Override
    public Plan plan(int imageWidth, int imageHeight) {
      return Plan.filling(width, height);
    }
  }

  /**
   * Exactly this size with the proportions kept: the picture in the middle, the rest filled with
   * grey level {@link #PADDING}.
   */
  record Letterbox(int width, int height) implements Resize {
    /** What detectors that take letterboxes were usually trained with. */
    public static final int PADDING = 114;

    @Override
    public Plan plan(int imageWidth, int imageHeight) {
      boolean wide = (long) imageWidth * height >= (long) imageHeight * width;
      int fitWidth = wide ? width : scaled(imageWidth, height, imageHeight);
      int fitHeight = wide ? scaled(imageHeight, width, imageWidth) : height;
      int left = (width - fitWidth) / 2;
      int top = (height - fitHeight) / 2;
      return new Plan(fitWidth, fitHeight, width, height, left, top);
    }
  }

  /** {@code side * numerator / denominator}, halves rounded up, at least 1. */
  private static int scaled(long side, long numerator, long denominator) {
    long rounded = (2 * side * numerator + denominator) / (2 * denominator);
    return (int) Math.max(1, Math.min(rounded, Integer.MAX_VALUE));
  }
}
