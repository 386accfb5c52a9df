package io.nncf4j.compression.training.sparsity;

import io.nncf4j.core.InputException;
import io.nncf4j.core.tensor.Tensor;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Structured sparsity: of each {@code size} weights that follow one another along the inputs of a
 * layer the {@code kept} largest stay, as sparse tensor cores want it with 2 of 4 ("Accelerating
 * Sparse Deep Neural Networks", Mishra et al. 2021).
 */
record BlockPattern(int kept, int size) {
  private static final Pattern FORM = Pattern.compile("(\\d{1,3}):(\\d{1,3})");

  BlockPattern {
    if (kept < 1 || kept >= size) {
      throw new InputException(
          "A pattern of sparsity keeps at least one weight and not all of them, as 2:4 does; found "
              + kept
              + ":"
              + size);
    }
  }

  /** The pattern that a text such as {@code 2:4} names; empty for a text of another form. */
  static Optional<BlockPattern> named(String text) {
    Matcher matcher = FORM.matcher(text);
    return matcher.matches()
        ? Optional.of(
            new BlockPattern(
                Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2))))
        : Optional.empty();
  }

  /** Whether the inputs of a weight can be cut into whole blocks. */
  boolean fits(Tensor weight, int inputDimension) {
    return weight.dimension(inputDimension) % size == 0;
  }

  /** Ones for weights that stay; of equal ones the first. */
  float[] mask(Tensor weight, int inputDimension) {
    float[] mask = new float[weight.size()];
    int inner = 1;
    for (int axis = inputDimension + 1; axis < weight.rank(); axis++) {
      inner *= (int) weight.dimension(axis);
    }
    int length = (int) weight.dimension(inputDimension);
    int[] block = new int[size];
    for (int outer = 0; outer < weight.size() / (length * inner); outer++) {
      for (int column = 0; column < inner; column++) {
        for (int first = 0; first < length; first += size) {
          for (int index = 0; index < size; index++) {
            block[index] = (outer * length + first + index) * inner + column;
          }
          largest(weight, block).forEach(at -> mask[at] = 1);
        }
      }
    }
    return mask;
  }

  private IntStream largest(Tensor weight, int[] block) {
    return Arrays.stream(block)
        .boxed()
        .sorted(Comparator.comparingDouble(at -> -Math.abs(weight.floatAt(at))))
        .limit(kept)
        .mapToInt(Integer::intValue);
  }
}
