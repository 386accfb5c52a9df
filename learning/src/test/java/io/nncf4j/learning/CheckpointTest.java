package io.nncf4j.learning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.libtorch.LibtorchEngine;
import io.nncf4j.engines.libtorch.RandomState;
import io.nncf4j.engines.libtorch.TrainingOptions;
import io.nncf4j.engines.libtorch.TrainingSession;
import io.nncf4j.layers.Activation;
import io.nncf4j.layers.BatchNormalization;
import io.nncf4j.layers.Convolution;
import io.nncf4j.layers.Dropout;
import io.nncf4j.layers.GraphBuilder;
import io.nncf4j.layers.Linear;
import io.nncf4j.layers.Pooling;
import io.nncf4j.layers.Sequential;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CheckpointTest {
  private static final int STEPS = 8;

  @TempDir private Path folder;

  private static Model network(int channels) {
    return GraphBuilder.network(
        "small",
        1,
        "x",
        Shape.of(4, 3, 8, 8),
        Sequential.of(
            Convolution.of("conv", 3, channels, 3),
            BatchNormalization.of("bn", channels),
            Activation.RELU,
            Pooling.globalAverage(),
            new Dropout(0.3f),
            new Linear("fc", channels, 5)),
        "logits");
  }

  private static TrainingSession session(int channels) {
    return new LibtorchEngine().train(network(channels), TrainingOptions.defaults().withThreads(1));
  }

  static Stream<Function<TrainingSession, Optimizer>> optimizers() {
    return Stream.of(
        session ->
            new StochasticGradientDescent(
                TrainingStep.parameters(session),
                StochasticGradientDescent.Options.of(0.1)
                    .withMomentum(0.9, true)
                    .withWeightDecay(1e-4)),
        session -> new Adam(TrainingStep.parameters(session), Adam.Options.adamW(0.01)),
        session ->
            new RootMeanSquarePropagation(
                TrainingStep.parameters(session),
                new RootMeanSquarePropagation.Options(0.01, 0.99, 0.9, 1e-8, 0)));
  }

  /** Losses of the steps {@code from} to {@code to}; the data of a step follow from its number. */
  private static List<Double> train(
      TrainingSession session, Optimizer optimizer, int from, int to) {
    List<Double> losses = new ArrayList<>();
    TrainingStep step = new TrainingStep(session, optimizer, 0);
    LearningRateSchedule schedule = LearningRateSchedule.cosine(0.05, 0, STEPS);
    for (int index = from; index < to; index++) {
      optimizer.setLearningRate(schedule.at(index));
      Random random = new Random(index);
      float[] pixels = new float[4 * 3 * 8 * 8];
      for (int pixel = 0; pixel < pixels.length; pixel++) {
        pixels[pixel] = (float) random.nextGaussian();
      }
      losses.add(
          step.run(
              Map.of("x", Tensor.ofFloats(pixels, 4, 3, 8, 8)),
              outputs -> {
                try (org.bytedeco.pytorch.Tensor ones = torch.ones_like(outputs.first())) {
                  return Losses.meanSquaredError(outputs.first(), ones);
                }
              }));
    }
    return losses;
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void aResumedRunGivesTheLossesOfOneThatNeverStopped(
      Function<TrainingSession, Optimizer> optimizerOf) {
    Path file = folder.resolve("half.safetensors");
    List<Double> whole;
    RandomState.seed(7);
    try (TrainingSession session = session(6);
        Optimizer optimizer = optimizerOf.apply(session)) {
      whole = train(session, optimizer, 0, STEPS);
    }
    RandomState.seed(7);
    try (TrainingSession session = session(6);
        Optimizer optimizer = optimizerOf.apply(session)) {
      train(session, optimizer, 0, STEPS / 2);
      Checkpoint.of(session, optimizer, 0, STEPS / 2, Map.of("a", "b")).write(file);
    }
    RandomState.seed(99);
    try (TrainingSession session = session(6);
        Optimizer optimizer = optimizerOf.apply(session)) {
      Checkpoint read = Checkpoint.read(file);
      read.restore(session, optimizer);
      assertThat(read.notes()).containsEntry("a", "b");
      assertThat(train(session, optimizer, (int) read.step(), STEPS))
          .isEqualTo(whole.subList(STEPS / 2, STEPS));
    }
  }

  @Test
  void anotherModelIsRefusedWithAllNames() {
    try (TrainingSession session = session(6);
        TrainingSession wider = session(7);
        Optimizer optimizer = new Adam(TrainingStep.parameters(session), Adam.Options.adam(1));
        Optimizer other = new Adam(TrainingStep.parameters(wider), Adam.Options.adam(1))) {
      Checkpoint checkpoint = Checkpoint.of(session, optimizer, 0, 0, Map.of());
      Map<String, Tensor> changed = new HashMap<>(checkpoint.model());
      Tensor bias = changed.remove("fc.bias");
      changed.put("fc.offset", java.util.Objects.requireNonNull(bias));
      Checkpoint broken =
          new Checkpoint(0, 0, changed, checkpoint.optimizer(), checkpoint.random(), Map.of());
      Tensor before = wider.state().read("conv.weight");
      assertThatThrownBy(() -> broken.restore(wider, other))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("missing in the checkpoint (1): fc.bias")
          .hasMessageContaining("not in the model (1): fc.offset")
          .hasMessageContaining("conv.weight [6, 3, 3, 3] for [7, 3, 3, 3]");
      assertThat(wider.state().read("conv.weight")).isEqualTo(before);
    }
  }

  @Test
  void anotherOptimizerIsRefused() {
    try (TrainingSession session = session(6);
        Optimizer adam = new Adam(TrainingStep.parameters(session), Adam.Options.adam(1));
        Optimizer descent =
            new StochasticGradientDescent(
                TrainingStep.parameters(session), StochasticGradientDescent.Options.of(1))) {
      Checkpoint checkpoint = Checkpoint.of(session, adam, 0, 0, Map.of());
      assertThatThrownBy(() -> checkpoint.restore(session, descent))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("another optimizer");
    }
  }

  @Test
  void whateverTheMomentOfBeingKilledTheLastCheckpointLoads()
      throws IOException, InterruptedException {
    Path file = folder.resolve("last.safetensors");
    EndlessCheckpoints.checkpoint(0).write(file);
    int kills = Integer.getInteger("nncf.kills", 10);
    Random random = new Random(Long.getLong("nncf.kills.seed", 3));
    for (int kill = 0; kill < kills; kill++) {
      Files.deleteIfExists(file);
      Process process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:TieredStopAtLevel=1",
                  "-Xshare:auto",
                  "-cp",
                  System.getProperty("java.class.path"),
                  EndlessCheckpoints.class.getName(),
                  file.toString())
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("out.txt").toFile())
              .start();
      while (!Files.exists(file) && process.isAlive()) {
        Thread.sleep(1);
      }
      TimeUnit.MICROSECONDS.sleep(random.nextInt(50_000));
      process.destroyForcibly().waitFor();
      Checkpoint read = Checkpoint.read(file);
      assertThat(read.model()).isEqualTo(EndlessCheckpoints.checkpoint(read.step()).model());
      assertThat(read.optimizer())
          .isEqualTo(EndlessCheckpoints.checkpoint(read.step()).optimizer());
    }
  }

  @Test
  void filesThatAreNoCheckpointAreRefused() throws IOException {
    Path file = Files.writeString(folder.resolve("x"), "not a checkpoint at all");
    assertThatThrownBy(() -> Checkpoint.read(file)).isInstanceOf(InputException.class);
    assertThatThrownBy(() -> Checkpoint.read(folder.resolve("none")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("does not exist");
  }

  @Test
  void aChangedConfigurationNamesTheKeys() {
    assertThat(
            ConfigurationDifferences.between(
                "{\"a\": 1, \"b\": {\"bits\": 8, \"x\": [1, 2]}}",
                "{\"a\": 1.0, \"b\": {\"bits\": 4, \"x\": [1, 3]}, \"c\": true}"))
        .containsExactly(
            "b.bits: 8 then, 4 now", "b.x[1]: 2 then, 3 now", "c: absent then, true now");
  }
}
