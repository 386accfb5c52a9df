package io.nncf4j.compression.training;

import io.nncf4j.compression.calibration.CalibrationSamples;
import io.nncf4j.compression.config.ConfigSection;
import io.nncf4j.compression.config.ExtraStruct;
import io.nncf4j.compression.config.InputInfo;
import io.nncf4j.compression.config.NNCFConfig;
import io.nncf4j.compression.config.PrecisionConfig;
import io.nncf4j.compression.config.QuantizationConfig;
import io.nncf4j.compression.quantization.runtime.OnnxRuntimePlanner;
import io.nncf4j.compression.training.binarization.BinarizationAlgorithm;
import io.nncf4j.compression.training.control.CompressionBuilder;
import io.nncf4j.compression.training.control.CompressionController;
import io.nncf4j.compression.training.control.CompressionState;
import io.nncf4j.compression.training.control.TrainingAlgorithm;
import io.nncf4j.compression.training.distillation.KnowledgeDistillation;
import io.nncf4j.compression.training.normalization.NormalizationData;
import io.nncf4j.compression.training.pruning.FilterPruningAlgorithm;
import io.nncf4j.compression.training.quantization.ConfiguredQuantization;
import io.nncf4j.compression.training.quantization.HawqPrecision;
import io.nncf4j.compression.training.quantization.PrecisionChoice;
import io.nncf4j.compression.training.quantization.QuantizationAlgorithm;
import io.nncf4j.compression.training.quantization.QuantizationPrecisionInitArgs;
import io.nncf4j.compression.training.quantization.QuantizationStages;
import io.nncf4j.compression.training.quantization.QuantizationTrainingOptions;
import io.nncf4j.compression.training.sparsity.LearnedSparsityController;
import io.nncf4j.compression.training.sparsity.MovementSparsityAlgorithm;
import io.nncf4j.compression.training.sparsity.SparsityAlgorithm;
import io.nncf4j.compression.training.trace.DummyForward;
import io.nncf4j.compression.training.trace.ModelTrace;
import io.nncf4j.compression.training.trace.WrapValues;
import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.print.DotPrinter;
import io.nncf4j.core.rewrite.Normalization;
import io.nncf4j.engines.libtorch.TrainingOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Compressed models as a configuration describes them.
 *
 * <pre>{@code
 * NNCFConfig config = NNCFConfig.fromJson(Path.of("qat.json"));
 * config.registerExtraStructs(List.of(new ExtraStruct.QuantizationRangeInitArgs(samples)));
 * CompressionController controller = CompressedModels.createCompressedModel(model, config);
 * }</pre>
 */
public final class CompressedModels {
  private CompressedModels() {}

  /**
   * A compressed model of what code marks, where that is not the whole model: a network that runs
   * twice, scaling before it, an output that is for training only.
   *
   * <p>The functions are called once, here, with symbolic values in the place of tensors ({@link
   * ModelTrace} has an example), so no code runs while training. Samples in {@code config} are
   * those of the marked inputs.
   *
   * @param state as in {@link #createCompressedModel(Model, NNCFConfig, CompressionState,
   *     TrainingOptions, boolean)}
   * @param dummyForward runs the model; null to call it once with its own inputs
   * @param wrapInputs marks inputs at each call; needed with {@code dummyForward}, else null marks
   *     all
   * @param wrapOutputs marks outputs at each call; null marks all
   * @throws InputException when the marks leave no graph, or the configuration does not fit it
   */
  public static CompressionController createCompressedModel(
      Model model,
      NNCFConfig config,
      @Nullable CompressionState state,
      @Nullable DummyForward dummyForward,
      @Nullable WrapValues wrapInputs,
      @Nullable WrapValues wrapOutputs,
      boolean dumpGraphs) {
    boolean isWhole = dummyForward == null && wrapInputs == null && wrapOutputs == null;
    return createCompressedModel(
        isWhole ? model : ModelTrace.of(model, dummyForward, wrapInputs, wrapOutputs),
        config,
        state,
        TrainingOptions.defaults(),
        dumpGraphs);
  }

  /** A fresh compressed model, with both graphs written to the log folder. */
  public static CompressionController createCompressedModel(Model model, NNCFConfig config) {
    return createCompressedModel(model, config, null, TrainingOptions.defaults(), true);
  }

  /**
   * A compressed model.
   *
   * @param model the float model, with its batch-norm; it is not changed
   * @param config what to compress and how; samples are registered in it as extra structs
   * @param state of a checkpoint, or null: with it nothing is initialised, and the checkpoint's
   *     tensors are to be written into the session's state
   * @param training how the graph is run
   * @param dumpGraphs whether to write {@code original_graph.dot} and {@code compressed_graph.dot}
   *     into the log folder
   * @throws InputException when the configuration does not fit the model
   */
  public static CompressionController createCompressedModel(
      Model model,
      NNCFConfig config,
      @Nullable CompressionState state,
      TrainingOptions training,
      boolean dumpGraphs) {
    ConfigurationCheck.check(config, List.of());
    if (config.algorithms().isEmpty()) {
      throw new InputException(
          "The configuration has no algorithm: add \"compression\":"
              + " {\"algorithm\": \"quantization\"}");
    }
    if (!config.inputInfo().isEmpty()) {
      InputInfo.resolve(config, model);
    }
    if (dumpGraphs) {
      dump(Normalization.forTraining().apply(model).model().graph(), config, "original_graph.dot");
    }
    List<TrainingAlgorithm> algorithms = new ArrayList<>();
    for (ConfigSection section : config.algorithms()) {
      algorithms.add(algorithm(section, model, config, state, training));
    }
    CompressionController controller = CompressionBuilder.build(model, algorithms, training);
    if (dumpGraphs) {
      dump(controller.model().graph().graph(), config, "compressed_graph.dot");
    }
    return controller;
  }

