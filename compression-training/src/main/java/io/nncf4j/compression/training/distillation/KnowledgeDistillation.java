package io.nncf4j.compression.training.distillation;

import io.nncf4j.compression.config.ConfigSection;
import io.nncf4j.compression.training.control.CompressedModel;
import io.nncf4j.compression.training.control.CompressionController;
import io.nncf4j.compression.training.control.CompressionState;
import io.nncf4j.compression.training.control.TrainingAlgorithm;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.operator.ShapeInference;
import io.nncf4j.core.rewrite.Normalization;
import io.nncf4j.engines.libtorch.LibtorchEngine;
import io.nncf4j.engines.libtorch.TrainingOptions;
import io.nncf4j.engines.libtorch.TrainingSession;
import org.jspecify.annotations.Nullable;

/**
 * Teaches the compressed model by the uncompressed one, which runs on the same inputs in training
 * mode ("Distilling the Knowledge in a Neural Network", Hinton et al. 2015).
 *
 * @param original the teacher
 * @param kind how outputs are compared
 * @param scale multiplies the loss
 * @param temperature divides the logits of {@link Kind#SOFTMAX}
 * @param training how the teacher is run
 * @param state of a checkpoint to go on from; null to begin
 */
public record KnowledgeDistillation(
    Model original,
    Kind kind,
    double scale,
    double temperature,
    TrainingOptions training,
    @Nullable CompressionState state)
    implements TrainingAlgorithm {
  public static final String NAME = "knowledge_distillation";

  private static final double HIGHEST = 1e6;

  /** How outputs of teacher and student are compared. */
  enum Kind {
    /** Mean squared difference, of outputs with at least two dimensions. */
    MSE,
    /** Cross entropy of softened class probabilities, of outputs [N, classes]. */
    SOFTMAX
  }

  public static KnowledgeDistillation of(
      ConfigSection section,
      Model original,
      TrainingOptions training,
      @Nullable CompressionState state) {
    Options options = Options.of(section);
    return new KnowledgeDistillation(
        original, options.kind(), options.scale(), options.temperature(), training, state);
  }

  /** What a section says, by the names of {@link KnowledgeDistillation}. */
  public record Options(Kind kind, double scale, double temperature) {
    public static Options of(ConfigSection section) {
      Kind kind = section.text("type", "").equals("mse") ? Kind.MSE : Kind.SOFTMAX;
      if (kind == Kind.MSE && section.has("temperature")) {
        section.refuse("temperature", "the type mse has none; leave it out");
      }
      return new Options(
          kind,
          section.number("scale", 0, HIGHEST, 1),
          section.positive("temperature", HIGHEST, 1));
    }
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Place place() {
    return Place.OUTSIDE;
  }

  @Override
  public Model insert(Model model) {
    return model;
  }

  @Override
  public CompressionController begin(CompressedModel compressed) {
    Model plain = ShapeInference.infer(Normalization.forTraining().apply(original).model());
    TrainingSession teacher =
        new LibtorchEngine().train(plain, training.withTrained(name -> false));
    teacher.setTraining(true);
    DistillationController controller = new DistillationController(this, compressed, teacher);
    compressed.closeAlso(controller::close);
    compressed.session().setObserver(controller);
    if (state != null) {
      controller.loadState(state);
    }
    return controller;
  }
}
