package io.nncf4j.cli.train;

import io.nncf4j.cli.console.UnbrokenWork;
import io.nncf4j.compression.training.control.CompressionController;
import io.nncf4j.core.Finding;
import io.nncf4j.core.InputException;
import io.nncf4j.core.NncfException;
import io.nncf4j.core.graph.Dimension;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.data.Batch;
import io.nncf4j.data.BatchLoader;
import io.nncf4j.data.LoaderOptions;
import io.nncf4j.data.SampleSource;
import io.nncf4j.data.Target;
import io.nncf4j.data.image.Augmentation;
import io.nncf4j.data.source.ImageSource;
import io.nncf4j.engines.libtorch.Outputs;
import io.nncf4j.engines.libtorch.TrainingSession;
import io.nncf4j.engines.libtorch.operators.DivergedRangeException;
import io.nncf4j.learning.LearningRateSchedule;
import io.nncf4j.learning.RateOnPlateau;
import io.nncf4j.learning.TrainingHook;
import io.nncf4j.learning.TrainingLoop;
import io.nncf4j.learning.TrainingStep;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/** Runs a classifier over its data, for training and for measuring. */
final class ClassifierEpochs {
  private final TrainSettings settings;
  private final TrainedClassifier classifier;
  private final SampleSource train;
  private final SampleSource test;
  private final UnbrokenWork work;
  private double samplesPerSecond;
  private final Set<Finding> broken = new LinkedHashSet<>();
  private double rateFactor = 1;
  private final Optional<RateOnPlateau> plateau;

  ClassifierEpochs(
      TrainSettings settings,
      TrainedClassifier classifier,
      SampleSource train,
      SampleSource test,
      UnbrokenWork work) {
    this.work = work;
    this.settings = settings;
    this.classifier = classifier;
    this.train = train;
    this.test = test;
    plateau = settings.plateau();
    requireSamples(test, settings.testData());
  }

  private static void requireSamples(SampleSource source, Path description) {
    if (source.size() == 0) {
      throw new InputException(
          "The data set \"" + description + "\" is empty: it describes no sample");
    }
  }

  /**
   * Looks at what can be told of the training data before the first step.
   *
   * @throws InputException when one cannot train with them
   */
  void requireTrainingData() {
    requireSamples(train, settings.trainData());
    if (train.size() < settings.batchSize()) {
      throw new InputException(
          "The training data have "
              + train.size()
              + " samples, fewer than one batch of "
              + settings.batchSize());
    }
    requireBatch();
    requireKnownLabels();
    SampleSource unused = augmented(0);
  }

  /** Some models are made for batches of one size. */
  private void requireBatch() {
    Shape shape = classifier.session().inputs().get(0).tensorType().shape();
    if (shape != null
        && shape.rank() > 0
        && shape.get(0) instanceof Dimension.Known known
        && known.length() != settings.batchSize()) {
      throw new InputException(
          "The model takes batches of "
              + known.length()
              + " only, and batch_size is "
              + settings.batchSize()
              + "; give batch_size "
              + known.length()
              + ", or a model whose first dimension is free");
    }
  }

  private void requireKnownLabels() {
    long classes = classes();
    for (int index = 0; index < train.size(); index++) {
      if (train.target(index) instanceof Target.ClassLabel label) {
        requireLabel(label.index(), classes, train.name(index));
      }
    }
  }

  /** Samples that could not be read and were left out, of training and of measuring. */
  List<Finding> brokenSamples() {
    return List.copyOf(broken);
  }

  int testSize() {
    return test.size();
  }

  int stepsPerEpoch() {
    return Math.min(settings.stepsPerEpoch(), train.size() / settings.batchSize());
  }

  /** Multiplies the learning rate from now on. */
  void setRateFactor(double factor) {
    rateFactor = factor;
  }

  /** Speed of the last epoch of training. */
  double samplesPerSecond() {
    return samplesPerSecond;
  }

