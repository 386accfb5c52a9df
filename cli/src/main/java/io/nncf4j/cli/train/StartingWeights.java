package io.nncf4j.cli.train;

import io.nncf4j.cli.console.Console;
import io.nncf4j.core.Finding;
import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.operator.ShapeInference;
import io.nncf4j.core.rewrite.Normalization;
import io.nncf4j.engines.libtorch.LibtorchEngine;
import io.nncf4j.engines.libtorch.TrainingOptions;
import io.nncf4j.engines.libtorch.TrainingSession;
import io.nncf4j.learning.Checkpoint;
import io.nncf4j.learning.WeightLoading;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The weights of a checkpoint, for a new run. They go into the model before anything is derived
 * from it: ranges, masks, widths, the teacher. Those of a compressed model go into the compressed
 * one too, with its ranges and masks.
 */
record StartingWeights(Path file, Checkpoint checkpoint) {
  /** Note of a checkpoint: the file that the run began with. */
  static final String NOTE = "weights";

  /**
   * The weights that a run begins with, or began with.
   *
   * @param given by the user; null for none
   * @param resumed the checkpoint to go on from, which knows the file of then
   */
  static Optional<StartingWeights> of(@Nullable Path given, Optional<Checkpoint> resumed) {
    if (given != null) {
      return Optional.of(read(given));
    }
    Optional<Path> then = resumed.map(saved -> saved.notes().get(NOTE)).map(Path::of);
    if (then.isPresent() && !Files.exists(then.get())) {
      throw new InputException(
          "The run began with the weights of "
              + then.get()
              + ", which is not there any more; name that file with --weights");
    }
    return then.map(StartingWeights::read);
  }

  static StartingWeights read(Path file) {
    return new StartingWeights(file, Checkpoint.read(file));
  }

  private boolean isCompressed() {
    return checkpoint.notes().containsKey(TrainedClassifier.COMPRESSION);
  }

  /** The model with the weights of the checkpoint, without what compresses there. */
  Model into(Model model, TrainingOptions training, Console console) {
    Model plain = ShapeInference.infer(Normalization.forTraining().apply(model).model());
    try (TrainingSession session = new LibtorchEngine().train(plain, training)) {
      WeightLoading loading = load(session);
      if (!isCompressed()) {
        tell(loading, console);
      }
      return session.snapshot();
    }
  }

  /** Puts the tensors of a compressed model where they fit. */
  void into(TrainedClassifier classifier, Console console) {
    if (isCompressed()) {
      tell(load(classifier.session()), console);
    }
  }

  private WeightLoading load(TrainingSession session) {
    WeightLoading loading = WeightLoading.compare(checkpoint.model(), session);
    if (loading.matched().isEmpty()) {
      throw new InputException(file + " holds no tensor of this model");
    }
    loading.requireFinite();
    loading.apply();
    return loading;
  }

  private static void tell(WeightLoading loading, Console console) {
    if (!loading.isComplete()) {
      console.findings(List.of(Finding.warning("weights-partly-loaded", loading.toString())));
    }
  }
}
