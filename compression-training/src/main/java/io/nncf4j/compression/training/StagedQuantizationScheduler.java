package io.nncf4j.compression.training;

import java.util.Map;

/** Switches the quantizers of activations and of weights on, each at its epoch. */
final class StagedQuantizationScheduler extends CompressionScheduler {
  /** What the scheduler works on. */
  interface Switches {
    void enableActivations(boolean isOn);

    void enableWeights(boolean isOn);
  }

  private final QuantizationStages stages;
  private final Switches switches;

  StagedQuantizationScheduler(QuantizationStages stages, Switches switches) {
    this.stages = stages;
    this.switches = switches;
    apply();
  }

  @Override
  public void epochStep() {
    super.epochStep();
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
