package io.nncf4j.compression.training.binarization;

import io.nncf4j.compression.training.control.CompressedModel;
import io.nncf4j.compression.training.control.CompressionController;
import io.nncf4j.compression.training.control.CompressionScheduler;
import io.nncf4j.compression.training.control.CompressionStage;
import io.nncf4j.compression.training.control.CompressionState;
import io.nncf4j.compression.training.control.ControllerState;
import io.nncf4j.compression.training.quantization.QuantizationStages;
import io.nncf4j.compression.training.quantization.StagedQuantizationScheduler;
import io.nncf4j.core.graph.Model;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Guides binarization: when weights and inputs are switched to one bit, and what is exported. */
public final class BinarizationController
    implements CompressionController, StagedQuantizationScheduler.Switches {
  private final CompressedModel model;
  private final List<BinaryLayer> layers;
  private final StagedQuantizationScheduler scheduler;
  private boolean areInputsBinary;
  private boolean areWeightsBinary;

  BinarizationController(
      CompressedModel model, QuantizationStages stages, List<BinaryLayer> layers) {
    this.model = model;
    this.layers = List.copyOf(layers);
    scheduler = new StagedQuantizationScheduler(stages, this);
  }

  @Override
  public void enableActivations(boolean isOn) {
    areInputsBinary = isOn;
    apply();
  }

  @Override
  public void enableWeights(boolean isOn) {
    areWeightsBinary = isOn;
    apply();
  }

  /** Scales start by themselves, at the first step with one bit. */
  @Override
  public void startRanges() {}

  private void apply() {
    model.session().setBypassedQuantizers(disabled());
  }

  private Set<String> disabled() {
    Set<String> disabled = new LinkedHashSet<>();
    for (BinaryLayer layer : layers) {
      if (!areInputsBinary) {
        disabled.add(layer.ofInput());
      }
      if (!areWeightsBinary) {
        disabled.add(layer.ofWeight());
      }
    }
    return disabled;
  }

  @Override
  public String name() {
    return BinarizationAlgorithm.NAME;
  }

  @Override
  public CompressedModel model() {
    return model;
  }

  @Override
  public CompressionScheduler scheduler() {
    return scheduler;
  }

  @Override
  public CompressionStage compressionStage() {
    return stage(areInputsBinary).combine(stage(areWeightsBinary));
  }

  private static CompressionStage stage(boolean isBinary) {
    return isBinary ? CompressionStage.FULLY_COMPRESSED : CompressionStage.UNCOMPRESSED;
  }

  @Override
  public BinarizationStatistics statistics() {
    return BinarizationStatistics.of(model.original().graph(), layers);
  }

  @Override
  public CompressionState compressionState() {
    return new CompressionState(Map.of(name(), Map.of()), Map.of(name(), ControllerState.of(this)));
  }

  @Override
  public void loadState(CompressionState state) {
    scheduler.loadState(ControllerState.scheduler(state, name()));
  }

  /** Makes what has one bit now so for good, of operators that every runtime has. */
  @Override
  public Model strip(Model trained) {
    return StripBinarization.apply(trained, disabled());
  }

  /** Stores weights as bits. */
  @Override
  public Model finish(Model normalized) {
    return new PackBinaryWeights().apply(normalized).model();
  }
}
