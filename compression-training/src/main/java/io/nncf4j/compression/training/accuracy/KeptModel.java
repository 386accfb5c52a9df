package io.nncf4j.compression.training.accuracy;

import io.nncf4j.compression.training.control.CompressionController;
import io.nncf4j.compression.training.control.CompressionState;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.libtorch.TrainingState;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A model at some epoch, to go back to: its tensors, and what its compression had come to, which
 * belong together.
 *
 * @param tensors by name
 */
public record KeptModel(Map<String, Tensor> tensors, CompressionState state) {
  public KeptModel {
    tensors = Map.copyOf(tensors);
  }

  /** Copies the model as it is. */
  static KeptModel of(CompressionController controller) {
    TrainingState state = controller.model().session().state();
    Map<String, Tensor> copies = new LinkedHashMap<>();
    state.byName().keySet().forEach(name -> copies.put(name, state.read(name)));
    return new KeptModel(copies, controller.compressionState());
  }

  void restore(CompressionController controller) {
    TrainingState state = controller.model().session().state();
    tensors.forEach(state::write);
    controller.loadState(this.state);
  }
}
