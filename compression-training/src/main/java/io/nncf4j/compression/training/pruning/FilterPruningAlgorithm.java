package io.nncf4j.compression.training.pruning;

import io.nncf4j.compression.calibration.CalibrationSamples;
import io.nncf4j.compression.config.ConfigSection;
import io.nncf4j.compression.config.ExtraStruct;
import io.nncf4j.compression.config.InputInfo;
import io.nncf4j.compression.config.NNCFConfig;
import io.nncf4j.compression.config.ScopeFilter;
import io.nncf4j.compression.pruning.channel.ChannelAnalysis;
import io.nncf4j.compression.pruning.selection.LayerCosts;
import io.nncf4j.compression.training.control.CompressedModel;
import io.nncf4j.compression.training.control.CompressionState;
import io.nncf4j.compression.training.control.TrainingAlgorithm;
import io.nncf4j.compression.training.masks.PruningMasks;
import io.nncf4j.compression.training.normalization.BatchNormalizationAdaptation;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.operator.ShapeInference;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code filter_pruning}: a schedule masks more and more of the filters that matter least, and what
 * is exported has them removed.
 */
public final class FilterPruningAlgorithm implements TrainingAlgorithm {
  public static final String NAME = "filter_pruning";
  private static final int ADAPTATION_BATCH = 16;
  private static final int ADAPTATION_SAMPLES = 2000;

  private final NNCFConfig config;
  private final ConfigSection section;
  private final FilterPruningOptions options;
  private final ChannelAnalysis analysis;
  private final PrunableGroups groups;
  private final LayerCosts costs;
  private final @Nullable CompressionState state;
  private @Nullable PruningMasks masks;

  /**
   * @param original the model before any compression
   */
  public FilterPruningAlgorithm(
      Model original, NNCFConfig config, ConfigSection section, @Nullable CompressionState state) {
    this.config = config;
    this.section = section;
    this.state = state;
    options = FilterPruningOptions.of(section);
    analysis = ChannelAnalysis.of(original);
    Graph graph = analysis.model().graph();
    ScopeFilter scopes = ScopeFilter.of(section, config);
    scopes.check(graph.nodes().stream().map(Node::name).toList());
    groups = PrunableGroups.of(analysis, scopes, options.first(), options.downsampling());
    costs = LayerCosts.of(analysis, shaped(), true);
  }

  private Model shaped() {
    Map<String, Shape> shapes = new HashMap<>();
    List<Value> inputs = analysis.model().graph().inputs();
    List<InputInfo> infos = InputInfo.resolve(config, analysis.model());
    for (int index = 0; index < inputs.size(); index++) {
      long[] lengths = infos.get(index).shape().stream().mapToLong(Integer::longValue).toArray();
      if (lengths.length > 0) {
        lengths[0] = 1;
        shapes.put(inputs.get(index).name(), Shape.of(lengths));
      }
    }
    return ShapeInference.inferFor(analysis.model(), shapes);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Place place() {
    return Place.PRUNING;
  }

  @Override
  public Model insert(Model model) {
    PruningMasks.Inserted inserted =
        PruningMasks.insert(model, analysis, groups.groups(), options.normalization());
    masks = inserted.masks();
    return inserted.model();
  }

  @Override
  public FilterPruningController begin(CompressedModel compressed) {
    if (masks == null) {
      throw new IllegalStateException("The masks have not been put in yet");
    }
    FilterPruningController controller =
        new FilterPruningController(
            compressed,
            options,
            groups,
            costs,
            masks,
            new FilterRanking(compressed.session(), options, analysis, groups, costs, gradients()));
    if (state != null) {
      controller.loadState(state);
      return controller;
    }
    // How filters are ranked does not change how much can go.
    controller.requireReachable();
    options.ranking().ifPresent(ranking -> controller.learnRanking(ranking, trials(ranking)));
    if (options.schedule().initial() > 0) {
      controller.setLevel(options.schedule().initial());
      adapt(compressed);
    }
    return controller;
  }

  private @Nullable RankingTrials trials(RankingOptions ranking) {
    if (ranking.load().isPresent()) {
      return null;
    }
    return config
        .findExtraStruct(RankingTrials.class)
        .orElseThrow(
            () ->
                section
                    .sectionOrEmpty("params")
                    .problem(
                        "interlayer_ranking_type",
                        "learned_ranking trains candidates, and there is no data: register"
                            + " RankingTrials, or give load_ranking_coeffs_path"));
  }

  private @Nullable ImportanceGradients gradients() {
    if (!options.usesGradients()) {
      return null;
    }
    return config
        .findExtraStruct(ImportanceGradients.class)
        .orElseThrow(
            () ->
                section
                    .sectionOrEmpty("params")
                    .problem(
                        "filter_importance",
                        "taylor asks the loss, and there is none: register ImportanceGradients"));
  }

  private void adapt(CompressedModel compressed) {
    CalibrationSamples samples =
        config
            .findExtraStruct(ExtraStruct.BNAdaptationInitArgs.class)
            .map(ExtraStruct.BNAdaptationInitArgs::samples)
            .orElse(null);
    ConfigSection adaptation =
        section.sectionOrEmpty("initializer").sectionOrEmpty("batchnorm_adaptation");
    int count = adaptation.count("num_bn_adaptation_samples", ADAPTATION_SAMPLES);
    if (samples == null && adaptation.has("num_bn_adaptation_samples") && count > 0) {
      throw adaptation.problem(
          "num_bn_adaptation_samples",
          count + " samples are asked for, and there is no data: register BNAdaptationInitArgs");
    }
    if (samples != null && count > 0) {
      BatchNormalizationAdaptation.run(compressed.session(), samples, count, ADAPTATION_BATCH);
    }
  }
}