  /** What each algorithm's section asks for. */
  private static TrainingAlgorithm algorithm(
      ConfigSection section,
      Model model,
      NNCFConfig config,
      @Nullable CompressionState state,
      TrainingOptions training) {
    return switch (ConfigurationCheck.nameOf(section)) {
      case ConfigurationCheck.QUANTIZATION, ConfigurationCheck.EXPERIMENTAL_QUANTIZATION ->
          quantization(section, model, config, state, training);
      case SparsityAlgorithm.MAGNITUDE,
          SparsityAlgorithm.CONSTANT,
          LearnedSparsityController.NAME ->
          new SparsityAlgorithm(config, section, state, training.trained());
      case FilterPruningAlgorithm.NAME -> new FilterPruningAlgorithm(model, config, section, state);
      case BinarizationAlgorithm.NAME ->
          new BinarizationAlgorithm(config, section, state, training.trained());
      case MovementSparsityAlgorithm.NAME ->
          new MovementSparsityAlgorithm(model, config, section, state, training.trained());
      default -> KnowledgeDistillation.of(section, teacher(model, config), training, state);
    };
  }

  private static Model teacher(Model model, NNCFConfig config) {
    return config
        .findExtraStruct(ExtraStruct.KnowledgeDistillationTeacher.class)
        .map(ExtraStruct.KnowledgeDistillationTeacher::teacher)
        .orElse(model);
  }

  private static QuantizationAlgorithm quantization(
      ConfigSection section,
      Model model,
      NNCFConfig config,
      @Nullable CompressionState state,
      TrainingOptions training) {
    QuantizationConfig quantization = QuantizationConfig.of(config, section);
    QuantizationTrainingOptions options =
        QuantizationTrainingOptions.defaults()
            .withTraining(training)
            .withGradient(quantization.gradient())
            .withStages(
                quantization
                    .staged()
                    .map(
                        staged ->
                            new QuantizationStages(
                                staged.activationsEpoch(), staged.weightsEpoch()))
                    .orElse(QuantizationStages.NONE));
    double multiplier = quantization.learningRateMultiplier();
    if (state != null) {
      return QuantizationAlgorithm.restored(
          options,
          multiplier,
          state,
          new ConfiguredQuantization(
              config, quantization, new OnnxRuntimePlanner(), PrecisionChoice.NONE),
          config
              .findExtraStruct(ExtraStruct.QuantizationRangeInitArgs.class)
              .map(ExtraStruct.QuantizationRangeInitArgs::samples)
              .orElse(null));
    }
    NormalizationData normalization = NormalizationData.of(config, section, true).orElse(null);
    CalibrationSamples samples = rangeSamples(config);
    return QuantizationAlgorithm.fresh(
        model,
        normalization == null ? options : options.withNormalizationSamples(normalization.count()),
        new ConfiguredQuantization(
            config,
            quantization,
            new OnnxRuntimePlanner(),
            precision(section, config, quantization, training)),
        multiplier,
        samples,
        normalization == null ? samples : normalization.samples());
  }

  private static PrecisionChoice precision(
      ConfigSection section,
      NNCFConfig config,
      QuantizationConfig quantization,
      TrainingOptions training) {
    PrecisionConfig precision = quantization.precision().orElse(null);
    if (precision == null || precision.type() != PrecisionConfig.Type.HAWQ) {
      return PrecisionChoice.NONE;
    }
    QuantizationPrecisionInitArgs data =
        config
            .findExtraStruct(QuantizationPrecisionInitArgs.class)
            .orElseThrow(
                () ->
                    section.problem(
                        "initializer.precision.type",
                        "\"hawq\" measures the loss on labelled data, and there are none: register"
                            + " QuantizationPrecisionInitArgs"));
    return new HawqPrecision(precision, data, training);
  }

  private static CalibrationSamples rangeSamples(NNCFConfig config) {
    return config.getExtraStruct(ExtraStruct.QuantizationRangeInitArgs.class).samples();
  }

  private static void dump(Graph graph, NNCFConfig config, String name) {
    Path folder = config.logDirectory();
    try {
      Files.createDirectories(folder);
      Files.writeString(folder.resolve(name), DotPrinter.print(graph));
    } catch (IOException e) {
      throw new InputException(
          "The graph cannot be written to \"" + folder.resolve(name) + "\" (log_dir): " + e, e);
    }
  }
}