  /** Is told the steps done in an epoch and the loss of the last one. */
  @FunctionalInterface
  interface Listener {
    void done(long steps, double loss);
  }

  /**
   * Trains one epoch; order and changes of pictures follow from seed and epoch alone.
   *
   * @param progress told of each step
   * @return the mean loss
   * @throws NncfException when a loss is no number any more
   */
  double train(long epoch, Listener progress, TrainJournal journal) {
    long steps = stepsPerEpoch();
    classifier.optimizer().setDecaying(settings.staged().decaysIn(epoch));
    TrainingStep step =
        new TrainingStep(classifier.session(), classifier.optimizer(), settings.clipNorm());
    TrainingLoop loop =
        new TrainingLoop(
            classifier.optimizer(), rate(steps), List.of(new Watching(epoch, progress, journal)));
    LoaderOptions options =
        LoaderOptions.defaults().withBatchSize(settings.batchSize()).withDropLast(true);
    long began = System.nanoTime();
    double mean;
    try (BatchLoader loader =
        new BatchLoader(augmented(epoch).shuffled(settings.seed() * 1_000_003L + epoch), options)) {
      AtomicLong done = new AtomicLong();
      mean =
          loop.epoch(
              epoch,
              steps,
              loader.iterator(),
              batch -> {
                try (batch) {
                  return work.run(() -> step(step, batch, epoch, done.getAndIncrement()));
                }
              });
      broken.addAll(loader.findings());
      samplesPerSecond = done.get() * settings.batchSize() / ((System.nanoTime() - began) / 1e9);
    }
    return mean;
  }

  /** The schedule counts updates, the loop batches. */
  private LearningRateSchedule rate(long steps) {
    int accumulation = settings.accumulation();
    long updates = (steps + accumulation - 1) / accumulation;
    LearningRateSchedule schedule = settings.schedule(updates);
    double factor = rateFactor * plateau.map(RateOnPlateau::factor).orElse(1.0);
    return batch -> factor * schedule.at(batch / steps * updates + batch % steps / accumulation);
  }

  /** Has the rate fall when epochs bring nothing; the state is kept in checkpoints. */
  Optional<RateOnPlateau> plateau() {
    return plateau;
  }

  /** Compression, the journal and the progress bar follow the loop. */
  private final class Watching implements TrainingHook {
    private final long first;
    private final Listener progress;
    private final TrainJournal journal;

    Watching(long epoch, Listener progress, TrainJournal journal) {
      this.first = epoch * stepsPerEpoch();
      this.progress = progress;
      this.journal = journal;
    }

    @Override
    public void beforeStep(long step) {
      CompressionController controller = classifier.controller();
      if (controller != null) {
        controller.scheduler().step();
      }
    }

    @Override
    public void afterStep(long step, double loss) {
      journal.step(step + 1, loss, classifier.optimizer().learningRate());
      progress.done(step - first + 1, loss);
    }
  }

  private SampleSource augmented(long epoch) {
    if (settings.padding() == 0 && !settings.flip()) {
      return train;
    }
    if (!(train instanceof ImageSource pictures)) {
      throw new InputException("augmentation is for pictures; these training data are none");
    }
    return pictures.augmented(
        new Augmentation(settings.padding(), settings.flip(), settings.seed()), epoch);
  }

