package io.nncf4j.engines.libtorch;

import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.quantize.FakeQuantize;
import io.nncf4j.engines.libtorch.operators.BinaryWeight;
import io.nncf4j.engines.libtorch.operators.MaskedWeight;
import io.nncf4j.engines.libtorch.operators.TensorExchange;
import java.util.HashSet;
import java.util.Set;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.MemoryFormat;

/**
 * Which constants are convolution weights of two spatial dimensions: these are laid out with the
 * channels last in memory when images are.
 */
final class ConstantLayout {
  private final Set<String> weights = new HashSet<>();

  ConstantLayout(Graph graph, boolean channelsLast) {
    if (!channelsLast) {
      return;
    }
    for (Node node : graph.nodes()) {
      if (node.is("Conv", "ConvTranspose")) {
        String name = node.input(1);
        for (Node producer = graph.producer(name);
            producer != null && isInTheWay(producer);
            producer = graph.producer(name)) {
          name = producer.input(0);
        }
        io.nncf4j.core.tensor.Tensor weight = graph.constantValue(name);
        if (weight != null && weight.rank() == 4 && graph.hasSingleUse(name)) {
          weights.add(name);
        }
      }
    }
  }

  private static boolean isInTheWay(Node node) {
    return FakeQuantize.is(node) || MaskedWeight.is(node) || BinaryWeight.is(node);
  }

  boolean wantsChannelsLast(String name) {
    return weights.contains(name);
  }

  Tensor toTorch(String name, io.nncf4j.core.tensor.Tensor host) {
    Tensor copy = TensorExchange.copyToTorch(host);
    return wantsChannelsLast(name) ? channelsLast(copy) : copy;
  }

  /** The same elements with the channels last in memory; {@code tensor} is closed. */
  static Tensor channelsLast(Tensor tensor) {
    try (tensor) {
      return tensor.contiguous(MemoryFormat.ChannelsLast);
    }
  }
}
