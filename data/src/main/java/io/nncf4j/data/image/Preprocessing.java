package io.nncf4j.data.image;

import io.nncf4j.core.InputException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * What is done to a decoded picture before the model sees it: {@code (pixel * scale - mean) / std},
 * where a pixel is 0 to 255 after resizing and cropping.
 *
 * @param resize how the size is changed
 * @param crop side of the square cut from the middle; empty for none
 * @param color channels in the order in which {@code mean} and {@code std} are given
 * @param scale applied first
 * @param mean one value per channel, or one for all
 * @param std one value per channel, or one for all; not zero
 * @param layout order of the dimensions
 */
public record Preprocessing(
    Resize resize,
    OptionalInt crop,
    ColorOrder color,
    double scale,
    List<Double> mean,
    List<Double> std,
    Layout layout) {

  /** Largest side that a model's input may have. */
  public static final int LARGEST_SIDE = 16_384;

  public Preprocessing {
    mean = List.copyOf(mean);
    std = List.copyOf(std);
    List<String> problems = new ArrayList<>();
    int channels = color.channels();
    if (!Double.isFinite(scale) || scale == 0) {
      problems.add("scale must be a finite number other than 0, found " + scale);
    }
    checkChannels(problems, "mean", mean, color);
    checkChannels(problems, "std", std, color);
    if (std.stream().anyMatch(value -> value == 0)) {
      problems.add("std must not hold 0, found " + std);
    }
    if (crop.isPresent()) {
      checkSide(problems, "crop", crop.getAsInt());
    }
    if (resize instanceof Resize.ShorterSide shorter) {
      checkSide(problems, "resize shorter", shorter.length());
      checkCrop(problems, crop, shorter.length());
    } else if (resize instanceof Resize.Stretch stretch) {
      checkSide(problems, "resize width", stretch.width());
      checkSide(problems, "resize height", stretch.height());
      checkCrop(problems, crop, Math.min(stretch.width(), stretch.height()));
    } else if (resize instanceof Resize.Letterbox box) {
      checkSide(problems, "resize width", box.width());
      checkSide(problems, "resize height", box.height());
      checkCrop(problems, crop, Math.min(box.width(), box.height()));
    }
    if (!problems.isEmpty()) {
      throw new InputException(String.join("\n", problems));
    }
    mean = mean.size() == channels ? mean : java.util.Collections.nCopies(channels, mean.get(0));
    std = std.size() == channels ? std : java.util.Collections.nCopies(channels, std.get(0));
  }

  /** RGB, 0 to 255, own size, NCHW. */
  public static Preprocessing defaults() {
    return new Preprocessing(
        new Resize.Keep(),
        OptionalInt.empty(),
        ColorOrder.RGB,
        1,
        List.of(0.0),
        List.of(1.0),
        Layout.NCHW);
  }

  public Preprocessing withResize(Resize other) {
    return new Preprocessing(other, crop, color, scale, mean, std, layout);
  }

  public Preprocessing withCrop(int side) {
    return new Preprocessing(resize, OptionalInt.of(side), color, scale, mean, std, layout);
  }

  /** Mean and standard deviation are given in this order, so they change with it. */
  public Preprocessing withColor(ColorOrder other, List<Double> otherMean, List<Double> otherStd) {
    return new Preprocessing(resize, crop, other, scale, otherMean, otherStd, layout);
  }

  public Preprocessing withScale(double other) {
    return new Preprocessing(resize, crop, color, other, mean, std, layout);
  }

  public Preprocessing withLayout(Layout other) {
    return new Preprocessing(resize, crop, color, scale, mean, std, other);
  }

  private static void checkSide(List<String> problems, String what, int side) {
    if (side < 1 || side > LARGEST_SIDE) {
      problems.add(what + " must be from 1 to " + LARGEST_SIDE + " pixels, found " + side);
    }
  }

  private static void checkCrop(List<String> problems, OptionalInt crop, int shorterSide) {
    if (crop.isPresent() && crop.getAsInt() > shorterSide && shorterSide > 0) {
      problems.add(
          "crop %d does not fit: the shorter side is %d pixels after resizing"
              .formatted(crop.getAsInt(), shorterSide));
    }
  }

  private static void checkChannels(
      List<String> problems, String what, List<Double> values, ColorOrder color) {
    if (values.size() != 1 && values.size() != color.channels()) {
      problems.add(
          "%s must hold %d values, one per channel of %s, found %d"
              .formatted(what, color.channels(), color, values.size()));
    }
    if (!values.stream().allMatch(Double::isFinite)) {
      problems.add(what + " must hold finite numbers, found " + values);
    }
  }
}
