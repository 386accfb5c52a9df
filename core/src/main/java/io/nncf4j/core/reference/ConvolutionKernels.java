package io.nncf4j.core.reference;

import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Convolutions, element by element, summed in double precision. */
final class ConvolutionKernels {
  private ConvolutionKernels() {}

  static Map<String, Kernel> all() {
    return Map.of(
        "Conv", Kernel.of(ConvolutionKernels::convolve),
        "ConvInteger", Kernel.of(ConvolutionKernels::convolveInteger),
        "ConvTranspose", Kernel.of(ConvolutionKernels::convolveTransposed));
  }

  private static Tensor convolve(Call call) {
    Tensor x = call.input(0);
    return convolve(call, x, call.input(1), call.optional(2), x.dataType(), null, null);
  }

  private static Tensor convolveInteger(Call call) {
    return convolve(
        call,
        call.input(0),
        call.input(1),
        null,
        DataType.INT32,
        call.optional(2),
        call.optional(3));
  }

  private static Tensor convolve(
      Call call,
      Tensor x,
      Tensor weight,
      @Nullable Tensor bias,
      DataType type,
      @Nullable Tensor zeroX,
      @Nullable Tensor zeroWeight) {
    int group = Math.toIntExact(call.node().intAttribute("group", 1));
    if (x.rank() < 3
        || weight.rank() != x.rank()
        || group < 1
        || weight.dimension(1) * group != x.dimension(1)
        || weight.dimension(0) % group != 0) {
      throw call.problem("weight " + weight + " in " + group + " groups does not fit " + x);
    }
    Windows windows = Windows.of(call, x, Arrays.copyOfRange(weight.shape(), 2, weight.rank()));
    int batch = (int) x.dimension(0);
    int outputs = (int) weight.dimension(0);
    int perGroup = (int) weight.dimension(1);
    int plane = windows.inputSize();
    int places = windows.outputSize();
    int window = windows.kernelSize();
    long[] shape = windows.outputShape(batch, outputs);
    int size = call.charge(shape);
    call.chargeOperations(Math.multiplyExact((long) size, (long) window * perGroup));
    double[] xs = shifted(x, zeroX, 1);
    double[] ws =
        shifted(weight, zeroWeight, (int) Elements.product(weight.shape(), 1, weight.rank()));
    double[] results = new double[size];
    for (int place = 0; place < places; place++) {
      int[] under = windows.elements(place);
      for (int image = 0; image < batch; image++) {
        for (int output = 0; output < outputs; output++) {
          int firstChannel = output / (outputs / group) * perGroup;
          double sum = bias == null ? 0 : bias.doubleAt(output);
          for (int channel = 0; channel < perGroup; channel++) {
            int from = (image * (int) x.dimension(1) + firstChannel + channel) * plane;
            int weights = (output * perGroup + channel) * window;
            for (int element = 0; element < window; element++) {
              if (under[element] >= 0) {
                sum += xs[from + under[element]] * ws[weights + element];
              }
            }
          }
          results[(image * outputs + output) * places + place] = sum;
        }
      }
    }
    return Tensor.ofDoubles(type, results, shape);
  }

  /** Values minus a zero point: one, or one for each {@code run} elements. */
  private static double[] shifted(Tensor tensor, @Nullable Tensor zero, int run) {
    double[] values = tensor.toDoubles();
    if (zero != null) {
      for (int index = 0; index < values.length; index++) {
        values[index] -= zero.doubleAt(zero.size() == 1 ? 0 : index / run);
      }
    }
    return values;
  }

  private static Tensor convolveTransposed(Call call) {
    Tensor x = call.input(0);
    Tensor weight = call.input(1);
    Tensor bias = call.optional(2);
    int group = Math.toIntExact(call.node().intAttribute("group", 1));
    int rank = x.rank() - 2;
    if (rank < 1
        || weight.rank() != x.rank()
        || weight.dimension(0) != x.dimension(1)
        || group < 1
        || x.dimension(1) % group != 0) {
      throw call.problem("weight " + weight + " in " + group + " groups does not fit " + x);
    }
    TransposedGeometry geometry = TransposedGeometry.of(call, x, weight);
    int batch = (int) x.dimension(0);
    int inputs = (int) x.dimension(1);
    int perGroup = (int) weight.dimension(1);
    int outputs = perGroup * group;
    int plane = (int) Elements.product(x.shape(), 2, x.rank());
    int window = (int) Elements.product(weight.shape(), 2, weight.rank());
    int places = Tensor.elementCount(geometry.output());
    long[] shape = new long[rank + 2];
    shape[0] = batch;
    shape[1] = outputs;
    System.arraycopy(geometry.output(), 0, shape, 2, rank);
    int size = call.charge(shape);
    call.chargeOperations(
        Math.multiplyExact((long) x.size(), Math.multiplyExact((long) window, (long) perGroup)));
    double[] xs = x.toDoubles();
    double[] ws = weight.toDoubles();
    double[] results = new double[size];
    for (int index = 0; index < size; index++) {
      results[index] = bias == null ? 0 : bias.doubleAt(index / places % outputs);
    }
    for (int place = 0; place < plane; place++) {
      int[] onto = geometry.targets(place);
      for (int image = 0; image < batch; image++) {
        for (int input = 0; input < inputs; input++) {
          double value = xs[(image * inputs + input) * plane + place];
          int firstOutput = input / (inputs / group) * perGroup;
          for (int output = 0; output < perGroup; output++) {
            int to = (image * outputs + firstOutput + output) * places;
            int weights = (input * perGroup + output) * window;
            for (int element = 0; element < window; element++) {
              if (onto[element] >= 0) {
                results[to + onto[element]] += value * ws[weights + element];
              }
            }
          }
        }
      }
    }
    return Tensor.ofDoubles(x.dataType(), results, shape);
  }
}
