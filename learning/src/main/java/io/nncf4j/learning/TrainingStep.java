package io.nncf4j.learning;

import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.libtorch.Outputs;
import io.nncf4j.engines.libtorch.TensorRole;
import io.nncf4j.engines.libtorch.TrainingSession;
import io.nncf4j.engines.libtorch.TrainingState;
import io.nncf4j.engines.libtorch.operators.TensorExchange;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.global.torch;

/**
 * One step of training: forward, loss, backward, clipping, update.
 *
 * @param clipNorm largest common norm of the gradients, 0 for no clipping
 */
public record TrainingStep(TrainingSession session, Optimizer optimizer, double clipNorm) {
  private static final double SMALLEST_PROBABILITY = 1e-12;

  /** The parameters of a session, in the order that optimizers take them. */
  public static List<org.bytedeco.pytorch.Tensor> parameters(TrainingSession session) {
    return parameters(session, TensorRole.PARAMETER);
  }

  /** The parameters of one role. */
  public static List<org.bytedeco.pytorch.Tensor> parameters(
      TrainingSession session, TensorRole role) {
    return session.state().entries(role).stream().map(TrainingState.Entry::tensor).toList();
  }

  /**
   * Runs the step. When the loss is not finite nothing is updated, so that its cause can be found.
   *
   * @param loss makes the scalar to be minimised; it is closed here
   * @return the loss before the update
   */
  public double run(
      Map<String, Tensor> inputs, Function<Outputs, org.bytedeco.pytorch.Tensor> loss) {
    double value = accumulate(inputs, loss, 1);
    if (Double.isFinite(value)) {
      update();
    }
    return value;
  }

  /**
   * Forward and backward only: several batches whose gradients are added make one large batch. When
   * the loss is not finite all gradients so far are dropped.
   *
   * @param share of this batch in the large one; the gradients are multiplied by it
   * @return the loss
   */
  public double accumulate(
      Map<String, Tensor> inputs,
      Function<Outputs, org.bytedeco.pytorch.Tensor> loss,
      double share) {
    session.setTraining(true);
    try (Outputs outputs = session.forward(inputs);
        org.bytedeco.pytorch.Tensor scalar = loss.apply(outputs)) {
      double value = scalar.item_float();
      if (!Double.isFinite(value)) {
        session.state().clearGradients();
      } else if (share == 1) {
        scalar.backward();
      } else {
        try (Scalar factor = new Scalar(share);
            org.bytedeco.pytorch.Tensor part = torch.mul(scalar, factor)) {
          part.backward();
        }
      }
      return value;
    }
  }

  /** Clips and follows the gradients, and forgets them. */
  public void update() {
    if (clipNorm > 0) {
      GradientClipping.byNorm(parameters(session), clipNorm);
    }
    optimizer.step();
    session.state().clearGradients();
  }

  private static org.bytedeco.pytorch.Tensor sum(
      org.bytedeco.pytorch.Tensor loss, Optional<org.bytedeco.pytorch.Tensor> extra) {
    if (extra.isEmpty()) {
      return loss;
    }
    try (loss;
        org.bytedeco.pytorch.Tensor more = extra.get()) {
      return torch.add(loss, more);
    }
  }

  /**
   * Runs the step of a classifier: cross entropy of the first output [N, classes].
   *
   * @param labels one class index for each sample, from 0 to classes - 1
   * @return the loss before the update
   */
  public double runClassifier(Map<String, Tensor> inputs, long[] labels) {
    return runClassifier(inputs, labels, Optional::empty);
  }

  /**
   * As {@link #runClassifier(Map, long[])}, with something added to the loss.
   *
   * @param extra asked after the forward pass; its tensor is closed here
   */
  public double runClassifier(
      Map<String, Tensor> inputs,
      long[] labels,
      Supplier<Optional<org.bytedeco.pytorch.Tensor>> extra) {
    double value = accumulateClassifier(inputs, labels, extra, 1);
    if (Double.isFinite(value)) {
      update();
    }
    return value;
  }

  /**
   * {@link #accumulate} for a classifier. Where its output is a Softmax, as in many published
   * models, the loss is that of its logarithm.
   *
   * @throws InputException when the first output is not [N, classes]
   */
  public double accumulateClassifier(
      Map<String, Tensor> inputs,
      long[] labels,
      Supplier<Optional<org.bytedeco.pytorch.Tensor>> extra,
      double share) {
    try (org.bytedeco.pytorch.Tensor targets =
        TensorExchange.copyToTorch(Tensor.ofLongs(labels, labels.length))) {
      return accumulate(
          inputs, outputs -> sum(crossEntropy(session, outputs, targets), extra.get()), share);
    }
  }

  /**
   * Adds the gradients of a classifier's cross entropy to those of the session, which stays
   * switched as it is.
   */
  public static void addClassifierGradients(
      TrainingSession session, Map<String, Tensor> inputs, long[] labels) {
    try (org.bytedeco.pytorch.Tensor targets =
            TensorExchange.copyToTorch(Tensor.ofLongs(labels, labels.length));
        Outputs outputs = session.forward(inputs);
        org.bytedeco.pytorch.Tensor loss = crossEntropy(session, outputs, targets)) {
      loss.backward();
    }
  }

  /** A classifier's mean cross entropy, in evaluation; the session stays switched so. */
  public static double classifierLoss(
      TrainingSession session, Map<String, Tensor> inputs, long[] labels) {
    session.setTraining(false);
    try (org.bytedeco.pytorch.Tensor targets =
            TensorExchange.copyToTorch(Tensor.ofLongs(labels, labels.length));
        Outputs outputs = session.forward(inputs);
        org.bytedeco.pytorch.Tensor loss = crossEntropy(session, outputs, targets)) {
      return loss.item_float();
    }
  }

  /**
   * @param output name of a classifier's first output
   * @throws InputException when it has not the two dimensions [N, classes]
   */
  public static void requireScores(String output, long rank) {
    if (rank != 2) {
      throw new InputException(
          "A classifier gives [N, classes]; the output \""
              + output
              + "\" has "
              + rank
              + " dimensions. Train a model whose first output is the scores of classes");
    }
  }

  private static org.bytedeco.pytorch.Tensor crossEntropy(
      TrainingSession session, Outputs outputs, org.bytedeco.pytorch.Tensor targets) {
    org.bytedeco.pytorch.Tensor scores = outputs.first();
    requireScores(outputs.names().iterator().next(), scores.dim());
    if (!endsInSoftmax(session)) {
      return Losses.crossEntropy(scores, targets);
    }
    // The logarithm of probabilities is a set of logits that gives them.
    try (Scalar least = new Scalar(SMALLEST_PROBABILITY);
        org.bytedeco.pytorch.Tensor positive = torch.add(scores, least);
        org.bytedeco.pytorch.Tensor logits = torch.log(positive)) {
      return Losses.crossEntropy(logits, targets);
    }
  }

  private static boolean endsInSoftmax(TrainingSession session) {
    Graph graph = session.model().graph();
    Node last = graph.producer(graph.outputs().get(0).name());
    while (last != null && last.is("Identity")) {
      last = graph.producer(last.input(0));
    }
    return last != null && last.is("Softmax");
  }
}
