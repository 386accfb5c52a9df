package io.nncf4j.compression.training.quantization;

import io.nncf4j.core.InputException;
import java.util.ArrayList;
import java.util.List;

/** Widths for layers in a fixed order, and which of them to take. */
final class BitwidthSequences {
  private static final int MOST = 1_000_000;

  private BitwidthSequences() {}

  /**
   * All sequences that do not fall.
   *
   * @param bits widths, ascending
   * @throws InputException when there are too many to try
   */
  static List<int[]> nonDecreasing(List<Integer> bits, int layers) {
    List<int[]> sequences = new ArrayList<>();
    extend(sequences, bits, new int[layers], 0, 0);
    return sequences;
  }

  private static void extend(
      List<int[]> sequences, List<Integer> bits, int[] sequence, int from, int lowest) {
    if (lowest == bits.size() - 1 || from == sequence.length) {
      int[] whole = sequence.clone();
      java.util.Arrays.fill(whole, from, whole.length, bits.get(lowest));
      sequences.add(whole);
      if (sequences.size() > MOST) {
        throw new InputException(
            "initializer.precision.bits: "
                + bits
                + " allow more than "
                + MOST
                + " ways for "
                + sequence.length
                + " layers; give fewer widths");
      }
      return;
    }
    // How many layers have the lowest width that is left.
    for (int end = from; end <= sequence.length; end++) {
      java.util.Arrays.fill(sequence, from, end, bits.get(lowest));
      if (end == sequence.length) {
        sequences.add(sequence.clone());
      } else {
        extend(sequences, bits, sequence, end, lowest + 1);
      }
    }
  }

  /** Arithmetic at 8 bits over that at the wider one of each layer's weight and input. */
  static double ratio(long[] flops, int[] weightBits, int[] activationBits) {
    double all = 0;
    double chosen = 0;
    for (int layer = 0; layer < flops.length; layer++) {
      all += 8.0 * flops[layer];
      chosen += (double) flops[layer] * Math.max(weightBits[layer], activationBits[layer]);
    }
    return all / chosen;
  }

  /**
   * The choice with the least loss among those that compress enough.
   *
   * @throws InputException when none does
   */
  static int choose(double[] ratios, double[] losses, double least) {
    int best = -1;
    double widest = 0;
    for (int index = 0; index < ratios.length; index++) {
      widest = Math.max(widest, ratios[index]);
      if (ratios[index] >= least && (best < 0 || losses[index] < losses[best])) {
        best = index;
      }
    }
    if (best < 0) {
      throw new InputException(
          String.format(
              java.util.Locale.ROOT,
              "initializer.precision.compression_ratio: no choice of widths compresses %.3f times;"
                  + " the most is %.3f",
              least,
              widest));
    }
    return best;
  }
}
