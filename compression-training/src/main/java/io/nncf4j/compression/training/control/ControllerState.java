package io.nncf4j.compression.training.control;

import java.util.Map;

/** What all controllers keep in a state. */
public final class ControllerState {
  private ControllerState() {}

  public static Map<String, Object> of(CompressionController controller) {
    return Map.of(
        "loss_state",
        Map.of(),
        "scheduler_state",
        controller.scheduler().state(),
        "compression_stage",
        controller.compressionStage().ordinal());
  }

  /** The scheduler's part of what an algorithm has kept. */
  public static Map<String, Object> scheduler(CompressionState state, String name) {
    return StateValues.map(StateValues.map(state.controllerState(), name), "scheduler_state");
  }
}
