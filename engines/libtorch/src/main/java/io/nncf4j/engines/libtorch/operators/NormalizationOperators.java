package io.nncf4j.engines.libtorch.operators;

import io.nncf4j.core.graph.Node;
import java.util.Arrays;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Normalisations: batch, instance, layer, group, root mean square, local response. */
final class NormalizationOperators {
  private NormalizationOperators() {}

  static void addTo(OperatorTable table) {
    table.add("BatchNormalization", NormalizationOperators::batch);
    table.add("InstanceNormalization", NormalizationOperators::instance);
    table.add("LayerNormalization", NormalizationOperators::layer);
    table.add("GroupNormalization", NormalizationOperators::group);
    table.add("RMSNormalization", NormalizationOperators::rootMeanSquare);
    table.add("MeanVarianceNormalization", NormalizationOperators::meanVariance);
    table.add("LRN", NormalizationOperators::localResponse);
    table.add("LpNormalization", NormalizationOperators::lp);
  }

  /**
   * As PyTorch does it: in training by the batch's own statistics, the running ones updated in
   * place with momentum {@code 1 - ONNX momentum} and the unbiased variance.
   */
  private static Operation batch(NodeContext context) {
    Node node = context.node();
    double epsilon = node.floatAttribute("epsilon", 1e-5f);
    double momentum = 1 - (double) node.floatAttribute("momentum", 0.9f);
    if (node.intAttribute("training_mode", 0) != 0 && !context.isTrainable()) {
      return onnxTraining(epsilon, momentum);
    }
    return arguments -> {
      try (TensorOptional scale = arguments.optional(1);
          TensorOptional bias = arguments.optional(2);
          TensorOptional mean = arguments.optional(3);
          TensorOptional variance = arguments.optional(4)) {
        arguments.set(
            torch.batch_norm(
                arguments.tensor(0),
                scale,
                bias,
                mean,
                variance,
                arguments.usesBatchStatistics(),
                momentum,
                epsilon,
                false));
      }
    };
  }

  /**
   * The letter of ONNX when a file asks for training mode: running variance from the population.
   */
  private static Operation onnxTraining(double epsilon, double momentum) {
    return Operations.scopedAll(
        a -> {
          Tensor x = a.tensor(0);
          long[] axes = new long[(int) x.dim() - 1];
          for (int axis = 1; axis < axes.length; axis++) {
            axes[axis] = axis + 1L;
          }
          Tensor mean = torch.mean(x, axes, false, new ScalarTypeOptional());
          Tensor variance = torch.var(x, axes, false, false);
          a.set(
              0,
              torch.batch_norm(
                  x,
                  a.optional(1),
                  a.optional(2),
                  new TensorOptional(mean),
                  new TensorOptional(variance),
                  false,
                  0,
                  epsilon,
                  false));
          a.set(1, blend(a.tensor(3), mean, momentum));
          a.set(2, blend(a.tensor(4), variance, momentum));
        });
  }

  private static Tensor blend(Tensor old, Tensor fresh, double share) {
    return torch.add(Operations.times(old, 1 - share), Operations.times(fresh, share));
  }

  private static Operation instance(NodeContext context) {
    double epsilon = context.node().floatAttribute("epsilon", 1e-5f);
    return arguments -> {
      try (TensorOptional scale = arguments.optional(1);
          TensorOptional bias = arguments.optional(2);
          TensorOptional none = new TensorOptional()) {
        arguments.set(
            torch.instance_norm(
                arguments.tensor(0), scale, bias, none, none, true, 0, epsilon, false));
      }
    };
  }

  private static Operation layer(NodeContext context) {
    Node node = context.node();
    double epsilon = node.floatAttribute("epsilon", 1e-5f);
    long axis = node.intAttribute("axis", -1);
    return Operations.scopedAll(
        a -> {
          Tensor x = a.tensor(0);
          long[] shape = TensorExchange.shape(x);
          int first = Operations.axis(axis, shape.length);
          long[] normalized = Arrays.copyOfRange(shape, first, shape.length);
          Tensor scale = a.tensor(1);
          boolean fits =
              Arrays.equals(normalized, TensorExchange.shape(scale))
                  && (!a.has(2) || Arrays.equals(normalized, TensorExchange.shape(a.tensor(2))));
          TensorOptional none = new TensorOptional();
          if (fits && !a.wants(1) && !a.wants(2)) {
            a.set(0, torch.layer_norm(x, normalized, a.optional(1), a.optional(2), epsilon, false));
            return;
          }
          var all = torch.native_layer_norm(x, normalized, none, none, epsilon);
          Tensor result = torch.mul(Operations.own(all.get0()), scale);
          a.set(0, a.has(2) ? torch.add(result, a.tensor(2)) : result);
          a.set(1, Operations.own(all.get1()));
          a.set(2, Operations.own(all.get2()));
        });
  }

