package io.nncf4j.compression.training.sparsity;

import io.nncf4j.compression.config.ConfigSection;
import io.nncf4j.compression.config.NNCFConfig;
import io.nncf4j.compression.config.ScopeFilter;
import io.nncf4j.compression.training.control.CompressedModel;
import io.nncf4j.compression.training.control.CompressionController;
import io.nncf4j.compression.training.control.CompressionState;
import io.nncf4j.compression.training.control.TrainingAlgorithm;
import io.nncf4j.compression.training.masks.LayerWeights;
import io.nncf4j.compression.training.normalization.NormalizationData;
import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.OperatorType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.libtorch.operators.MaskedWeight;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Masks on the weights of layers: {@code magnitude_sparsity}, where a schedule leaves out more and
 * more of the smallest weights (or a pattern such as 2:4 all at once), {@code rb_sparsity}, where
 * masks are learned under a loss, and {@code const_sparsity}, where weights that are zero stay so.
 *
 * <pre>
 *   Conv(W)      becomes      Conv(MaskedWeight(W, mask))
 * </pre>
 */
public final class SparsityAlgorithm implements TrainingAlgorithm {
  public static final String MAGNITUDE = "magnitude_sparsity";
  public static final String CONSTANT = "const_sparsity";

  private final ConfigSection section;
  private final ScopeFilter scopes;
  private final @Nullable SparsitySchedule schedule;
  private final @Nullable BlockPattern pattern;
  private final double gradientFactor;
  private final @Nullable NormalizationData normalization;
  private final @Nullable CompressionState state;
  private final Predicate<String> trained;
  private final Map<String, SparseWeight> weights = new LinkedHashMap<>();

  /**
   * @param trained whether a constant is trained; masks that change are for these only
   */
  public SparsityAlgorithm(
      NNCFConfig config,
      ConfigSection section,
      @Nullable CompressionState state,
      Predicate<String> trained) {
    this.section = section;
    this.state = state;
    this.trained = trained;
    scopes = ScopeFilter.of(section, config);
    pattern = pattern(section);
    schedule =
        name().equals(CONSTANT) || pattern != null
            ? null
            : SparsitySchedule.of(section, isLearned());
    gradientFactor = config.learningRateMultiplier(section);
    normalization = NormalizationData.of(config, section, false).orElse(null);
  }

  /** Reads the values of a section, for what is wrong with them. */
  public static void check(ConfigSection section, NNCFConfig config) {
    boolean isLearned = section.text("algorithm", "").equals(LearnedSparsityController.NAME);
    if (pattern(section) == null) {
      SparsitySchedule.of(section, isLearned);
    }
    config.learningRateMultiplier(section);
  }

  /** Whether a section is of a sparsity whose level follows a schedule and can be chosen. */
  public static boolean isScheduled(ConfigSection section) {
    String name = section.text("algorithm", "");
    return name.equals(LearnedSparsityController.NAME)
        || name.equals(MAGNITUDE)
            && !section
                .sectionOrEmpty("params")
                .text("sparsity_level_setting_mode", "global")
                .contains(":");
  }

  private static @Nullable BlockPattern pattern(ConfigSection section) {
    if (!section.text("algorithm", MAGNITUDE).equals(MAGNITUDE)) {
      return null;
    }
    String key = "sparsity_level_setting_mode";
    ConfigSection params = section.sectionOrEmpty("params");
    try {
      return BlockPattern.named(params.text(key, "global")).orElse(null);
    } catch (InputException e) {
      params.refuse(key, String.valueOf(e.getMessage()));
      return null;
    }
  }

  private boolean isLearned() {
    return name().equals(LearnedSparsityController.NAME);
  }

  @Override
  public String name() {
    return section.text("algorithm", MAGNITUDE);
  }

  @Override
  public Place place() {
    return Place.SPARSITY;
  }

  @Override
  public Model insert(Model model) {
    Graph graph = model.graph();
    Set<String> names = new LinkedHashSet<>();
    graph.nodes().forEach(node -> names.add(node.name()));
    scopes.check(names);
    GraphEditor editor = new GraphEditor(graph);
    for (Node node : graph.nodes()) {
      String weight = LayerWeights.weightOf(graph, node);
      if (weight != null
          && scopes.considers(node.name())
          && !weights.containsKey(weight)
          && (name().equals(CONSTANT) || trained.test(weight))
          && fitsPattern(graph, node, weight)) {
        mask(editor, graph, node, weight);
      }
    }
    if (weights.isEmpty()) {
      throw new InputException(
          name()
              + ": "
              + (scopes.hasNoTarget()
                  ? "target_scopes is an empty list, which names no layer; leave it out for all"
                  : "no layer with a constant weight that is trained is left by target_scopes and"
                      + " ignored_scopes")
              + (pattern == null ? "" : ", with a multiple of " + pattern.size() + " inputs"));
    }
    return model
        .withGraph(editor.build())
        .withOpset(OperatorType.NNCF_DOMAIN, io.nncf4j.core.quantize.FakeQuantize.DOMAIN_VERSION);
  }

  private void mask(GraphEditor editor, Graph graph, Node layer, String weight) {
    Tensor values = java.util.Objects.requireNonNull(graph.constant(weight));
    String masked = editor.freshName(weight + ".masked");
    String mask = editor.freshName(weight + ".mask");
    float[] ones = new float[values.size()];
    Arrays.fill(ones, isLearned() ? LearnedSparsityController.FIRST_LOGIT : 1);
    if (pattern != null) {
      ones = pattern.mask(values, LayerWeights.inputDimension(layer, values.rank()));
    } else if (schedule == null) {
      float[] known = values.toFloats();
      for (int index = 0; index < ones.length; index++) {
        ones[index] = known[index] == 0 ? 0 : 1;
      }
    }
    for (String reader : new ArrayList<>(editor.readers(weight))) {
      editor.redirect(reader, weight, masked);
    }
    editor.constant(mask, Tensor.ofFloats(ones, values.shape()));
    String node = editor.freshName(weight + ".masking");
    editor.add(
        isLearned()
            ? MaskedWeight.learned(node, weight, mask, masked, gradientFactor)
            : MaskedWeight.node(node, weight, mask, masked));
    editor.type(masked, graph.tensorType(weight));
    weights.put(weight, new SparseWeight(layer.name(), weight, mask, isLearned()));
  }

  private boolean fitsPattern(Graph graph, Node layer, String weight) {
    Tensor values = java.util.Objects.requireNonNull(graph.constant(weight));
    return pattern == null
        || pattern.fits(values, LayerWeights.inputDimension(layer, values.rank()));
  }

  @Override
  public CompressionController begin(CompressedModel compressed) {
    ConfigSection params = section.sectionOrEmpty("params");
    boolean isGlobal = params.text("sparsity_level_setting_mode", "global").equals("global");
    List<SparseWeight> masked = List.copyOf(weights.values());
    if (isLearned() && schedule != null) {
      CompressionController controller =
          new LearnedSparsityController(compressed, masked, schedule, isGlobal, gradientFactor);
      if (state != null) {
        controller.loadState(state);
      }
      return controller;
    }
    SparsityController controller =
        new SparsityController(
            name(),
            compressed,
            masked,
            schedule,
            params.text("weight_importance", "normed_abs").equals("abs"),
            isGlobal,
            normalization);
    if (state != null) {
      controller.loadState(state);
    } else if (schedule != null) {
      controller.setLevel(schedule.firstLevel());
      controller.adaptNormalization();
    }
    return controller;
  }
}
