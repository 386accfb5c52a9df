package io.nncf4j.compression.quantization;

import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.tensor.Tensor;
import java.util.Arrays;

/**
 * The mean output of a layer without its bias, as a function of the mean of each input channel:
 *
 * <pre>  mean y[o] = Σ over i, k   W[o, i, k] · share[k] · mean x[i]  </pre>
 *
 * Exact for a matrix; for a convolution it takes the mean to be the same all over the picture, and
 * {@code share[k]} is the share of output positions at which tap k lies on the picture and not on
 * the padding.
 */
final class MeanResponse {
  private final Node node;
  private final boolean isConvolution;
  private final double[] shares;
  private final int outputs;
  private final int inputsPerOutput;
  private final int groups;

  private MeanResponse(Graph graph, Node node, Tensor weight) {
    this.node = node;
    isConvolution = node.is("Conv");
    if (isConvolution) {
      outputs = (int) weight.dimension(0);
      inputsPerOutput = (int) weight.dimension(1);
      groups = (int) node.intAttribute("group", 1);
      shares = shares(graph, node, weight);
    } else {
      boolean transposed = node.intAttribute("transB", 0) == 1;
      outputs = (int) weight.dimension(transposed ? 0 : 1);
      inputsPerOutput = (int) weight.dimension(transposed ? 1 : 0);
      groups = 1;
      shares = new double[] {1};
    }
  }

  /**
   * @param node a Conv, or a Gemm without transA
   * @param weight its weight
   */
  static MeanResponse of(Graph graph, Node node, Tensor weight) {
    return new MeanResponse(graph, node, weight);
  }

  int inputs() {
    return inputsPerOutput * groups;
  }

  int outputs() {
    return outputs;
  }

  /** Mean of each output channel without bias. */
  double[] apply(Tensor weight, double[] inputMeans) {
    float[] values = weight.toFloats();
    double[] response = new double[outputs];
    boolean rowsAreOutputs = isConvolution || node.intAttribute("transB", 0) == 1;
    for (int output = 0; output < outputs; output++) {
      int firstInput = output / (outputs / groups) * inputsPerOutput;
      double sum = 0;
      for (int input = 0; input < inputsPerOutput; input++) {
        double taps = 0;
        for (int tap = 0; tap < shares.length; tap++) {
          int index =
              rowsAreOutputs
                  ? (output * inputsPerOutput + input) * shares.length + tap
                  : input * outputs + output;
          taps += values[index] * shares[tap];
        }
        sum += taps * inputMeans[firstInput + input];
      }
      response[output] = sum;
    }
    return response;
  }

  private static double[] shares(Graph graph, Node node, Tensor weight) {
    int axes = weight.rank() - 2;
    double[] shares = {1};
    Shape input = graph.tensorType(node.input(0)).shape();
    Shape output = graph.tensorType(node.output(0)).shape();
    for (int axis = 0; axis < axes; axis++) {
      double[] along = new double[(int) weight.dimension(axis + 2)];
      Arrays.fill(along, 1);
      if (input != null
          && output != null
          && input.get(axis + 2).isKnown()
          && output.get(axis + 2).isKnown()
          && node.stringAttribute("auto_pad", "NOTSET").equals("NOTSET")) {
        along =
            sharesAlong(
                node,
                axis,
                axes,
                along.length,
                input.get(axis + 2).lengthOrMinusOne(),
                output.get(axis + 2).lengthOrMinusOne());
      }
      double[] product = new double[shares.length * along.length];
      for (int outer = 0; outer < shares.length; outer++) {
        for (int inner = 0; inner < along.length; inner++) {
          product[outer * along.length + inner] = shares[outer] * along[inner];
        }
      }
      shares = product;
    }
    return shares;
  }

  private static double[] sharesAlong(
      Node node, int axis, int axes, int taps, long inputLength, long outputLength) {
    long[] none = new long[2 * axes];
    long[] ones = new long[axes];
    Arrays.fill(ones, 1);
    long pad = node.intsAttribute("pads", none)[axis];
    long stride = node.intsAttribute("strides", ones)[axis];
    long dilation = node.intsAttribute("dilations", ones)[axis];
    double[] shares = new double[taps];
    for (int tap = 0; tap < taps; tap++) {
      long inside = 0;
      for (long position = 0; position < outputLength; position++) {
        long read = position * stride + tap * dilation - pad;
        inside += read >= 0 && read < inputLength ? 1 : 0;
      }
      shares[tap] = (double) inside / outputLength;
    }
    return shares;
  }
}
