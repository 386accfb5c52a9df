package io.nncf4j.benchmarks.libtorch;

import io.nncf4j.engines.libtorch.Libtorch;
import io.nncf4j.engines.libtorch.operators.TensorExchange;
import io.nncf4j.learning.Losses;
import io.nncf4j.learning.Optimizer;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.MemoryFormat;

/** {@link DirectResNet20} with loss, backward pass and update. */
final class HandWrittenResNet20 implements ResNet20 {
  private final Setting setting;
  private final DirectResNet20 network;
  private final Optimizer optimizer;

  HandWrittenResNet20(Setting setting) {
    Libtorch.load();
    this.setting = setting;
    network = new DirectResNet20(setting.model(), true);
    optimizer = ResNet20.optimizer(network.parameters());
  }

  @Override
  public double step(CifarSamples.Batch batch) {
    Libtorch.setThreads(setting.threads());
    network.setTraining(setting.trains());
    try (AutoGradMode gradients = new AutoGradMode(setting.trains());
        Tensor images = images(batch);
        Tensor targets = TensorExchange.copyToTorch(batch.labels())) {
      double value;
      try (Tensor logits = network.forward(images);
          Tensor loss = Losses.crossEntropy(logits, targets)) {
        value = loss.item_float();
        if (setting.trains()) {
          loss.backward();
        }
      }
      if (setting.trains()) {
        optimizer.step();
        network.clearGradients();
      }
      return value;
    }
  }

  private static Tensor images(CifarSamples.Batch batch) {
    try (Tensor plain = TensorExchange.viewInTorch(batch.images())) {
      return plain.contiguous(MemoryFormat.ChannelsLast);
    }
  }

  @Override
  public void close() {
    optimizer.close();
    network.close();
  }
}
