package io.nncf4j.cli.train;

import io.nncf4j.compression.training.pruning.RankingTrials;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.data.Batch;
import io.nncf4j.data.BatchLoader;
import io.nncf4j.data.LoaderOptions;
import io.nncf4j.data.SampleSource;
import io.nncf4j.engines.libtorch.TrainingSession;
import io.nncf4j.learning.StochasticGradientDescent;
import io.nncf4j.learning.TrainingStep;
import java.util.Iterator;
import java.util.Map;

/**
 * Trains a pruned classifier for some steps and measures its loss on batches that were held back:
 * the first ones of an order that follows from the seed.
 */
final class RankingTrial implements RankingTrials.Trial {
  private static final int MEASURED_BATCHES = 8;

  /** The recipe of LeGR in NNCF. */
  private static final StochasticGradientDescent.Options RECIPE =
      new StochasticGradientDescent.Options(0.01, 0.9, 5e-4, true);

  private final SampleSource samples;
  private final int batchSize;
  private final long seed;
  private final Runnable rest;

  /**
   * @param rest called after each batch: the process may end there
   */
  RankingTrial(SampleSource samples, int batchSize, long seed, Runnable rest) {
    this.samples = samples;
    this.batchSize = batchSize;
    this.seed = seed;
    this.rest = rest;
  }

  @Override
  public double loss(TrainingSession session, int steps) {
    String input = session.inputs().get(0).name();
    int batches = (samples.size() + batchSize - 1) / batchSize;
    int measured = Math.max(1, Math.min(MEASURED_BATCHES, batches / 2));
    train(session, input, steps, measured < batches ? measured : 0);
    double sum = 0;
    int done = 0;
    try (BatchLoader loader = loader(seed)) {
      for (Iterator<Batch> all = loader.iterator(); done < measured && all.hasNext(); done++) {
        try (Batch batch = all.next()) {
          sum +=
              TrainingStep.classifierLoss(
                  session, Map.of(input, batch.input()), ClassifierEpochs.labels(batch));
          rest.run();
        }
      }
    }
    return sum / done;
  }

  private void train(TrainingSession session, String input, int steps, int heldBack) {
    int done = 0;
    try (StochasticGradientDescent optimizer =
        new StochasticGradientDescent(TrainingStep.parameters(session), RECIPE)) {
      TrainingStep step = new TrainingStep(session, optimizer, 0);
      while (done < steps) {
        try (BatchLoader loader = loader(seed)) {
          int index = 0;
          for (Iterator<Batch> all = loader.iterator(); done < steps && all.hasNext(); index++) {
            try (Batch batch = all.next()) {
              if (index >= heldBack) {
                Map<String, Tensor> inputs = Map.of(input, batch.input());
                step.runClassifier(inputs, ClassifierEpochs.labels(batch));
                done++;
                rest.run();
              }
            }
          }
        }
      }
    }
  }

  private BatchLoader loader(long order) {
    return new BatchLoader(
        samples.shuffled(order), LoaderOptions.defaults().withBatchSize(batchSize));
  }
}
