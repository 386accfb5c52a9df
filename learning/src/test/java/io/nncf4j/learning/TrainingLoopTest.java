package io.nncf4j.learning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Dimension;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.libtorch.LibtorchEngine;
import io.nncf4j.engines.libtorch.TrainingOptions;
import io.nncf4j.engines.libtorch.TrainingSession;
import io.nncf4j.layers.GraphBuilder;
import io.nncf4j.layers.Linear;
import io.nncf4j.layers.Sequential;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Schedules, accumulation, and the loop with its hooks. */
class TrainingLoopTest {
  private static Model network() {
    return GraphBuilder.network(
        "linear",
        1,
        "x",
        Shape.of(Dimension.symbol("batch"), Dimension.of(3)),
        new Linear("fc", 3, 2),
        "scores");
  }

  private static Map<String, Tensor> rows(int from, int to) {
    float[] values = new float[3 * (to - from)];
    for (int index = 0; index < values.length; index++) {
      values[index] = (float) Math.sin(1.7 * (3 * from + index));
    }
    return Map.of("x", Tensor.ofFloats(values, to - from, 3));
  }

  private static long[] labels(int from, int to) {
    long[] labels = new long[to - from];
    Arrays.setAll(labels, index -> (from + index) % 2);
    return labels;
  }

  @Test
  void gradientsOfTwoHalvesAreThoseOfTheWhole() {
    TrainingOptions options = TrainingOptions.defaults().withThreads(1);
    try (TrainingSession whole = new LibtorchEngine().train(network(), options);
        TrainingSession halves = new LibtorchEngine().train(network(), options);
        Optimizer one = descent(whole);
        Optimizer other = descent(halves)) {
      new TrainingStep(whole, one, 0).runClassifier(rows(0, 8), labels(0, 8));
      TrainingStep step = new TrainingStep(halves, other, 0);
      step.accumulateClassifier(rows(0, 4), labels(0, 4), Optional::empty, 0.5);
      step.accumulateClassifier(rows(4, 8), labels(4, 8), Optional::empty, 0.5);
      step.update();
      float[] expected = whole.state().read("fc.weight").toFloats();
      float[] found = halves.state().read("fc.weight").toFloats();
      for (int index = 0; index < found.length; index++) {
        assertThat(found[index]).isCloseTo(expected[index], within(1e-6f));
      }
    }
  }

  @Test
  void aSoftmaxAtTheEndIsNotTakenForLogits() {
    TrainingOptions options = TrainingOptions.defaults().withThreads(1);
    Model probabilities =
        GraphBuilder.network(
            "linear",
            1,
            "x",
            Shape.of(Dimension.symbol("batch"), Dimension.of(3)),
            Sequential.of(
                new Linear("fc", 3, 2),
                (graph, input) ->
                    graph.node("softmax", "Softmax", Attributes.NONE.with("axis", -1), input)),
            "probabilities");
    try (TrainingSession logits = new LibtorchEngine().train(network(), options);
        TrainingSession other = new LibtorchEngine().train(probabilities, options);
        Optimizer one = descent(logits);
        Optimizer two = descent(other)) {
      double expected = new TrainingStep(logits, one, 0).runClassifier(rows(0, 8), labels(0, 8));
      double found = new TrainingStep(other, two, 0).runClassifier(rows(0, 8), labels(0, 8));
      assertThat(found).isCloseTo(expected, within(1e-5));
      float[] weights = other.state().read("fc.weight").toFloats();
      for (int index = 0; index < weights.length; index++) {
        assertThat(weights[index])
            .isCloseTo(logits.state().read("fc.weight").toFloats()[index], within(1e-5f));
      }
    }
  }

  private static Optimizer descent(TrainingSession session) {
    return new StochasticGradientDescent(
        TrainingStep.parameters(session), StochasticGradientDescent.Options.of(0.5));
  }

  @Test
  void hooksAreToldInOrder() {
    List<String> told = new ArrayList<>();
    TrainingHook hook =
        new TrainingHook() {
          @Override
          public void beforeEpoch(long epoch) {
            told.add("epoch " + epoch);
          }

          @Override
          public void beforeStep(long step) {
            told.add("step " + step);
          }

          @Override
          public void afterStep(long step, double loss) {
            told.add("loss " + loss);
          }

          @Override
          public void afterEpoch(long epoch, double meanLoss) {
            told.add("mean " + meanLoss);
          }
        };
    try (TrainingSession session =
            new LibtorchEngine().train(network(), TrainingOptions.defaults().withThreads(1));
        Optimizer optimizer = descent(session)) {
      TrainingLoop loop = new TrainingLoop(optimizer, step -> 1.0 / (1 + step), List.of(hook));
      double mean = loop.epoch(1, 2, List.of(3.0, 5.0, 7.0).iterator(), batch -> batch);
      assertThat(mean).isEqualTo(4);
      assertThat(optimizer.learningRate()).isEqualTo(1.0 / 4);
    }
    assertThat(told)
        .containsExactly("epoch 1", "step 2", "loss 3.0", "step 3", "loss 5.0", "mean 4.0");
  }

  @Test
  void schedulesFall() {
    LearningRateSchedule steps = LearningRateSchedule.everySteps(1, 0.1, 3);
    assertThat(steps.at(2)).isEqualTo(1);
    assertThat(steps.at(3)).isCloseTo(0.1, within(1e-12));
    assertThat(steps.at(6)).isCloseTo(0.01, within(1e-12));
    LearningRateSchedule square = LearningRateSchedule.polynomial(1, 0.2, 2, 4);
    assertThat(square.at(0)).isEqualTo(1);
    assertThat(square.at(2)).isCloseTo(0.4, within(1e-12));
    assertThat(square.at(9)).isCloseTo(0.2, within(1e-12));
    assertThat(square.afterWarmUp(3).at(0)).isCloseTo(0.25, within(1e-12));
    assertThatThrownBy(() -> LearningRateSchedule.polynomial(1, 0, 0, 4))
        .isInstanceOf(InputException.class);
  }

  /** The same as PyTorch's ReduceLROnPlateau with mode max, factor 0.5 and patience 1. */
  @Test
  void aPlateauLowersTheRateAndItsStateGoesOn() {
    RateOnPlateau plateau = new RateOnPlateau(0.5, 1, 0.3);
    double[] metrics = {0.5, 0.6, 0.6, 0.60001, 0.7, 0.7, 0.7, 0.7, 0.7};
    double[] factors = {1, 1, 1, 0.5, 0.5, 0.5, 0.3, 0.3, 0.3};
    for (int epoch = 0; epoch < metrics.length; epoch++) {
      plateau.observe(metrics[epoch]);
      assertThat(plateau.factor()).as("epoch " + epoch).isEqualTo(factors[epoch]);
      RateOnPlateau restored = new RateOnPlateau(0.5, 1, 0.3);
      restored.loadState(plateau.state());
      plateau = restored;
    }
    RateOnPlateau other = plateau;
    assertThatThrownBy(() -> other.loadState("1 x 2")).isInstanceOf(InputException.class);
    assertThatThrownBy(() -> other.loadState("")).isInstanceOf(InputException.class);
  }
}
