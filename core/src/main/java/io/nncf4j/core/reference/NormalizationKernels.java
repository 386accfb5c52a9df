package io.nncf4j.core.reference;

import io.nncf4j.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Normalisations in their inference form, and softmax. */
final class NormalizationKernels {
  private NormalizationKernels() {}

  static Map<String, Kernel> all() {
    return Map.of(
        "BatchNormalization", NormalizationKernels::batchNormalization,
        "InstanceNormalization", Kernel.of(NormalizationKernels::instanceNormalization),
        "LayerNormalization", NormalizationKernels::layerNormalization,
        "Softmax", Kernel.of(call -> softmax(call, Form.PLAIN)),
        "LogSoftmax", Kernel.of(call -> softmax(call, Form.LOGARITHM)),
        "Hardmax", Kernel.of(call -> softmax(call, Form.HARD)),
        "Dropout", NormalizationKernels::dropout);
  }

  /** In training mode with the moments of the batch, and new running ones (ONNX's momentum). */
  private static List<Tensor> batchNormalization(Call call) {
    Tensor x = call.input(0);
    if (x.rank() < 1) {
      throw call.problem("a scalar has no channels");
    }
    boolean training = call.node().intAttribute("training_mode", 0) != 0;
    float epsilon = call.node().floatAttribute("epsilon", 1e-5f);
    float momentum = call.node().floatAttribute("momentum", 0.9f);
    call.charge(x.shape());
    int channels = x.rank() < 2 ? 1 : (int) x.dimension(1);
    int plane = x.rank() < 2 ? 1 : (int) Elements.product(x.shape(), 2, x.rank());
    double[] values = x.toDoubles();
    double[] means = call.input(3).toDoubles();
    double[] variances = call.input(4).toDoubles();
    double[] runningMeans = means.clone();
    double[] runningVariances = variances.clone();
    if (training) {
      moments(values, plane, means, variances);
      for (int channel = 0; channel < channels; channel++) {
        runningMeans[channel] = runningMeans[channel] * momentum + means[channel] * (1 - momentum);
        runningVariances[channel] =
            runningVariances[channel] * momentum + variances[channel] * (1 - momentum);
      }
    }
    for (int index = 0; index < values.length; index++) {
      int channel = index / plane % channels;
      values[index] =
          (values[index] - means[channel])
                  / Math.sqrt(variances[channel] + epsilon)
                  * call.input(1).doubleAt(channel)
              + call.input(2).doubleAt(channel);
    }
    Tensor y = Tensor.ofDoubles(x.dataType(), values, x.shape());
    return training
        ? List.of(
            y,
            Tensor.ofDoubles(call.input(3).dataType(), runningMeans, channels),
            Tensor.ofDoubles(call.input(4).dataType(), runningVariances, channels))
        : List.of(y);
  }

  /** Mean and biased variance of each channel. */
  private static void moments(double[] values, int plane, double[] means, double[] variances) {
    int channels = means.length;
    double count = Math.max(1, values.length / channels);
    Arrays.fill(means, 0);
    Arrays.fill(variances, 0);
    for (int index = 0; index < values.length; index++) {
      means[index / plane % channels] += values[index] / count;
    }
    for (int index = 0; index < values.length; index++) {
      double deviation = values[index] - means[index / plane % channels];
      variances[index / plane % channels] += deviation * deviation / count;
    }
  }

  private static Tensor instanceNormalization(Call call) {
    Tensor x = call.input(0);
    float epsilon = call.node().floatAttribute("epsilon", 1e-5f);
    call.charge(x.shape());
    int channels = (int) x.dimension(1);
    int plane = (int) Elements.product(x.shape(), 2, x.rank());
    double[] values = x.toDoubles();
    for (int start = 0; start < values.length; start += plane) {
      int channel = start / plane % channels;
      normalize(values, start, plane, epsilon);
      for (int index = start; index < start + plane; index++) {
        values[index] =
            values[index] * call.input(1).doubleAt(channel) + call.input(2).doubleAt(channel);
      }
    }
    return Tensor.ofDoubles(x.dataType(), values, x.shape());
  }

