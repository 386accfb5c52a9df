package io.nncf4j.learning;

import static org.assertj.core.api.Assertions.assertThat;

import io.nncf4j.core.graph.Dimension;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.libtorch.LibtorchEngine;
import io.nncf4j.engines.libtorch.Outputs;
import io.nncf4j.engines.libtorch.TrainingOptions;
import io.nncf4j.engines.libtorch.TrainingSession;
import io.nncf4j.engines.libtorch.operators.TensorExchange;
import io.nncf4j.layers.Activation;
import io.nncf4j.layers.BatchNormalization;
import io.nncf4j.layers.Convolution;
import io.nncf4j.layers.GraphBuilder;
import io.nncf4j.layers.Linear;
import io.nncf4j.layers.Pooling;
import io.nncf4j.layers.Residual;
import io.nncf4j.layers.Sequential;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every native object that a step makes is released by the step, none is left to the garbage
 * collector: their number does not grow. (It may fall, when the collector takes away what other
 * tests have left.)
 */
class FlatMemoryTest {
  private static final Model NETWORK =
      GraphBuilder.network(
          "small",
          1,
          "x",
          Shape.of(Dimension.symbol("batch"), Dimension.of(3), Dimension.of(8), Dimension.of(8)),
          Sequential.of(
              Convolution.of("conv1", 3, 4, 3),
              BatchNormalization.of("bn1", 4),
              Activation.RELU,
              new Residual(Convolution.of("conv2", 4, 4, 3), Residual.IDENTITY),
              Pooling.globalAverage(),
              new Linear("fc", 4, 2)),
          "logits");

  private final Map<String, Tensor> images =
      Map.of(
          "x",
          Tensor.of(
              DataType.FLOAT32,
              new long[] {2, 3, 8, 8},
              Tensor.allocateDirect(DataType.FLOAT32, 2 * 3 * 8 * 8)));

  private static void isFlat(Runnable step) {
    repeat(step, 20);
    long before = Pointer.totalCount();
    long bytes = Pointer.totalBytes();
    repeat(step, 100);
    assertThat(Pointer.totalCount()).as("native objects").isLessThanOrEqualTo(before);
    assertThat(Pointer.totalBytes()).as("bytes in them").isLessThanOrEqualTo(bytes);
  }

  private static void repeat(Runnable step, int times) {
    for (int run = 0; run < times; run++) {
      step.run();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"SGD", "SGD with momentum", "Nesterov", "AdamW", "RMSprop"})
  void ofTraining(String kind) {
    Function<List<org.bytedeco.pytorch.Tensor>, Optimizer> optimizers =
        parameters ->
            switch (kind) {
              case "SGD" ->
                  new StochasticGradientDescent(
                      parameters, StochasticGradientDescent.Options.of(0.1));
              case "AdamW" -> new Adam(parameters, Adam.Options.adamW(0.1));
              case "RMSprop" ->
                  new RootMeanSquarePropagation(
                      parameters, RootMeanSquarePropagation.Options.of(0.1));
              default ->
                  new StochasticGradientDescent(
                      parameters,
                      StochasticGradientDescent.Options.of(0.1)
                          .withMomentum(0.9, kind.equals("Nesterov"))
                          .withWeightDecay(0.01));
            };
    try (TrainingSession session = new LibtorchEngine().train(NETWORK, TrainingOptions.defaults());
        Optimizer optimizer = optimizers.apply(TrainingStep.parameters(session))) {
      TrainingStep step = new TrainingStep(session, optimizer, 1);
      isFlat(
          () -> {
            try (var targets = TensorExchange.copyToTorch(Tensor.vector(0, 1))) {
              step.run(images, outputs -> Losses.crossEntropy(outputs.first(), targets));
            }
          });
    }
  }

  @Test
  void ofEvaluation() {
    try (TrainingSession session =
        new LibtorchEngine().train(NETWORK, TrainingOptions.defaults())) {
      session.setTraining(false);
      isFlat(
          () -> {
            try (Outputs outputs = session.forward(images)) {
              outputs.read("logits");
            }
          });
    }
  }
}
