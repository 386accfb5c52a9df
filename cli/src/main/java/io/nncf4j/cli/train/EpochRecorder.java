package io.nncf4j.cli.train;

import io.nncf4j.compression.training.control.CompressionController;
import io.nncf4j.learning.Checkpoint;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes down each epoch of a run: checkpoints and the journal. */
final class EpochRecorder {
  static final String PLATEAU = "plateau_state";

  private final TrainedClassifier classifier;
  private final ClassifierEpochs epochs;
  private final TrainJournal journal;
  private final RunFolder folder;

  EpochRecorder(
      TrainedClassifier classifier,
      ClassifierEpochs epochs,
      TrainJournal journal,
      RunFolder folder) {
    this.classifier = classifier;
    this.epochs = epochs;
    this.journal = journal;
    this.folder = folder;
  }

  /**
   * From here on something is written.
   *
   * @param resume file of the checkpoint to go on from; null for a new run
   */
  void begin(@Nullable Path resume) {
    folder.begin(resume);
    journal.begin();
  }

  /** The first line of a run, after which epochs follow. */
  void start(long epoch, double top1) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("epoch", epoch);
    line.put("event", "start");
    line.put("top1", top1);
    journal.add(line);
  }

  /**
   * The end of an epoch.
   *
   * @param done epochs that are done
   */
  void finish(long done, double loss, double top1) {
    CompressionController controller = classifier.controller();
    int stage = controller == null ? 0 : controller.compressionStage().ordinal();
    journal.scalar("val/top1", done, top1);
    journal.scalar("val/compression_stage", done, stage);
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("epoch", done);
    line.put("loss", loss);
    line.put("top1", top1);
    if (controller != null) {
      line.put("compression_stage", controller.compressionStage().name());
    }
    line.put("learning_rate", classifier.optimizer().learningRate());
    line.put("samples_per_second", epochs.samplesPerSecond());
    journal.add(line);
  }

  /**
   * Writes a checkpoint.
   *
   * @param more notes of the run
   * @param isBest whether the model is the best so far
   */
  void save(long done, Map<String, String> more, boolean isBest) {
    Map<String, String> notes = new LinkedHashMap<>(more);
    epochs.plateau().ifPresent(plateau -> notes.put(PLATEAU, plateau.state()));
    Checkpoint checkpoint = classifier.checkpoint(done, done * epochs.stepsPerEpoch(), notes);
    // In this order: a process that is ended in between has the best one in the last one.
    checkpoint.write(folder.last());
    if (isBest) {
      checkpoint.write(folder.best());
    }
  }
}
