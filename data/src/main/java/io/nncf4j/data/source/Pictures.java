package io.nncf4j.data.source;

import io.nncf4j.data.image.PixelImage;

/**
 * Numbered pictures, decoded on demand.
 *
 * <p>Safe for use by several threads at once.
 */
public interface Pictures extends AutoCloseable {
  int size();

  /** File name, or the number where there is no file. */
  String name(int index);

  /** How messages call the picture. */
  String describe(int index);

  /**
   * Decodes one picture.
   *
   * @throws io.nncf4j.data.BrokenSampleException when that cannot be done
   */
  PixelImage picture(int index);

  @Override
  void close();
}
