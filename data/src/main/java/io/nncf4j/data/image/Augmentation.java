package io.nncf4j.data.image;

import io.nncf4j.core.InputException;
import io.nncf4j.data.RandomStream;

/**
 * Random changes to training pictures, after resizing and cropping: a shift into a black border,
 * which is a random crop of the padded picture, and mirroring left to right.
 *
 * @param padding widest shift in pixels, each way along each axis; 0 for none
 * @param flip whether every second picture is mirrored
 * @param seed other seeds, other changes
 */
public record Augmentation(int padding, boolean flip, long seed) {
  /** Leaves pictures as they are. */
  public static final Epoch NONE = index -> new Change(0, 0, false);

  public Augmentation {
    if (padding < 0 || padding > Preprocessing.LARGEST_SIDE) {
      throw new InputException("Padding must not be negative, found " + padding);
    }
  }

  /** What is done to one picture: moved right and down, then mirrored. */
  public record Change(int right, int down, boolean mirrored) {
    boolean isNone() {
      return right == 0 && down == 0 && !mirrored;
    }
  }

  /** The changes of one pass through the data. */
  @FunctionalInterface
  public interface Epoch {
    /** The change for the sample of this index. */
    Change of(int index);
  }

  /** Changes that depend on seed, epoch and sample index alone. */
  public Epoch epoch(long epoch) {
    return index -> {
      RandomStream random = RandomStream.of(seed, epoch, index);
      int right = random.nextInt(2 * padding + 1) - padding;
      int down = random.nextInt(2 * padding + 1) - padding;
      return new Change(right, down, flip && random.nextBoolean());
    };
  }

  /** The changed picture: {@code levels} holds channels side by side, rows from the top. */
  static int[] apply(Change change, int[] levels, int width, int height, int channels) {
    if (change.isNone()) {
      return levels;
    }
    int[] changed = new int[levels.length];
    for (int y = 0; y < height; y++) {
      int sourceY = y - change.down;
      if (sourceY < 0 || sourceY >= height) {
        continue;
      }
      for (int x = 0; x < width; x++) {
        int sourceX = (change.mirrored ? width - 1 - x : x) - change.right;
        if (sourceX >= 0 && sourceX < width) {
          int from = (sourceY * width + sourceX) * channels;
          System.arraycopy(levels, from, changed, (y * width + x) * channels, channels);
        }
      }
    }
    return changed;
  }
}
