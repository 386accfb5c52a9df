package io.nncf4j.compression.training.pruning;

import io.nncf4j.compression.config.ExtraStruct;
import io.nncf4j.engines.libtorch.TrainingSession;

/**
 * Tries pruned models, for {@code "interlayer_ranking_type": "learned_ranking"}, which takes the
 * ranking of filters whose pruned model learns best.
 */
public record RankingTrials(Trial trial) implements ExtraStruct {
  /** Trains a little and measures. */
  @FunctionalInterface
  public interface Trial {
    /**
     * The loss of a model after some steps of training. Every call must use the same batches; what
     * it changes in the session is undone afterwards.
     *
     * @param session the model with filters masked
     * @param steps of training
     * @return the mean loss on labelled data, the lower the better
     */
    double loss(TrainingSession session, int steps);
  }
}
