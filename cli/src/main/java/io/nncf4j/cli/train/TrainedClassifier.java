package io.nncf4j.cli.train;

import io.nncf4j.cli.console.UnbrokenWork;
import io.nncf4j.compression.calibration.CalibrationSamples;
import io.nncf4j.compression.config.ExtraStruct;
import io.nncf4j.compression.config.NNCFConfig;
import io.nncf4j.compression.training.CompressedModels;
import io.nncf4j.compression.training.control.CompressionController;
import io.nncf4j.compression.training.control.CompressionState;
import io.nncf4j.compression.training.pruning.ImportanceGradients;
import io.nncf4j.compression.training.pruning.RankingTrials;
import io.nncf4j.compression.training.quantization.QuantizationPrecisionInitArgs;
import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.operator.ShapeInference;
import io.nncf4j.core.rewrite.Normalization;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.data.Batch;
import io.nncf4j.data.BatchLoader;
import io.nncf4j.data.LoaderOptions;
import io.nncf4j.data.SampleSource;
import io.nncf4j.engines.libtorch.LibtorchEngine;
import io.nncf4j.engines.libtorch.TensorRole;
import io.nncf4j.engines.libtorch.TrainingOptions;
import io.nncf4j.engines.libtorch.TrainingSession;
import io.nncf4j.engines.libtorch.operators.TensorExchange;
import io.nncf4j.learning.Checkpoint;
import io.nncf4j.learning.Losses;
import io.nncf4j.learning.Optimizer;
import io.nncf4j.learning.OptimizerRecipe;
import io.nncf4j.learning.ParameterGroups;
import io.nncf4j.learning.TrainingStep;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** A classifier being trained: its session, the compression in it, its optimizer. */
final class TrainedClassifier implements AutoCloseable {
  /** Enough to tell filters that matter from those that do not. */
  private static final int GRADIENT_BATCHES = 8;

  private static final String CONFIGURATION = "configuration";

  static final String COMPRESSION = "compression_state";

  private final TrainSettings settings;
  private final Model original;
  private final @Nullable CompressionController controller;
  private final TrainingSession session;
  private final Optimizer optimizer;
  private final @Nullable Path weights;
  private final String fingerprint;

  private TrainedClassifier(
      TrainSettings settings,
      Model original,
      @Nullable Path weights,
      @Nullable CompressionController controller,
      TrainingSession session,
      Optimizer optimizer) {
    this.settings = settings;
    this.original = original;
    this.weights = weights;
    fingerprint = ModelFingerprint.of(original);
    this.controller = controller;
    this.session = session;
    this.optimizer = optimizer;
  }

  /**
   * Builds it from the model, or as a checkpoint has it.
   *
   * @param weights file that the model has its weights from; null when they are its own
   * @param samples to start the compression with
   * @param trains whether it will go on training, or only be measured or exported
   * @param rest called often in between: the process may end there
   */
  static TrainedClassifier build(
      TrainSettings settings,
      Model model,
      @Nullable Path weights,
      SampleSource samples,
      Optional<Checkpoint> checkpoint,
      boolean trains,
      Runnable rest) {
    checkpoint.ifPresent(
        saved -> {
          ChangedConfiguration.refuse(
              saved.notes().getOrDefault(CONFIGURATION, "{}"), settings.config(), trains);
          ModelFingerprint.require(saved, model, settings.model(), weights);
        });
    NNCFConfig config = settings.config();
    CalibrationSamples shuffled =
        new RestingSamples(CalibrationSamples.of(samples.shuffled(settings.seed()), model), rest);
    config.registerExtraStructs(
        List.of(
            new ExtraStruct.QuantizationRangeInitArgs(shuffled),
            new ExtraStruct.BNAdaptationInitArgs(shuffled),
            new QuantizationPrecisionInitArgs(
                count -> labelled(settings, samples, model, count, rest)),
            new RankingTrials(
                new RankingTrial(samples, settings.batchSize(), settings.seed(), rest)),
            new ImportanceGradients(
                (session, after) ->
                    gradients(
                        settings,
                        samples,
                        session,
                        () -> {
                          after.run();
                          rest.run();
                        }))));
    CompressionState state =
        checkpoint
            .map(saved -> saved.notes().get(COMPRESSION))
            .map(CompressionState::fromJson)
            .orElse(null);
    if (checkpoint.isPresent() && state == null && !config.algorithms().isEmpty()) {
      throw new InputException(
          "The checkpoint holds no state of compression, so its compression cannot go on; start anew"
              + " with --weights");
    }
    FrozenLayers frozen = FrozenLayers.of(config.root(), model.graph());
    TrainingOptions training =
        settings.training().withTrained(name -> !frozen.parameters().contains(name));
    CompressionController controller =
        config.algorithms().isEmpty()
            ? null
            : CompressedModels.createCompressedModel(
                model, config, state, training, config.root().has("log_dir"));
    if (controller != null) {
      frozen.requireBytes(controller);
    }
    TrainingSession session =
        controller != null
            ? controller.model().session()
            : new LibtorchEngine()
                .train(
                    ShapeInference.infer(Normalization.forTraining().apply(model).model()),
                    training);
    TrainedClassifier built =
        new TrainedClassifier(
            settings, model, weights, controller, session, optimizer(settings, session));
    checkpoint.ifPresent(saved -> saved.restore(session, built.optimizer));
    return built;
  }

