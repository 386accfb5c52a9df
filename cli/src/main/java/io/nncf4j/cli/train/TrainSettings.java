package io.nncf4j.cli.train;

import io.nncf4j.compression.config.AccuracyAwareConfig;
import io.nncf4j.compression.config.ConfigSection;
import io.nncf4j.compression.config.NNCFConfig;
import io.nncf4j.compression.training.ConfigurationCheck;
import io.nncf4j.engines.libtorch.TrainingOptions;
import io.nncf4j.learning.LearningRateSchedule;
import io.nncf4j.learning.OptimizerRecipe;
import io.nncf4j.learning.RateOnPlateau;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What a configuration says about training, in the keys beside {@code compression}.
 *
 * <pre>
 * "model": "resnet20.onnx",                         paths are relative to the configuration
 * "dataset": {"train": "train.yaml", "test": "test.yaml"},
 * "epochs": 1, "batch_size": 128, "steps_per_epoch": 100, "seed": 1, "threads": 2,
 * "augmentation": {"padding": 4, "flip": true},
 * "optimizer": {"type": "SGD", "base_lr": 0.01, "momentum": 0.9, "nesterov": false,
 *     "weight_decay": 1e-4, "clip_norm": 0, "accumulation_steps": 1, "warmup_epochs": 0,
 *     "schedule_type": "cosine",       constant, cosine, multistep, step, polynomial, plateau
 *     "steps": [30, 60], "step": 30, "gamma": 0.1, "power": 1, "patience": 10}
 * </pre>
 *
 * @param config the whole configuration
 * @param folder the configuration's folder
 */
public record TrainSettings(NNCFConfig config, Path folder) {
  private static final double RATE = 0.01;
  private static final double HIGHEST_RATE = 1e6;
  private static final int MOST_PADDING = 4096;
  private static final List<String> KEYS =
      List.of(
          "model",
          "dataset",
          "epochs",
          "batch_size",
          "steps_per_epoch",
          "seed",
          "threads",
          "augmentation",
          "optimizer",
          "frozen_layers");
  private static final List<String> OPTIMIZER_KEYS =
      List.of(
          "type",
          "base_lr",
          "momentum",
          "nesterov",
          "weight_decay",
          "clip_norm",
          "accumulation_steps",
          "warmup_epochs",
          "schedule_type",
          "steps",
          "step",
          "gamma",
          "power",
          "patience");
  private static final String PLATEAU = "plateau";

  /** Reads and checks everything, so that a long run does not end over a misspelt value. */
  static TrainSettings read(Path file) {
    NNCFConfig config = NNCFConfig.fromJson(file);
    ConfigurationCheck.check(config, readers(file));
    return new TrainSettings(config, folderOf(file));
  }

  /**
   * What is to be read of a configuration for training, to find what is wrong with it.
   *
   * @param file of the configuration
   */
  public static List<Consumer<NNCFConfig>> readers(Path file) {
    List<Consumer<TrainSettings>> parts =
        List.of(
            TrainSettings::checkKeys,
            TrainSettings::checkNumbers,
            TrainSettings::checkAccuracyAware,
            TrainSettings::model,
            TrainSettings::trainData,
            TrainSettings::testData,
            TrainSettings::epochs,
            TrainSettings::batchSize,
            TrainSettings::stepsPerEpoch,
            TrainSettings::seed,
            TrainSettings::training,
            TrainSettings::padding,
            TrainSettings::flip,
            settings -> settings.schedule(1),
            TrainSettings::plateau,
            TrainSettings::staged,
            TrainSettings::accumulation,
            TrainSettings::optimizer);
    return parts.stream()
        .map(
            part ->
                (Consumer<NNCFConfig>)
                    config -> part.accept(new TrainSettings(config, folderOf(file))))
        .toList();
  }

  /** Whether a key at the top of a configuration says something. */
  static boolean reads(String key) {
    return KEYS.contains(key) || NNCFConfig.topLevelKeys().contains(key);
  }

  private static Path folderOf(Path file) {
    Path folder = file.toAbsolutePath().getParent();
    return folder == null ? Path.of("") : folder;
  }

  private ConfigSection root() {
    return config.root();
  }

  private ConfigSection optimizerSection() {
    return root().sectionOrEmpty("optimizer");
  }

  private void checkNumbers() {
    ConfigSection section = optimizerSection();
    for (String key : List.of("weight_decay", "clip_norm", "warmup_epochs", "power", "gamma")) {
      section.number(key, 0, HIGHEST_RATE, 0);
    }
    section.number("momentum", 0, 1, 0);
    if (section.numbers("steps").stream().anyMatch(step -> !(step >= 0))) {
      section.refuse("steps", "found " + section.numbers("steps") + "; allowed: 0 or more");
    }
    if (section.truth("nesterov", false) && !section.text("type", "SGD").equalsIgnoreCase("SGD")) {
      section.refuse("nesterov", "is for the type SGD only");
    }
    if (section.text("schedule_type", "").equals("multistep") && !section.has("steps")) {
      section.refuse("steps", "is missing: the epochs at which the rate falls, such as [30]");
    }
  }

  private void checkAccuracyAware() {
    if (root().has("accuracy_aware_training") && config.algorithms().isEmpty()) {
      root()
          .refuse(
              "accuracy_aware_training",
              "it watches what compression costs, and the configuration compresses nothing: add"
                  + " \"compression\" or leave it out");
    }
  }

  /** A misspelt key would be passed over, and the run not be the one that was meant. */
  private void checkKeys() {
    config.refuseMisspelt(KEYS);
    root().sectionOrEmpty("dataset").refuseOthers(List.of("train", "test"), false);
    root().sectionOrEmpty("augmentation").refuseOthers(List.of("padding", "flip"), false);
    optimizerSection().refuseOthers(OPTIMIZER_KEYS, false);
  }

