package io.nncf4j.compression.quantization;

import io.nncf4j.compression.calibration.Observations;
import io.nncf4j.compression.calibration.ValueRange;
import io.nncf4j.compression.options.TargetDevice;
import io.nncf4j.compression.quantization.plan.ActivationPlacement;
import io.nncf4j.compression.quantization.plan.QuantizationPlan;
import io.nncf4j.compression.quantization.plan.WeightPlacement;
import io.nncf4j.compression.statistics.MinMax;
import io.nncf4j.core.Finding;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.quantize.IntegerGrid;
import io.nncf4j.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds layers that compute wrong results on x86 processors without VNNI instructions.
 *
 * <p>There an unsigned 8-bit activation times a signed 8-bit weight is added to its neighbour's
 * product in 16 bits, saturating: {@code a₀·w₀ + a₁·w₁} must stay within -32768 and 32767, but 2 ·
 * 255 · 127 is 64770. Whether it can leave them follows from the weights' own codes, in the order
 * in which the kernels read them (filter rows, columns, then input channels), and from the codes of
 * the smallest and largest activation that calibration saw in each channel. Depthwise filters are
 * summed in 32 bits.
 */
final class SaturatingLayers {
  private static final int LARGEST = Short.MAX_VALUE;
  private static final int SMALLEST = Short.MIN_VALUE;

  private SaturatingLayers() {}

  /** One finding with all such layers, or none. */
  static List<Finding> find(
      Graph graph, QuantizationPlan plan, QuantizerGrids grids, Observations observations) {
    if (!plan.options().runsInOnnxRuntimeOnCpu()
        || plan.options().targetDevice() == TargetDevice.CPU_SPR) {
      return List.of();
    }
    Map<String, ActivationPlacement> activations = new HashMap<>();
    plan.activations().forEach(placement -> activations.put(placement.value(), placement));
    List<String> layers = new ArrayList<>();
    for (WeightPlacement placement : plan.weights()) {
      Node node = graph.node(placement.node());
      Tensor weight = graph.constant(placement.value());
      ActivationPlacement input = node == null ? null : activations.get(node.input(0));
      if (node != null
          && weight != null
          && weight.size() > 0
          && input != null
          && input.quantizer().bits() == 8) {
        int axis = Math.floorMod(placement.channelAxis(), weight.rank());
        int[] codes = codes(grids.grid(placement).quantize(weight, axis));
        if (saturates(
            rows(node, weight, axis, codes),
            ActivationCodes.of(grids.grid(input), observations.range(input.value())))) {
          layers.add(node.name());
        }
      }
    }
    return layers.isEmpty()
        ? List.of()
        : List.of(
            new Finding(
                Finding.Severity.INFORMATION,
                "may-saturate",
                "exact on processors with VNNI; on older ones 16-bit sums of these layers can"
                    + " saturate, which the overflow fix prevents",
                layers));
  }

  private static int[] codes(Tensor tensor) {
    int[] codes = new int[tensor.size()];
    for (int index = 0; index < codes.length; index++) {
      codes[index] = (int) tensor.doubleAt(index);
    }
    return codes;
  }

  /** Weights of one output channel after the other, and how often channels of the input repeat. */
  private record Rows(int[][] codes, int channels) {}

  private static @Nullable Rows rows(Node node, Tensor weight, int axis, int[] codes) {
    int outputs = (int) weight.dimension(axis);
    int length = codes.length / outputs;
    int[][] rows = new int[outputs][length];
    if (node.is("Conv")) {
      int channels = (int) weight.dimension(1);
      int window = length / channels;
      if (channels == 1 && node.intAttribute("group", 1) > 1) {
        return null;
      }
      for (int output = 0; output < outputs; output++) {
        for (int at = 0; at < length; at++) {
          rows[output][at % window * channels + at / window] = codes[output * length + at];
        }
      }
      return new Rows(rows, node.intAttribute("group", 1) == 1 ? channels : 0);
    }
    for (int output = 0; output < outputs; output++) {
      for (int at = 0; at < length; at++) {
        rows[output][at] = codes[axis == 0 ? output * length + at : at * outputs + output];
      }
    }
    return new Rows(rows, length);
  }

  private static boolean saturates(@Nullable Rows rows, ActivationCodes activations) {
    if (rows == null) {
      return false;
    }
    for (int[] row : rows.codes()) {
      for (int at = 0; at + 1 < row.length; at += 2) {
        int first = rows.channels() == 0 ? -1 : at % rows.channels();
        int second = rows.channels() == 0 ? -1 : (at + 1) % rows.channels();
        int largest =
            activations.largest(first, row[at]) + activations.largest(second, row[at + 1]);
        int smallest =
            -activations.largest(first, -row[at]) - activations.largest(second, -row[at + 1]);
        if (largest > LARGEST || smallest < SMALLEST) {
          return true;
        }
      }
    }
    return false;
  }

  /** Smallest and largest code of each channel that calibration saw. */
  private record ActivationCodes(int[] low, int[] high) {
    static ActivationCodes of(IntegerGrid grid, @Nullable ValueRange range) {
      MinMax seen = range == null ? null : range.channels();
      if (seen == null) {
        return new ActivationCodes(new int[] {0}, new int[] {255});
      }
      return new ActivationCodes(codes(grid, seen.min()), codes(grid, seen.max()));
    }

    private static int[] codes(IntegerGrid grid, float[] values) {
      int[] codes = new int[values.length];
      for (int channel = 0; channel < values.length; channel++) {
        double code = Math.rint(values[channel] / grid.scale().floatAt(0));
        codes[channel] = (int) Math.max(0, Math.min(255, code + grid.zeroPoint().doubleAt(0)));
      }
      return codes;
    }

    /**
     * The largest product with a weight.
     *
     * @param channel which channel, -1 for any
     */
    int largest(int channel, int weight) {
      int lowest = low[0];
      int highest = high[0];
      if (channel >= 0 && low.length > 1) {
        lowest = low[channel % low.length];
        highest = high[channel % high.length];
      } else {
        for (int each = 1; each < low.length; each++) {
          lowest = Math.min(lowest, low[each]);
          highest = Math.max(highest, high[each]);
        }
      }
      return weight > 0 ? weight * highest : weight * lowest;
    }
  }
}
