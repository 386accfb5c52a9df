package io.nncf4j.compression.training.quantization;

import io.nncf4j.compression.quantization.plan.PlanJson;
import io.nncf4j.compression.quantization.plan.QuantizationPlan;
import io.nncf4j.compression.training.control.CompressedModel;
import io.nncf4j.compression.training.control.CompressionController;
import io.nncf4j.compression.training.control.CompressionScheduler;
import io.nncf4j.compression.training.control.CompressionStage;
import io.nncf4j.compression.training.control.CompressionState;
import io.nncf4j.compression.training.control.StateValues;
import io.nncf4j.core.Finding;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.quantize.RoundedBias;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Guides quantization-aware training; see {@link QuantizationAwareTraining}. */
public final class QuantizationController
    implements CompressionController, StagedQuantizationScheduler.Switches {
  static final String NAME = "quantization";

  private final CompressedModel model;
  private final QuantizationPlan plan;
  private final List<TrainedQuantizer> quantizers;
  private final List<Finding> findings;
  private final Set<String> disabled = new LinkedHashSet<>();
  private final StagedQuantizationScheduler scheduler;
  private Runnable startRanges = () -> {};

  QuantizationController(
      CompressedModel model,
      QuantizationPlan plan,
      List<TrainedQuantizer> quantizers,
      QuantizationStages stages,
      List<Finding> findings) {
    this.model = model;
    this.plan = plan;
    this.quantizers = List.copyOf(quantizers);
    this.findings = List.copyOf(findings);
    scheduler = new StagedQuantizationScheduler(stages, this);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public CompressedModel model() {
    return model;
  }

  /** Where quantizers stand. */
  public QuantizationPlan plan() {
    return plan;
  }

  public List<TrainedQuantizer> quantizers() {
    return quantizers;
  }

  @Override
  public List<Finding> findings() {
    return findings;
  }

  @Override
  public CompressionScheduler scheduler() {
    return scheduler;
  }

  /** What starts the ranges anew; nothing does when they came from a checkpoint. */
  void onStart(Runnable newStartRanges) {
    startRanges = newStartRanges;
  }

  @Override
  public void startRanges() {
    startRanges.run();
  }

  /** Switches all quantizers of activations on or off. */
  @Override
  public void enableActivations(boolean isOn) {
    enable(false, isOn);
  }

  /** Switches all quantizers of weights on or off. */
  @Override
  public void enableWeights(boolean isOn) {
    enable(true, isOn);
  }

  private void enable(boolean weights, boolean isOn) {
    for (TrainedQuantizer quantizer : quantizers) {
      if (quantizer.isWeight() == weights) {
        if (isOn) {
          disabled.remove(quantizer.node());
        } else {
          disabled.add(quantizer.node());
        }
      }
    }
    Set<String> bypassed = new LinkedHashSet<>(disabled);
    if (!disabled.isEmpty()) {
      // Their steps are those of quantizers that may be off.
      model.graph().graph().nodes().stream()
          .filter(RoundedBias::is)
          .map(Node::name)
          .forEach(bypassed::add);
    }
    model.session().setBypassedQuantizers(bypassed);
  }

  @Override
  public CompressionStage compressionStage() {
    return stage(true).combine(stage(false));
  }

  private CompressionStage stage(boolean weights) {
    boolean isOff =
        quantizers.stream()
            .anyMatch(each -> each.isWeight() == weights && disabled.contains(each.node()));
    return isOff ? CompressionStage.UNCOMPRESSED : CompressionStage.FULLY_COMPRESSED;
  }

  @Override
  public QuantizationStatistics statistics() {
    return new QuantizationStatistics(quantizers, quantizers.size() - disabled.size());
  }

  @Override
  public CompressionState compressionState() {
    List<Map<String, Object>> ranges = new ArrayList<>();
    for (TrainedQuantizer quantizer : quantizers) {
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("id", SavedRanges.id(quantizer.placement()));
      entry.put("channels", quantizer.channels());
      entry.put("lowest_code", quantizer.range().lowestCode());
      entry.put("highest_code", quantizer.range().highestCode());
      ranges.add(entry);
    }
    Map<String, Object> builder = Map.of("plan", PlanJson.write(plan), "quantizers", ranges);
    Map<String, Object> controller =
        Map.of(
            "loss_state",
            Map.of(),
            "scheduler_state",
            scheduler.state(),
            "compression_stage",
            compressionStage().ordinal());
    return new CompressionState(Map.of(NAME, builder), Map.of(NAME, controller));
  }

  @Override
  public void loadState(CompressionState state) {
    Map<String, Object> own = StateValues.map(state.controllerState(), NAME);
    scheduler.loadState(StateValues.map(own, "scheduler_state"));
  }

  @Override
  public boolean stripNormalizes() {
    return true;
  }

  @Override
  public Model strip(Model trained) {
    return StripQuantizers.apply(trained, plan, quantizers, disabled);
  }
}
