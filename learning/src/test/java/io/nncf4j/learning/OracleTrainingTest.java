package io.nncf4j.learning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nncf4j.core.graph.Dimension;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.libtorch.LibtorchEngine;
import io.nncf4j.engines.libtorch.Outputs;
import io.nncf4j.engines.libtorch.TensorRole;
import io.nncf4j.engines.libtorch.TrainingOptions;
import io.nncf4j.engines.libtorch.TrainingSession;
import io.nncf4j.layers.Activation;
import io.nncf4j.layers.BatchNormalization;
import io.nncf4j.layers.Convolution;
import io.nncf4j.layers.GraphBuilder;
import io.nncf4j.layers.Linear;
import io.nncf4j.layers.Pooling;
import io.nncf4j.layers.Sequential;
import io.nncf4j.testing.NpyArray;
import io.nncf4j.testing.SharedFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The recorded training runs of PyTorch, step by step. */
class OracleTrainingTest {
  private static final double TOLERANCE = 1e-5;

  private final Path folder = SharedFiles.oracle("training");
  private final Tensor images = tensor(folder.resolve("batches_x.npy"));
  private final Tensor labels = tensor(folder.resolve("batches_y.npy"));

  private static Model network() {
    return GraphBuilder.network(
        "oracle",
        1,
        "x",
        Shape.of(Dimension.symbol("batch"), Dimension.of(3), Dimension.of(12), Dimension.of(12)),
        Sequential.of(
            Convolution.of("conv1", 3, 8, 3),
            BatchNormalization.of("bn1", 8),
            Activation.RELU,
            Convolution.of("conv2", 8, 16, 3).withStride(2),
            BatchNormalization.of("bn2", 16),
            Activation.RELU,
            Pooling.globalAverage(),
            new Linear("fc", 16, 5)),
        "logits");
  }

  private TrainingSession session(boolean channelsLast) throws IOException {
    TrainingSession session =
        new LibtorchEngine()
            .train(
                network(),
                TrainingOptions.defaults().withThreads(1).withChannelsLast(channelsLast));
    try (Stream<Path> files = Files.list(folder.resolve("init"))) {
      for (Path file : files.toList()) {
        session.state().write(nameOf(file), tensor(file));
      }
    }
    return session;
  }

  private static String nameOf(Path file) {
    return file.getFileName().toString().replace(".npy", "");
  }

  static Tensor tensor(Path file) {
    NpyArray array = NpyArray.read(file);
    return array.type().equals("i8")
        ? Tensor.ofLongs(array.longs(), array.shape())
        : Tensor.ofFloats(array.floats(), array.shape());
  }

  /** Sample {@code index} along the first axis, in memory outside the heap. */
  private static Tensor batch(Tensor all, int index) {
    long[] shape = Arrays.copyOfRange(all.shape(), 1, all.rank());
    int bytes = (int) (all.byteCount() / all.dimension(0));
    var copy = Tensor.allocateDirect(all.dataType(), Tensor.elementCount(shape));
    copy.put(all.data().slice(index * bytes, bytes)).flip();
    return Tensor.of(all.dataType(), shape, copy);
  }

  private org.bytedeco.pytorch.Tensor targets(int step) {
    return io.nncf4j.engines.libtorch.operators.TensorExchange.copyToTorch(batch(labels, step));
  }

  @Test
  void evaluationOfTheInitialWeights() throws IOException {
    try (TrainingSession session = session(true);
        Outputs outputs = session.forward(Map.of("x", batch(images, 0)))) {
      assertNear(
          "logits",
          outputs.read("logits"),
          tensor(folder.resolve("eval_logits_init.npy")),
          TOLERANCE);
    }
  }

  @Test
  void gradientsOfTheFirstStep() throws IOException {
    try (TrainingSession session = session(true)) {
      session.setTraining(true);
      try (Outputs outputs = session.forward(Map.of("x", batch(images, 0)));
          var target = targets(0);
          var loss = Losses.crossEntropy(outputs.first(), target)) {
        Path expected = folder.resolve("first_step_grads");
        assertNear(
            "logits", outputs.read("logits"), tensor(expected.resolve("logits.npy")), TOLERANCE);
        loss.backward();
        for (var entry : session.state().entries(TensorRole.PARAMETER)) {
          assertNear(
              entry.name(),
              session.state().readGradient(entry.name()),
              tensor(expected.resolve(entry.name() + ".npy")),
              TOLERANCE);
        }
      }
    }
  }

