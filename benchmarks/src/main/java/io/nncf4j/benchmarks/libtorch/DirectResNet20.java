package io.nncf4j.benchmarks.libtorch;

import io.nncf4j.core.graph.Model;
import io.nncf4j.engines.libtorch.operators.TensorExchange;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;

/**
 * ResNet-20 for CIFAR-10 (He et al. 2015, shortcuts of option A) as hand-written calls of libtorch:
 * what a careful programmer would write without any graph, every intermediate closed as soon as it
 * is not needed.
 */
final class DirectResNet20 implements AutoCloseable {
  private final Map<String, Tensor> weights = new LinkedHashMap<>();
  private final List<Tensor> parameters = new ArrayList<>();
  private boolean training;

  /** Takes the weights from the model read from ONNX, which names them as PyTorch does. */
  DirectResNet20(Model model, boolean channelsLast) {
    model
        .graph()
        .constants()
        .forEach(
            (name, tensor) -> {
              if (!tensor.dataType().isFloatingPoint()) {
                return;
              }
              Tensor weight = TensorExchange.copyToTorch(tensor);
              if (channelsLast && tensor.rank() == 4) {
                try (Tensor plain = weight) {
                  weight = plain.contiguous(MemoryFormat.ChannelsLast);
                }
              }
              if (!name.contains("running")) {
                weight.set_requires_grad(true);
                parameters.add(weight);
              }
              weights.put(name, weight);
            });
  }

  List<Tensor> parameters() {
    return parameters;
  }

  void setTraining(boolean isTraining) {
    training = isTraining;
  }

  void clearGradients() {
    parameters.forEach(parameter -> parameter.mutable_grad().reset());
  }

  /** Logits; the input stays the caller's. */
  Tensor forward(Tensor images) {
    Tensor x = normalised(images, "conv1", "bn1", 1);
    torch.relu_(x);
    for (int layer = 1; layer <= 3; layer++) {
      for (int block = 0; block < 3; block++) {
        String name = "layer" + layer + "." + block + ".";
        x = block(x, name, layer > 1 && block == 0 ? 2 : 1);
      }
    }
    try (Tensor last = x;
        ScalarTypeOptional sameType = new ScalarTypeOptional();
        Tensor pooled = torch.mean(last, new long[] {2, 3}, false, sameType);
        TensorOptional bias = new TensorOptional(weight("linear.bias"))) {
      return torch.linear(pooled, weight("linear.weight"), bias);
    }
  }

  private Tensor weight(String name) {
    Tensor weight = weights.get(name);
    if (weight == null) {
      throw new IllegalArgumentException("the model has no weight " + name);
    }
    return weight;
  }

  /** Closes its input. */
  private Tensor block(Tensor input, String name, long stride) {
    try (Tensor x = input) {
      Tensor sum;
      try (Tensor first = normalised(x, name + "conv1", name + "bn1", stride)) {
        torch.relu_(first);
        sum = normalised(first, name + "conv2", name + "bn2", 1);
      }
      if (stride == 1) {
        sum.add_(x);
      } else {
        try (Tensor shortcut = shortcut(x)) {
          sum.add_(shortcut);
        }
      }
      torch.relu_(sum);
      return sum;
    }
  }

  /** Every second pixel, channels padded with zeros on both sides. */
  private static Tensor shortcut(Tensor x) {
    long pad = x.size(1) / 2;
    try (var none = new org.bytedeco.pytorch.LongOptional();
        Scalar zero = new Scalar(0.0);
        Tensor rows = torch.slice(x, 2, none, none, 2);
        Tensor pixels = torch.slice(rows, 3, none, none, 2)) {
      return torch.constant_pad_nd(pixels, new long[] {0, 0, 0, 0, pad, pad}, zero);
    }
  }

  private Tensor normalised(Tensor x, String convolution, String normalization, long stride) {
    try (TensorOptional none = new TensorOptional();
        TensorOptional scale = new TensorOptional(weight(normalization + ".weight"));
        TensorOptional shift = new TensorOptional(weight(normalization + ".bias"));
        TensorOptional mean = new TensorOptional(weight(normalization + ".running_mean"));
        TensorOptional variance = new TensorOptional(weight(normalization + ".running_var"));
        Tensor convolved =
            torch.conv2d(
                x,
                weight(convolution + ".weight"),
                none,
                new long[] {stride, stride},
                new long[] {1, 1},
                new long[] {1, 1},
                1)) {
      return torch.batch_norm(convolved, scale, shift, mean, variance, training, 0.1, 1e-5, false);
    }
  }

  @Override
  public void close() {
    weights.values().forEach(Tensor::close);
  }
}
