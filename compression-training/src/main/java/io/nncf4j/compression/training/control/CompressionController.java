package io.nncf4j.compression.training.control;

import io.nncf4j.core.Finding;
import io.nncf4j.core.format.ModelFiles;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.rewrite.Normalization;
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
  default Optional<Tensor> loss() {
    return Optional.empty();
  }

  CompressionStage compressionStage();

  /** Share of the model that is compressed away; empty for algorithms that have no such figure. */
  default Optional<Double> compressionRate() {
    return Optional.empty();
  }

  /** By which the rate can be chosen; empty for algorithms that have none. */
  default Optional<AdjustableCompression> adjustable() {
    return Optional.empty();
  }

  /** Figures about what is compressed; prints as tables. */
  CompressionStatistics statistics();

  /** What a checkpoint keeps; see {@link CompressionState}. */
  CompressionState compressionState();

  /** Goes on from where a checkpoint was saved. */
  void loadState(CompressionState state);

  /**
   * Whether {@link #strip(Model)} brings the model to its standard form itself: taking quantizers
   * out folds already, and must be the last word.
   */
  default boolean stripNormalizes() {
    return false;
  }

  /**
   * The model as it is now, without anything of training: compression made real, batch-norm folded,
   * in the form that the target runtime fuses.
   */
  default Model strip() {
    Model stripped = strip(model().session().snapshot());
    return finish(stripNormalizes() ? stripped : Normalization.standard().apply(stripped).model());
  }

  /** Brings the model in standard form into the form in which it is stored. */
  default Model finish(Model normalized) {
    return normalized;
  }

  /**
   * Makes this algorithm's part of a model real and takes its nodes out.
   *
   * @param trained the model with its weights of now
   */
  Model strip(Model trained);

  /**
   * Writes {@link #strip} to a file; its extension chooses the format.
   *
   * @param force whether an existing file may be replaced
   * @return the files written
   */
  default List<Path> exportModel(Path file, boolean force) {
    return ModelFiles.write(strip(), file, force);
  }

  /**
   * Called once when several processes train together, so that they agree on what is random. What
   * is drawn here (noise on learned masks) comes from libtorch's generator: processes that are
   * seeded alike draw alike.
   */
  default void distributed() {}
}
