package io.nncf4j.compression.training;

import io.nncf4j.compression.config.AccuracyAwareConfig;
import io.nncf4j.compression.config.ConfigException;
import io.nncf4j.compression.config.ConfigSection;
import io.nncf4j.compression.config.NNCFConfig;
import io.nncf4j.compression.config.QuantizationConfig;
import io.nncf4j.compression.config.ScopeFilter;
import io.nncf4j.compression.training.binarization.BinarizationAlgorithm;
import io.nncf4j.compression.training.binarization.BinarizationOptions;
import io.nncf4j.compression.training.distillation.KnowledgeDistillation;
import io.nncf4j.compression.training.pruning.FilterPruningAlgorithm;
import io.nncf4j.compression.training.pruning.FilterPruningOptions;
import io.nncf4j.compression.training.sparsity.LearnedSparsityController;
import io.nncf4j.compression.training.sparsity.MovementOptions;
import io.nncf4j.compression.training.sparsity.MovementSparsityAlgorithm;
import io.nncf4j.compression.training.sparsity.SparsityAlgorithm;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Checks a configuration's values and what fits together, before any model is there. */
public final class ConfigurationCheck {
  static final String QUANTIZATION = "quantization";
  static final String EXPERIMENTAL_QUANTIZATION = "experimental_quantization";

  private static final List<String> SPARSITY =
      List.of(
          SparsityAlgorithm.MAGNITUDE,
          SparsityAlgorithm.CONSTANT,
          LearnedSparsityController.NAME,
          MovementSparsityAlgorithm.NAME);

  private static final List<String> SUPPORTED =
      List.of(
          QUANTIZATION,
          EXPERIMENTAL_QUANTIZATION,
          SparsityAlgorithm.MAGNITUDE,
          SparsityAlgorithm.CONSTANT,
          LearnedSparsityController.NAME,
          MovementSparsityAlgorithm.NAME,
          FilterPruningAlgorithm.NAME,
          BinarizationAlgorithm.NAME,
          KnowledgeDistillation.NAME);

  private ConfigurationCheck() {}

  /**
   * Checks everything that can be told without a model.
   *
   * @param more readers of keys that the schema leaves to the caller
   * @throws ConfigException listing all problems: where, of which algorithm, found, allowed
   */
  public static void check(NNCFConfig config, List<Consumer<NNCFConfig>> more) {
    List<Consumer<NNCFConfig>> readers =
        new ArrayList<>(
            List.of(
                NNCFConfig::inputInfo,
                NNCFConfig::logDirectory,
                NNCFConfig::globalScopes,
                ConfigurationCheck::accuracyAware,
                ConfigurationCheck::together));
    for (int index = 0; index < config.algorithms().size(); index++) {
      int at = index;
      readers.add(all -> section(all, all.algorithms().get(at)));
    }
    readers.addAll(more);
    config.check(readers);
  }

  /** Name of the algorithm that a section is for. */
  static String nameOf(ConfigSection section) {
    return section.text("algorithm", "bootstrapNAS");
  }

  private static void section(NNCFConfig config, ConfigSection section) {
    ScopeFilter.of(section, config);
    switch (nameOf(section)) {
      case QUANTIZATION, EXPERIMENTAL_QUANTIZATION -> QuantizationConfig.of(config, section);
      case SparsityAlgorithm.MAGNITUDE, LearnedSparsityController.NAME ->
          SparsityAlgorithm.check(section, config);
      case FilterPruningAlgorithm.NAME -> FilterPruningOptions.of(section);
      case MovementSparsityAlgorithm.NAME -> {
        MovementOptions.of(section);
        config.learningRateMultiplier(section);
      }
      case BinarizationAlgorithm.NAME -> BinarizationOptions.of(section, config);
      case KnowledgeDistillation.NAME -> KnowledgeDistillation.Options.of(section);
      case SparsityAlgorithm.CONSTANT -> {} // It has scopes only.
      default ->
          section.refuse(
              "algorithm",
              "not supported while training yet; allowed: " + String.join(", ", SUPPORTED));
    }
    section
        .sectionOrEmpty("initializer")
        .sectionOrEmpty("batchnorm_adaptation")
        .count("num_bn_adaptation_samples", 0);
  }

  /** Two algorithms that would both quantize, or both mask, the same weights. */
  private static void together(NNCFConfig config) {
    for (List<String> same :
        List.of(
            List.of(QUANTIZATION, EXPERIMENTAL_QUANTIZATION, BinarizationAlgorithm.NAME),
            List.of(FilterPruningAlgorithm.NAME, BinarizationAlgorithm.NAME),
            SPARSITY,
            List.of(FilterPruningAlgorithm.NAME, MovementSparsityAlgorithm.NAME))) {
      List<String> found = names(config).stream().filter(same::contains).toList();
      if (found.size() > 1) {
        config
            .root()
            .refuse(
                "compression",
                "the algorithms "
                    + String.join(" and ", found)
                    + " work on the same weights and exclude each other; allowed: one of them");
      }
    }
  }

  private static void accuracyAware(NNCFConfig config) {
    AccuracyAwareConfig aware = config.accuracyAwareTraining().orElse(null);
    if (aware == null || aware.search().isEmpty() || config.algorithms().isEmpty()) {
      return;
    }
    ConfigSection section = config.root().sectionOrEmpty("accuracy_aware_training");
    boolean prunes = names(config).contains(FilterPruningAlgorithm.NAME);
    boolean masks = config.algorithms().stream().anyMatch(SparsityAlgorithm::isScheduled);
    boolean isSparse =
        names(config).stream()
            .anyMatch(
                name -> SPARSITY.contains(name) && !name.equals(MovementSparsityAlgorithm.NAME));
    if (prunes && isSparse) {
      section.refuse(
          "mode",
          "adaptive_compression_level searches one rate, and filter_pruning and sparsity have two;"
              + " allowed: early_exit, or one of the two");
    } else if (!prunes && !masks) {
      section.refuse(
          "mode",
          "adaptive_compression_level searches a compression rate, and "
              + names(config)
              + " have none; allowed: early_exit, or filter_pruning, magnitude_sparsity without a"
              + " pattern such as 2:4, or rb_sparsity"
              + (names(config).stream().anyMatch(SPARSITY::contains)
                  ? " instead of the sparsity there is"
                  : " beside them"));
    }
  }

  private static List<String> names(NNCFConfig config) {
    return config.algorithms().stream().map(ConfigurationCheck::nameOf).toList();
  }
}
