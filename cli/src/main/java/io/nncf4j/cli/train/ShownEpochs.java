package io.nncf4j.cli.train;

import io.nncf4j.cli.console.Console;
import io.nncf4j.cli.console.ConsoleProgress;
import java.util.Locale;

/** Training and measuring, with a bar that shows how far it is. */
final class ShownEpochs {
  private final ClassifierEpochs epochs;
  private final TrainedClassifier classifier;
  private final TrainJournal journal;
  private final Console console;

  ShownEpochs(
      ClassifierEpochs epochs,
      TrainedClassifier classifier,
      TrainJournal journal,
      Console console) {
    this.epochs = epochs;
    this.classifier = classifier;
    this.journal = journal;
    this.console = console;
  }

  /**
   * Trains one epoch.
   *
   * @param epoch counted from 0
   * @param of epochs there are to be
   * @return the mean loss
   */
  double train(long epoch, long of) {
    try (ConsoleProgress progress =
        console.progress("epoch " + (epoch + 1) + " of " + of, epochs.stepsPerEpoch(), "steps")) {
      return epochs.train(
          epoch,
          (done, loss) -> {
            progress.note(String.format(Locale.ROOT, "loss %.4f", loss));
            progress.update(done);
          },
          journal);
    }
  }

  double accuracy() {
    try (ConsoleProgress progress = console.progress("testing", epochs.testSize(), "samples")) {
      return epochs.accuracy(classifier.session(), progress::update);
    }
  }

  double accuracyOfOriginal() {
    try (ConsoleProgress progress =
        console.progress("testing the uncompressed model", epochs.testSize(), "samples")) {
      return epochs.accuracyOfOriginal(progress::update);
    }
  }
}