  /** Mean and reciprocal standard deviation of the run, which is normalised in place. */
  private static double[] normalize(double[] values, int start, int length, float epsilon) {
    double mean = 0;
    for (int index = start; index < start + length; index++) {
      mean += values[index];
    }
    mean /= length;
    double variance = 0;
    for (int index = start; index < start + length; index++) {
      variance += (values[index] - mean) * (values[index] - mean);
    }
    double inverse = 1 / Math.sqrt(variance / length + epsilon);
    for (int index = start; index < start + length; index++) {
      values[index] = (values[index] - mean) * inverse;
    }
    return new double[] {mean, inverse};
  }

  private static List<Tensor> layerNormalization(Call call) {
    Tensor x = call.input(0);
    int axis = call.axis(call.node().intAttribute("axis", -1), x.rank());
    float epsilon = call.node().floatAttribute("epsilon", 1e-5f);
    call.charge(x.shape());
    long[] shape = x.shape();
    int run = (int) Elements.product(shape, axis, shape.length);
    int[] scales = Broadcast.indices(call.input(1).shape(), shape);
    Tensor bias = call.optional(2);
    int[] biases = bias == null ? new int[0] : Broadcast.indices(bias.shape(), shape);
    double[] values = x.toDoubles();
    double[] means = new double[run == 0 ? 0 : values.length / run];
    double[] inverses = new double[means.length];
    for (int row = 0; row < means.length; row++) {
      double[] moments = normalize(values, row * run, run, epsilon);
      means[row] = moments[0];
      inverses[row] = moments[1];
    }
    for (int index = 0; index < values.length; index++) {
      values[index] *= call.input(1).doubleAt(scales[index]);
      values[index] += bias == null ? 0 : bias.doubleAt(biases[index]);
    }
    Arrays.fill(shape, axis, shape.length, 1);
    List<Tensor> results = new ArrayList<>();
    results.add(Tensor.ofDoubles(x.dataType(), values, x.shape()));
    results.add(Tensor.ofDoubles(x.dataType(), means, shape));
    results.add(Tensor.ofDoubles(x.dataType(), inverses, shape));
    return results;
  }

  private enum Form {
    PLAIN,
    LOGARITHM,
    HARD
  }

  private static Tensor softmax(Call call, Form form) {
    Tensor x = call.input(0);
    int axis = call.axis(call.node().intAttribute("axis", -1), x.rank());
    call.charge(x.shape());
    if (x.isScalar()) {
      return Tensor.ofDoubles(x.dataType(), new double[] {form == Form.LOGARITHM ? 0 : 1});
    }
    double[] values = x.toDoubles();
    ReduceKernels.Groups groups = ReduceKernels.Groups.of(call, x, new long[] {axis}, true);
    for (int group = 0; group < groups.count(); group++) {
      int[] members = groups.members(group).toArray();
      double max = Double.NEGATIVE_INFINITY;
      for (int member : members) {
        max = Math.max(max, values[member]);
      }
      double sum = 0;
      for (int member : members) {
        sum += Math.exp(values[member] - max);
      }
      boolean found = false;
      for (int member : members) {
        boolean first = !found && values[member] == max;
        double shifted = values[member] - max;
        values[member] =
            switch (form) {
              case PLAIN -> Math.exp(shifted) / sum;
              case LOGARITHM -> shifted - Math.log(sum);
              case HARD -> first ? 1 : 0;
            };
        found |= first;
      }
    }
    return Tensor.ofDoubles(x.dataType(), values, x.shape());
  }

  private static List<Tensor> dropout(Call call) {
    Tensor x = call.input(0);
    Tensor training = call.optional(2);
    if (training != null && training.longAt(0) != 0) {
      throw call.problem("dropout in training mode is not computed here");
    }
    boolean[] mask = new boolean[call.charge(x.shape())];
    Arrays.fill(mask, true);
    return List.of(x, Elements.ofBooleans(mask, x.shape()));
  }
}