  private Path path(ConfigSection section, String key) {
    if (!section.has(key)) {
      throw section.problem(key, "the path is missing; give it as text");
    }
    String path = section.text(key, "");
    try {
      return folder.resolve(path);
    } catch (InvalidPathException e) {
      throw section.problem(key, "this is no path: " + e.getReason());
    }
  }

  Path model() {
    return path(root(), "model");
  }

  Path trainData() {
    return path(root().sectionOrEmpty("dataset"), "train");
  }

  Path testData() {
    return path(root().sectionOrEmpty("dataset"), "test");
  }

  int epochs() {
    return root().integer("epochs", 0, 100_000).orElse(1);
  }

  /** Epochs that a run may have, over which the learning rate falls. */
  private int mostEpochs() {
    return config
        .accuracyAwareTraining()
        .map(AccuracyAwareConfig::maximalTotalEpochs)
        .orElseGet(this::epochs);
  }

  private double rate() {
    return staged()
        .rate()
        .orElseGet(() -> optimizerSection().number("base_lr", 0, HIGHEST_RATE, RATE));
  }

  int batchSize() {
    return root().integer("batch_size", 1, 1 << 16).orElse(128);
  }

  /** Steps of an epoch at most. */
  int stepsPerEpoch() {
    return root().integer("steps_per_epoch", 1, Integer.MAX_VALUE).orElse(Integer.MAX_VALUE);
  }

  int seed() {
    return root().count("seed", 1);
  }

  int padding() {
    return root().sectionOrEmpty("augmentation").integer("padding", 0, MOST_PADDING).orElse(0);
  }

  boolean flip() {
    return root().sectionOrEmpty("augmentation").truth("flip", false);
  }

  TrainingOptions training() {
    TrainingOptions defaults = TrainingOptions.defaults();
    return root().integer("threads", 1, 1024).map(defaults::withThreads).orElse(defaults);
  }

  double clipNorm() {
    return optimizerSection().number("clip_norm", 0);
  }

  /** What an algorithm's own section says about training. */
  StagedTraining staged() {
    return StagedTraining.of(config);
  }

  /** Batches whose gradients are added before each update. */
  int accumulation() {
    return staged()
        .batches()
        .or(() -> optimizerSection().integer("accumulation_steps", 1, 1 << 16))
        .orElse(1);
  }

  /** The rate of each update. */
  LearningRateSchedule schedule(long stepsPerEpoch) {
    ConfigSection section = optimizerSection();
    double rate = rate();
    double gamma = section.number("gamma", 0, HIGHEST_RATE, 0.1);
    long warmUp = Math.round(section.number("warmup_epochs", 0, HIGHEST_RATE, 0) * stepsPerEpoch);
    long all = Math.max(1, stepsPerEpoch * mostEpochs() - warmUp);
    String type = section.text("schedule_type", "cosine");
    LearningRateSchedule schedule =
        switch (type) {
          case "constant", PLATEAU -> LearningRateSchedule.constant(rate);
          case "cosine" -> LearningRateSchedule.cosine(rate, 0, all);
          case "polynomial" ->
              LearningRateSchedule.polynomial(
                  rate, 0, section.number("power", 0, HIGHEST_RATE, 1), all);
          case "step" ->
              LearningRateSchedule.everySteps(
                  rate,
                  gamma,
                  section.integer("step", 1, Integer.MAX_VALUE).orElse(30) * stepsPerEpoch);
          case "multistep" ->
              LearningRateSchedule.steps(
                  rate,
                  gamma,
                  section.numbers("steps").stream()
                      .mapToLong(epoch -> Math.round(epoch * stepsPerEpoch))
                      .toArray());
          default ->
              throw section.problem(
                  "schedule_type",
                  "found \""
                      + type
                      + "\"; allowed: constant, cosine, multistep, step, polynomial, plateau");
        };
    LearningRateSchedule falling = staged().schedule(rate, schedule, stepsPerEpoch);
    return warmUp > 0 ? falling.afterWarmUp(warmUp) : falling;
  }

  /** What lowers the rate when epochs bring nothing; empty for the other schedules. */
  Optional<RateOnPlateau> plateau() {
    ConfigSection section = optimizerSection();
    return section.text("schedule_type", "").equals(PLATEAU)
        ? Optional.of(
            new RateOnPlateau(
                section.number("gamma", 0, HIGHEST_RATE, 0.1), section.count("patience", 10), 0))
        : Optional.empty();
  }

  /** The optimizer of the weights. */
  OptimizerRecipe optimizer() {
    ConfigSection section = optimizerSection();
    String type = section.text("type", "SGD");
    OptimizerRecipe.Method method =
        Arrays.stream(OptimizerRecipe.Method.values())
            .filter(each -> each.name().equalsIgnoreCase(type))
            .findFirst()
            .orElseThrow(
                () ->
                    section.problem(
                        "type", "found \"" + type + "\"; allowed: SGD, Adam, AdamW, RMSprop"));
    boolean isDescent = method == OptimizerRecipe.Method.SGD;
    boolean isDecoupled = method == OptimizerRecipe.Method.ADAMW;
    return new OptimizerRecipe(
        method,
        rate(),
        section.number("momentum", 0, 1, isDescent ? 0.9 : 0),
        section.truth("nesterov", false),
        staged()
            .decay()
            .orElseGet(
                () -> section.number("weight_decay", 0, HIGHEST_RATE, isDecoupled ? 0.01 : 0)));
  }
}