  private static Operation group(NodeContext context) {
    Node node = context.node();
    double epsilon = node.floatAttribute("epsilon", 1e-5f);
    long groups = node.intAttribute("num_groups", 1);
    boolean perGroup = context.opset() < 21;
    return Operations.scoped(
        a -> {
          TensorOptional none = new TensorOptional();
          Tensor x = a.tensor(0);
          if (!perGroup) {
            return torch.group_norm(x, groups, a.optional(1), a.optional(2), epsilon, false);
          }
          // Before opset 21 scale and bias had one element for each group.
          long[] shape = new long[(int) x.dim()];
          Arrays.fill(shape, 1);
          shape[1] = x.size(1);
          long repeats = x.size(1) / groups;
          Tensor scale = torch.reshape(torch.repeat_interleave(a.tensor(1), repeats), shape);
          Tensor bias = torch.reshape(torch.repeat_interleave(a.tensor(2), repeats), shape);
          Tensor normal = torch.group_norm(x, groups, none, none, epsilon, false);
          return torch.add(torch.mul(normal, scale), bias);
        });
  }

  private static Operation rootMeanSquare(NodeContext context) {
    Node node = context.node();
    double epsilon = node.floatAttribute("epsilon", 1e-5f);
    long axis = node.intAttribute("axis", -1);
    return Operations.scoped(
        a -> {
          Tensor x = a.tensor(0);
          int rank = (int) x.dim();
          int first = Operations.axis(axis, rank);
          long[] axes = new long[rank - first];
          for (int index = 0; index < axes.length; index++) {
            axes[index] = first + index;
          }
          ScalarType type = TensorExchange.scalarType(x);
          boolean narrow = type == ScalarType.Half || type == ScalarType.BFloat16;
          Tensor wide = narrow ? x.to(ScalarType.Float) : x;
          Tensor square = torch.mean(torch.mul(wide, wide), axes, true, new ScalarTypeOptional());
          Tensor normal = torch.mul(wide, torch.rsqrt(Operations.plus(square, epsilon)));
          return torch.mul(Operations.to(normal, type), a.tensor(1));
        });
  }

  private static Operation meanVariance(NodeContext context) {
    long[] axes = context.node().intsAttribute("axes", 0, 2, 3);
    return Operations.scoped(
        a -> {
          Tensor x = a.tensor(0);
          Tensor centred = torch.sub(x, torch.mean(x, axes, true, new ScalarTypeOptional()));
          Tensor variance =
              torch.mean(torch.mul(centred, centred), axes, true, new ScalarTypeOptional());
          return torch.div(centred, Operations.plus(torch.sqrt(variance), 1e-9));
        });
  }

  /** AlexNet's normalisation across neighbouring channels. */
  private static Operation localResponse(NodeContext context) {
    Node node = context.node();
    long size = node.intAttribute("size", 1);
    double alpha = node.floatAttribute("alpha", 1e-4f);
    double beta = node.floatAttribute("beta", 0.75f);
    double bias = node.floatAttribute("bias", 1);
    return Operations.scoped(
        a -> {
          Tensor x = a.tensor(0);
          Tensor squares = torch.mul(x, x);
          long channels = x.size(1);
          long before = (size - 1) / 2;
          long[] pads = new long[2 * ((int) x.dim() - 1)];
          pads[pads.length - 2] = before;
          pads[pads.length - 1] = size - 1 - before;
          Tensor padded = torch.constant_pad_nd(squares, pads, new Scalar(0.0));
          Tensor sum = torch.narrow(padded, 1, 0, channels);
          for (long offset = 1; offset < size; offset++) {
            sum = torch.add(sum, torch.narrow(padded, 1, offset, channels));
          }
          Tensor scale = Operations.plus(Operations.times(sum, alpha / size), bias);
          return torch.div(x, torch.pow(scale, new Scalar(beta)));
        });
  }

  private static Operation lp(NodeContext context) {
    long axis = context.node().intAttribute("axis", -1);
    long p = context.node().intAttribute("p", 2);
    return Operations.scoped(
        a -> {
          Tensor x = a.tensor(0);
          Tensor powers = p == 1 ? torch.abs(x) : torch.mul(x, x);
          Tensor sum = torch.sum(powers, new long[] {axis}, true, new ScalarTypeOptional());
          return torch.div(x, p == 1 ? sum : torch.sqrt(sum));
        });
  }
}
