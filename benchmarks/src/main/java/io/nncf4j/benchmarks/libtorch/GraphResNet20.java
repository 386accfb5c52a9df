package io.nncf4j.benchmarks.libtorch;

import io.nncf4j.engines.libtorch.LibtorchEngine;
import io.nncf4j.engines.libtorch.Outputs;
import io.nncf4j.engines.libtorch.TrainingOptions;
import io.nncf4j.engines.libtorch.TrainingSession;
import io.nncf4j.engines.libtorch.operators.TensorExchange;
import io.nncf4j.learning.Losses;
import io.nncf4j.learning.TrainingStep;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/** The network as the engine compiles it from its graph. */
final class GraphResNet20 implements ResNet20 {
  private final boolean trains;
  private final TrainingSession session;
  private final TrainingStep training;
  private final String input;

  GraphResNet20(Setting setting) {
    trains = setting.trains();
    session =
        new LibtorchEngine()
            .train(setting.model(), TrainingOptions.defaults().withThreads(setting.threads()));
    training = new TrainingStep(session, ResNet20.optimizer(TrainingStep.parameters(session)), 0);
    input = session.inputs().get(0).name();
  }

  @Override
  public double step(CifarSamples.Batch batch) {
    try (Tensor targets = TensorExchange.copyToTorch(batch.labels())) {
      if (trains) {
        return training.run(
            Map.of(input, batch.images()),
            outputs -> Losses.crossEntropy(outputs.first(), targets));
      }
      session.setTraining(false);
      try (Outputs outputs = session.forward(Map.of(input, batch.images()));
          Tensor loss = Losses.crossEntropy(outputs.first(), targets)) {
        return loss.item_float();
      }
    }
  }

  @Override
  public void close() {
    training.optimizer().close();
    session.close();
  }
}
