package io.nncf4j.compression.training;

import io.nncf4j.core.Finding;
import io.nncf4j.core.graph.Model;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;

/**
 * Guides compression while a model is trained. The protocol:
 *
 * <pre>
 * for each epoch:
 *   controller.scheduler().epochStep()
 *   for each batch:
 *     controller.scheduler().step()
 *     loss = task loss + controller.loss()
 *     backward, update
 * controller.exportModel(file)
 * </pre>
 */
public interface CompressionController {
  /** Name of the algorithm, such as {@code quantization}. */
  String name();

  CompressedModel model();

  /** What the user should know, such as layers that are left as they are. */
  default List<Finding> findings() {
    return List.of();
  }

  /** The controller of one algorithm, when that is among what compresses. */
  default <T extends CompressionController> Optional<T> part(Class<T> type) {
    return type.isInstance(this) ? Optional.of(type.cast(this)) : Optional.empty();
  }

  CompressionScheduler scheduler();

  /** What is added to the task's loss: a scalar with gradients, the caller's to close. */
  Optional<Tensor> loss();

  CompressionStage compressionStage();

  /** Share of the model that is compressed away; empty for algorithms that have no such figure. */
  Optional<Double> compressionRate();

  /** Figures about what is compressed; prints as tables. */
  CompressionStatistics statistics();

  /** What a checkpoint keeps; see {@link CompressionState}. */
  CompressionState compressionState();

  /** Goes on from where a checkpoint was saved. */
  void loadState(CompressionState state);

  /**
   * The model as it is now, without anything of training: compression made real, batch-norm folded,
   * in the form that the target runtime fuses.
   */
  Model strip();

  /**
   * Writes {@link #strip} to a file; its extension chooses the format.
   *
   * @param force whether an existing file may be replaced
   * @return the files written
   */
  List<Path> exportModel(Path file, boolean force);

  /**
   * Called once when several processes train together, so that they agree on what is random. The
   * algorithms here draw nothing.
   */
  default void distributed() {}
}
