package io.nncf4j.data.image;

import io.nncf4j.data.BrokenSampleException;
import io.nncf4j.data.Placement;
import java.nio.FloatBuffer;

/**
 * {@link Preprocessing} made ready to run: pictures in, model inputs out.
 *
 * <p>Safe for use by several threads at once.
 */
public final class ImageTransform {
  private static final long LARGEST_AREA = 1 << 27;

  private final Preprocessing preprocessing;

  /** The model's value for each of 256 levels of each channel, in the model's channel order. */
  private final float[][] levels;

  public ImageTransform(Preprocessing preprocessing) {
    this.preprocessing = preprocessing;
    int channels = preprocessing.color().channels();
    this.levels = new float[channels][256];
    for (int channel = 0; channel < channels; channel++) {
      double mean = preprocessing.mean().get(channel);
      double deviation = preprocessing.std().get(channel);
      for (int level = 0; level < 256; level++) {
        levels[channel][level] = (float) ((level * preprocessing.scale() - mean) / deviation);
      }
    }
  }

  public Preprocessing preprocessing() {
    return preprocessing;
  }

  /**
   * Where a picture of one size ends up: {@code width} x {@code height} pixels of input, which show
   * the canvas of {@code plan} from {@code (cropX, cropY)} on.
   */
  public record Geometry(
      Resize.Plan plan, int cropX, int cropY, int width, int height, Placement placement) {}

  /**
   * @param name for messages
   * @throws BrokenSampleException when the picture is too small for the crop, or absurdly large
   */
  public Geometry geometry(String name, int imageWidth, int imageHeight) {
    Resize.Plan plan = preprocessing.resize().plan(imageWidth, imageHeight);
    int width = plan.canvasWidth();
    int height = plan.canvasHeight();
    // The second factor is the height between the two passes of resizing.
    if ((long) width * Math.max(height, imageHeight) > LARGEST_AREA) {
      throw new BrokenSampleException(
          name,
          "%dx%d pixels cannot be resized to %dx%d: that takes too much memory"
              .formatted(imageWidth, imageHeight, width, height));
    }
    if (preprocessing.crop().isEmpty()) {
      return geometry(imageWidth, imageHeight, plan, 0, 0, width, height);
    }
    int side = preprocessing.crop().getAsInt();
    if (side > width || side > height) {
      throw new BrokenSampleException(
          name,
          "%dx%d pixels after resizing, too small for the crop of %d"
              .formatted(width, height, side));
    }
    int cropX = (width - side) / 2;
    int cropY = (height - side) / 2;
    return geometry(imageWidth, imageHeight, plan, cropX, cropY, side, side);
  }

  private static Geometry geometry(
      int imageWidth,
      int imageHeight,
      Resize.Plan plan,
      int cropX,
      int cropY,
      int width,
      int height) {
    Placement placement =
        new Placement(
            imageWidth,
            imageHeight,
            (double) plan.width() / imageWidth,
            (double) plan.height() / imageHeight,
            plan.left() - cropX,
            plan.top() - cropY);
    return new Geometry(plan, cropX, cropY, width, height, placement);
  }

  /** Shape of the input, without batch dimension. */
  public long[] shape(Geometry geometry) {
    long channels = preprocessing.color().channels();
    return preprocessing.layout() == Layout.NCHW
        ? new long[] {channels, geometry.height, geometry.width}
        : new long[] {geometry.height, geometry.width, channels};
  }

  /**
   * Writes the input of one picture, from the buffer's index 0.
   *
   * @param geometry from {@link #geometry} for this picture's size
   * @param change from an {@link Augmentation}
   */
  public void apply(
      PixelImage image, Geometry geometry, Augmentation.Change change, FloatBuffer out) {
    int[] levels = levels(image, geometry);
    int channels = preprocessing.color().channels();
    write(
        Augmentation.apply(change, levels, geometry.width, geometry.height, channels),
        geometry,
        out);
  }

  /** Grey levels of the input, channels side by side in the picture's order. */
  int[] levels(PixelImage original, Geometry geometry) {
    PixelImage image = original.withChannels(preprocessing.color().channels());
    Resize.Plan plan = geometry.plan;
    int left = Math.max(geometry.cropX - plan.left(), 0);
    int top = Math.max(geometry.cropY - plan.top(), 0);
    int targetX = Math.max(plan.left() - geometry.cropX, 0);
    int targetY = Math.max(plan.top() - geometry.cropY, 0);
    int width = Math.min(geometry.width - targetX, plan.width() - left);
    int height = Math.min(geometry.height - targetY, plan.height() - top);
    if (width <= 0 || height <= 0) {
      return canvas(geometry, image.channels());
    }
    int[] window = Resampler.resize(image, plan.width(), plan.height(), left, top, width, height);
    if (width == geometry.width && height == geometry.height) {
      return window;
    }
    int[] canvas = canvas(geometry, image.channels());
    for (int row = 0; row < height; row++) {
      int stride = width * image.channels();
      int target = ((targetY + row) * geometry.width + targetX) * image.channels();
      System.arraycopy(window, row * stride, canvas, target, stride);
    }
    return canvas;
  }

  private static int[] canvas(Geometry geometry, int channels) {
    int[] canvas = new int[geometry.width * geometry.height * channels];
    java.util.Arrays.fill(canvas, Resize.Letterbox.PADDING);
    return canvas;
  }

  private void write(int[] pixels, Geometry geometry, FloatBuffer out) {
    int channels = levels.length;
    int plane = geometry.width * geometry.height;
    if (preprocessing.layout() == Layout.NCHW) {
      float[] values = new float[plane];
      for (int channel = 0; channel < channels; channel++) {
        float[] table = levels[channel];
        int source = sourceChannel(channel);
        for (int at = 0; at < plane; at++, source += channels) {
          values[at] = table[pixels[source]];
        }
        out.put(channel * plane, values);
      }
      return;
    }
    float[] values = new float[plane * channels];
    for (int channel = 0; channel < channels; channel++) {
      float[] table = levels[channel];
      int shift = sourceChannel(channel) - channel;
      for (int at = channel; at < values.length; at += channels) {
        values[at] = table[pixels[at + shift]];
      }
    }
    out.put(0, values);
  }

  private int sourceChannel(int channel) {
    return preprocessing.color() == ColorOrder.BGR ? 2 - channel : channel;
  }
}
