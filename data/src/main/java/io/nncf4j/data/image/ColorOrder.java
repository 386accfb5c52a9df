package io.nncf4j.data.image;

/** Which channels the model wants, in which order. */
public enum ColorOrder {
  RGB(3),
  BGR(3),
  GRAY(1);

  private final int channels;

  ColorOrder(int channels) {
    this.channels = channels;
  }

  public int channels() {
    return channels;
  }
}
