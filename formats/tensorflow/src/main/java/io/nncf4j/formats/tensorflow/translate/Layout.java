package io.nncf4j.formats.tensorflow.translate;

/**
 * How the elements of a value stand, compared with TensorFlow's: so that a picture is turned where
 * it comes in, and not around each convolution.
 */
sealed interface Layout {
  Layout PLAIN = new Plain();
  Layout CHANNELS_FIRST = new ChannelsFirst();

  /** As in TensorFlow. */
  record Plain() implements Layout {}

  /** The last axis stands behind the first: a picture N, H, W, C is stored as N, C, H, W. */
  record ChannelsFirst() implements Layout {}

  /** A picture stored as N, C, H, W was made a matrix of N rows; TensorFlow's rows are H, W, C. */
  record Flattened(long height, long width, long channels) implements Layout {}

  /** No tensor but an array of tensors. */
  record Array(ArrayContent content) implements Layout {}

  /** Order of axes of TensorFlow's value in the stored one. */
  static long[] toChannelsFirst(int rank) {
    long[] order = new long[rank];
    for (int axis = 1; axis < rank; axis++) {
      order[axis] = axis == 1 ? rank - 1 : axis - 1;
    }
    return order;
  }

  /** Order of axes of the stored value in TensorFlow's. */
  static long[] toChannelsLast(int rank) {
    long[] order = new long[rank];
    for (int axis = 1; axis < rank; axis++) {
      order[axis] = axis == rank - 1 ? 1 : axis + 1;
    }
    return order;
  }

  /** Where an axis of TensorFlow's value stands in the stored one. */
  static int moved(int axis, int rank) {
    return axis == 0 ? 0 : axis == rank - 1 ? 1 : axis + 1;
  }
}