  /** Pictures with their classes, to choose widths by; their batches keep their memory. */
  private static List<QuantizationPrecisionInitArgs.LabelledBatch> labelled(
      TrainSettings settings, SampleSource samples, Model model, int count, Runnable rest) {
    String input = model.graph().inputs().get(0).name();
    List<QuantizationPrecisionInitArgs.LabelledBatch> batches = new ArrayList<>();
    int size = Math.min(settings.batchSize(), count);
    try (BatchLoader loader =
        new BatchLoader(
            samples.shuffled(settings.seed()), LoaderOptions.defaults().withBatchSize(size))) {
      Iterator<Batch> all = loader.iterator();
      for (int taken = 0; taken < count && all.hasNext(); taken += size) {
        Batch batch = all.next();
        long[] labels = ClassifierEpochs.labels(batch);
        batches.add(
            new QuantizationPrecisionInitArgs.LabelledBatch(
                Map.of(input, batch.input()),
                outputs -> {
                  rest.run();
                  return Losses.crossEntropy(
                      outputs.first(),
                      TensorExchange.copyToTorch(Tensor.ofLongs(labels, labels.length)));
                }));
      }
    }
    return batches;
  }

  /** Cross entropy of some batches, always the same ones. */
  private static void gradients(
      TrainSettings settings, SampleSource samples, TrainingSession session, Runnable after) {
    LoaderOptions options = LoaderOptions.defaults().withBatchSize(settings.batchSize());
    String input = session.inputs().get(0).name();
    int done = 0;
    try (BatchLoader loader = new BatchLoader(samples.shuffled(settings.seed()), options)) {
      for (Batch batch : loader) {
        try (batch) {
          if (done++ == GRADIENT_BATCHES) {
            break;
          }
          long[] labels = ClassifierEpochs.labels(batch);
          TrainingStep.addClassifierGradients(session, Map.of(input, batch.input()), labels);
          after.run();
        }
      }
    }
  }

  private static Optimizer optimizer(TrainSettings settings, TrainingSession session) {
    OptimizerRecipe recipe = settings.optimizer();
    if (session.state().entries(TensorRole.PARAMETER).isEmpty()) {
      throw new InputException(
          "The model has no weight that can be trained"
              + (settings.config().root().has("frozen_layers")
                  ? ": frozen_layers names all of them; leave some out"
                  : ""));
    }
    List<ParameterGroups.Group> groups = new ArrayList<>();
    groups.add(new ParameterGroups.Group(recipe.over(session, TensorRole.PARAMETER), 1));
    if (!session.state().entries(TensorRole.COMPRESSION).isEmpty()) {
      Optimizer ranges = recipe.withWeightDecay(0).over(session, TensorRole.COMPRESSION);
      groups.add(new ParameterGroups.Group(ranges, 1));
    }
    return new ParameterGroups(recipe.learningRate(), groups);
  }

  TrainingSession session() {
    return session;
  }

  Optimizer optimizer() {
    return optimizer;
  }

  /** What compresses; null when nothing does. */
  @Nullable CompressionController controller() {
    return controller;
  }

  /**
   * All that {@link #build} needs to go on.
   *
   * @param more notes of the run
   */
  Checkpoint checkpoint(long epoch, long step, Map<String, String> more) {
    Map<String, String> notes = new LinkedHashMap<>(more);
    notes.put(CONFIGURATION, settings.config().toString());
    notes.put("program", "nncf4j");
    notes.put(ModelFingerprint.NOTE, fingerprint);
    if (weights != null) {
      notes.put(StartingWeights.NOTE, weights.toString());
    }
    if (controller != null) {
      notes.put(COMPRESSION, controller.compressionState().toJson());
    }
    return Checkpoint.of(session, optimizer, epoch, step, notes);
  }

  /** Takes everything from a checkpoint of this run. */
  void goBackTo(Checkpoint saved) {
    saved.restore(session, optimizer);
    String state = saved.notes().get(COMPRESSION);
    if (controller != null && state != null) {
      controller.loadState(CompressionState.fromJson(state));
    }
  }

  /** Measures the model that was read, without compression. */
  double accuracyOfOriginal(UnbrokenWork work, ToDoubleFunction<TrainingSession> measure) {
    Model plain = ShapeInference.infer(Normalization.forTraining().apply(original).model());
    try (TrainingSession uncompressed =
        work.run(() -> new LibtorchEngine().train(plain, settings.training()))) {
      return measure.applyAsDouble(uncompressed);
    }
  }

  /** The model to be used, compressed if it is. */
  Model exported() {
    return controller != null
        ? controller.strip()
        : Normalization.standard().apply(session.snapshot()).model();
  }

  @Override
  public void close() {
    optimizer.close();
    session.close();
  }
}