  private double step(TrainingStep step, Batch batch, long epoch, long number) {
    long[] labels = labels(batch);
    requireLabels(labels, classes(), batch);
    Map<String, Tensor> inputs = Map.of(step.session().inputs().get(0).name(), batch.input());
    double loss;
    try {
      CompressionController controller = classifier.controller();
      int accumulation = settings.accumulation();
      // What is left over at the end of an epoch makes a smaller batch.
      long last = number - number % accumulation + accumulation;
      long size = Math.min(last, stepsPerEpoch()) - (number - number % accumulation);
      loss =
          step.accumulateClassifier(
              inputs,
              labels,
              () -> controller == null ? Optional.empty() : controller.loss(),
              1.0 / size);
      if (Double.isFinite(loss) && (number + 1 == Math.min(last, stepsPerEpoch()))) {
        step.update();
      }
    } catch (DivergedRangeException e) {
      throw diverged("Training has diverged", number, epoch, e.where());
    }
    if (!Double.isFinite(loss)) {
      String where =
          step.session().firstNonFinite(inputs).orElse("the loss itself, all values being finite");
      throw diverged("The loss is " + loss, number, epoch, where);
    }
    return loss;
  }

  private static NncfException diverged(String what, long step, long epoch, String where) {
    return new NncfException(
        what
            + " at step "
            + (step + 1)
            + " of epoch "
            + (epoch + 1)
            + "; the first value that is not finite: "
            + where
            + ". A checkpoint that was written before ("
            + RunFolder.LAST
            + ") is good: start anew with it as --weights, with a lower optimizer.base_lr or with"
            + " optimizer.clip_norm");
  }

  /** How many outputs the classifier has; as many as can be counted when the model does not say. */
  private long classes() {
    Shape shape = classifier.session().model().graph().outputs().get(0).tensorType().shape();
    return shape != null && shape.rank() == 2 && shape.get(1) instanceof Dimension.Known known
        ? known.length()
        : Long.MAX_VALUE;
  }

  static long[] labels(Batch batch) {
    return batch.targets().stream()
        .mapToLong(target -> target instanceof Target.ClassLabel label ? label.index() : -1)
        .toArray();
  }

  private static void requireLabels(long[] labels, long classes, Batch batch) {
    for (int index = 0; index < labels.length; index++) {
      requireLabel(labels[index], classes, batch.names().get(index));
    }
  }

  private static void requireLabel(long label, long classes, String sample) {
    if (label < 0 || label >= classes) {
      throw new InputException(
          "The sample "
              + sample
              + " has the label "
              + label
              + "; the model has "
              + classes
              + " outputs. See labels and label-offset of the data set's description");
    }
  }

  /** Share of test samples whose largest output is that of their label. */
  double accuracy(TrainingSession session, LongConsumer progress) {
    session.setTraining(false);
    String input = session.inputs().get(0).name();
    long right = 0;
    long seen = 0;
    LoaderOptions options = LoaderOptions.defaults().withBatchSize(settings.batchSize());
    try (BatchLoader loader = new BatchLoader(test, options)) {
      for (Batch batch : loader) {
        try (batch) {
          Tensor scores = work.run(() -> scores(session, Map.of(input, batch.input())));
          TrainingStep.requireScores(session.outputs().get(0), scores.rank());
          long[] labels = labels(batch);
          requireLabels(labels, scores.dimension(1), batch);
          for (int row = 0; row < labels.length; row++) {
            right += best(scores, row) == labels[row] ? 1 : 0;
          }
          seen += labels.length;
          progress.accept(seen);
        }
      }
      broken.addAll(loader.findings());
    }
    if (seen == 0) {
      throw new InputException("The test data are empty");
    }
    return (double) right / seen;
  }

  /** The same for the model that was read, without compression. */
  double accuracyOfOriginal(LongConsumer progress) {
    return classifier.accuracyOfOriginal(work, session -> accuracy(session, progress));
  }

  private static Tensor scores(TrainingSession session, Map<String, Tensor> inputs) {
    try (Outputs outputs = session.forward(inputs)) {
      return outputs.read(session.outputs().get(0));
    }
  }

  private static int best(Tensor scores, int row) {
    int columns = (int) scores.dimension(1);
    int best = 0;
    for (int column = 1; column < columns; column++) {
      if (scores.floatAt(row * columns + column) > scores.floatAt(row * columns + best)) {
        best = column;
      }
    }
    return best;
  }
}
