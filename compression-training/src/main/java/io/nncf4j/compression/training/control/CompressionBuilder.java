package io.nncf4j.compression.training.control;

import io.nncf4j.core.graph.Model;
import io.nncf4j.core.operator.ShapeInference;
import io.nncf4j.core.rewrite.Normalization;
import io.nncf4j.engines.libtorch.LibtorchEngine;
import io.nncf4j.engines.libtorch.TrainingOptions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Puts algorithms into a model, makes the session that trains it, and joins their controllers. */
public final class CompressionBuilder {
  private CompressionBuilder() {}

  /**
   * @param algorithms in the order of the configuration
   * @return the controller of the only algorithm, or one of all of them
   */
  public static CompressionController build(
      Model original, List<TrainingAlgorithm> algorithms, TrainingOptions training) {
    Model model = ShapeInference.infer(Normalization.forTraining().apply(original).model());
    Model compressed = model;
    for (TrainingAlgorithm algorithm : inserted(algorithms)) {
      compressed = algorithm.insert(compressed);
    }
    CompressedModel shared =
        new CompressedModel(model, new LibtorchEngine().train(compressed, training));
    List<CompressionController> controllers = new ArrayList<>();
    for (TrainingAlgorithm algorithm : algorithms) {
      controllers.add(algorithm.begin(shared));
    }
    return controllers.size() == 1
        ? controllers.get(0)
        : new CompositeController(shared, controllers, stripped(algorithms, controllers));
  }

  private static List<TrainingAlgorithm> inserted(List<TrainingAlgorithm> algorithms) {
    return algorithms.stream()
        .sorted(Comparator.comparing(TrainingAlgorithm::place).reversed())
        .toList();
  }

  private static List<CompressionController> stripped(
      List<TrainingAlgorithm> algorithms, List<CompressionController> controllers) {
    return algorithms.stream()
        .sorted(Comparator.comparing(TrainingAlgorithm::place))
        .map(algorithm -> controllers.get(algorithms.indexOf(algorithm)))
        .toList();
  }
}
