package io.nncf4j.compression.training.quantization;

import io.nncf4j.compression.training.control.CompressionScheduler;
import java.util.Map;

/**
 * Switches the quantizers of activations and of weights on, each at its epoch, with ranges for the
 * values of then: weights have moved since the model was built.
 */
public final class StagedQuantizationScheduler extends CompressionScheduler {
  /** What the scheduler works on. */
  public interface Switches {
    void enableActivations(boolean isOn);

    void enableWeights(boolean isOn);

    /** Quantizers are about to be switched on in the middle of training. */
    void startRanges();
  }

  private final QuantizationStages stages;
  private final Switches switches;

  public StagedQuantizationScheduler(QuantizationStages stages, Switches switches) {
    this.stages = stages;
    this.switches = switches;
    apply();
  }

  @Override
  public void epochStep() {
    super.epochStep();
    boolean isStart =
        currentEpoch() == stages.activationsFrom() || currentEpoch() == stages.weightsFrom();
    if (isStart && currentEpoch() > 0) {
      switches.startRanges();
    }
    apply();
  }

  @Override
  public void loadState(Map<String, Object> state) {
    super.loadState(state);
    apply();
  }

  private void apply() {
    long epoch = Math.max(currentEpoch(), 0);
    switches.enableActivations(epoch >= stages.activationsFrom());
    switches.enableWeights(epoch >= stages.weightsFrom());
  }
}
