package io.nncf4j.data.image;

/** Order of the dimensions of a batch of pictures: number, channels, height, width. */
public enum Layout {
  NCHW,
  NHWC
}
