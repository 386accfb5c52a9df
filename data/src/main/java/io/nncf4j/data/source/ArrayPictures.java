package io.nncf4j.data.source;

import io.nncf4j.core.InputException;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.data.image.ImageDecoder;
import io.nncf4j.data.image.PixelImage;
import java.util.Arrays;

/** Pictures in one array of bytes: number, height, width and, if there are three, channels. */
public final class ArrayPictures implements Pictures {
  private final Tensor array;
  private final String location;
  private final int width;
  private final int height;
  private final int channels;

  /**
   * @param array uint8[number, height, width] or uint8[number, height, width, 1 or 3]
   * @param location for messages
   */
  public ArrayPictures(Tensor array, String location) {
    long[] shape = array.shape();
    boolean color = shape.length == 4;
    if (array.dataType() != DataType.UINT8
        || (shape.length != 3 && !color)
        || (color && shape[3] != 1 && shape[3] != 3)) {
      throw new InputException(
          "%s holds %s%s; pictures are uint8[number, height, width] or uint8[number, height, width, 3]"
              .formatted(location, array.dataType().label(), Arrays.toString(shape)));
    }
    if (array.size() == 0) {
      throw new InputException(location + " holds no pictures");
    }
    this.array = array;
    this.location = location;
    this.height = (int) shape[1];
    this.width = (int) shape[2];
    this.channels = color ? (int) shape[3] : 1;
    if ((long) width * height > ImageDecoder.MOST_PIXELS) {
      throw new InputException(
          "%s claims pictures of %dx%d pixels".formatted(location, width, height));
    }
  }

  @Override
  public int size() {
    return (int) array.dimension(0);
  }

  @Override
  public String name(int index) {
    return Integer.toString(index);
  }

  @Override
  public String describe(int index) {
    return "picture " + index + " of " + location;
  }

  @Override
  public PixelImage picture(int index) {
    byte[] pixels = new byte[width * height * channels];
    array.data().get(index * pixels.length, pixels);
    return new PixelImage(width, height, channels, pixels);
  }

  @Override
  public void close() {
    // The array is plain memory.
  }
}