  @TestFactory
  Stream<DynamicTest> runs() throws IOException {
    JsonNode runs = new ObjectMapper().readTree(folder.resolve("training.json").toFile());
    return StreamSupport.stream(runs.get("runs").spliterator(), false)
        .flatMap(
            run ->
                Stream.of(true, false)
                    .map(
                        channelsLast ->
                            DynamicTest.dynamicTest(
                                run.get("name").asText() + (channelsLast ? ", channels last" : ""),
                                () -> follow(run, channelsLast))));
  }

  private void follow(JsonNode run, boolean channelsLast) throws IOException {
    try (TrainingSession session = session(channelsLast);
        Optimizer optimizer = optimizer(run, TrainingStep.parameters(session))) {
      LearningRateSchedule schedule = schedule(run);
      double clip = run.get("clip_grad_norm").isNull() ? 0 : run.get("clip_grad_norm").asDouble();
      TrainingStep step = new TrainingStep(session, optimizer, clip);
      for (int index = 0; index < 10; index++) {
        double rate = schedule.at(index);
        assertThat(rate).isCloseTo(run.get("learning_rate").get(index).asDouble(), within(1e-12));
        optimizer.setLearningRate(rate);
        try (var target = targets(index)) {
          double smoothing = run.get("label_smoothing").asDouble();
          double loss =
              step.run(
                  Map.of("x", batch(images, index)),
                  outputs -> Losses.crossEntropy(outputs.first(), target, smoothing));
          assertThat(loss).isCloseTo(run.get("loss").get(index).asDouble(), within(TOLERANCE));
        }
      }
      checkFinal(session, folder.resolve(run.get("name").asText()));
    }
  }

  private void checkFinal(TrainingSession session, Path expected) {
    for (var entry : session.state().entries()) {
      assertNear(
          entry.name(),
          session.state().read(entry.name()),
          tensor(expected.resolve(entry.name() + ".npy")),
          TOLERANCE);
    }
    session.setTraining(false);
    Model snapshot = session.snapshot();
    try (Outputs outputs = session.forward(Map.of("x", batch(images, 0)));
        var again = new LibtorchEngine().train(snapshot, session.options());
        Outputs same = again.forward(Map.of("x", batch(images, 0)))) {
      assertNear(
          "logits",
          outputs.read("logits"),
          tensor(expected.resolve("eval_logits_final.npy")),
          TOLERANCE);
      assertThat(same.read("logits")).isEqualTo(outputs.read("logits"));
    }
  }

  private static LearningRateSchedule schedule(JsonNode run) {
    double rate = run.get("hyper_parameters").get("lr").asDouble();
    String extra = run.get("extra").asText();
    return extra.startsWith("cosine")
        ? LearningRateSchedule.cosine(rate, 1e-4, 10)
        : extra.startsWith("multi-step")
            ? LearningRateSchedule.steps(rate, 0.1, 3, 7)
            : LearningRateSchedule.constant(rate);
  }

  private static Optimizer optimizer(JsonNode run, List<org.bytedeco.pytorch.Tensor> parameters) {
    JsonNode values = run.get("hyper_parameters");
    double rate = values.get("lr").asDouble();
    double decay = values.path("weight_decay").asDouble(0);
    double momentum = values.path("momentum").asDouble(0);
    return switch (run.get("optimizer").asText()) {
      case "sgd" ->
          new StochasticGradientDescent(
              parameters,
              StochasticGradientDescent.Options.of(rate)
                  .withMomentum(momentum, values.path("nesterov").asBoolean(false))
                  .withWeightDecay(decay));
      case "adam" -> new Adam(parameters, Adam.Options.adam(rate).withWeightDecay(decay));
      case "adamw" -> new Adam(parameters, Adam.Options.adamW(rate).withWeightDecay(decay));
      case "rmsprop" ->
          new RootMeanSquarePropagation(
              parameters,
              new RootMeanSquarePropagation.Options(
                  rate, values.get("alpha").asDouble(), momentum, 1e-8, decay));
      default -> throw new AssertionError("unknown optimizer in the oracle: " + run);
    };
  }

  static void assertNear(String name, Tensor actual, Tensor expected, double tolerance) {
    assertThat(actual.shape()).as("shape of " + name).isEqualTo(expected.shape());
    double largest = 0;
    for (int index = 0; index < expected.size(); index++) {
      largest = Math.max(largest, Math.abs(actual.doubleAt(index) - expected.doubleAt(index)));
    }
    assertThat(largest).as("difference of " + name).isLessThanOrEqualTo(tolerance);
  }
}
