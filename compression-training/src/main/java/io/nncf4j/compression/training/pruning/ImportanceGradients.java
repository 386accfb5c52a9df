package io.nncf4j.compression.training.pruning;

import io.nncf4j.compression.config.ExtraStruct;
import io.nncf4j.engines.libtorch.TrainingSession;

/** Gradients for {@code filter_importance: taylor}, which asks what the loss says about filters. */
public record ImportanceGradients(Batches batches) implements ExtraStruct {
  /** Some labelled batches of the task. */
  @FunctionalInterface
  public interface Batches {
    /**
     * For each batch: runs it through the session, as that is switched, and the gradient of the
     * task's loss back.
     *
     * @param afterBackward called when the gradients of a batch stand
     */
    void run(TrainingSession session, Runnable afterBackward);
  }
}
