package io.nncf4j.compression.training.control;

import io.nncf4j.core.graph.Model;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.libtorch.Outputs;
import io.nncf4j.engines.libtorch.TensorRole;
import io.nncf4j.engines.libtorch.TrainingSession;
import io.nncf4j.learning.TrainingStep;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A model with compression in its graph, being trained. What is trained stands in the session's
 * state: the model's parameters, and those of compression with the role {@link
 * TensorRole#COMPRESSION}. Closing it gives the memory back.
 */
public final class CompressedModel implements AutoCloseable {
  private final Model original;
  private final TrainingSession session;
  private final List<Runnable> closed = new ArrayList<>();

  CompressedModel(Model original, TrainingSession session) {
    this.original = original;
    this.session = session;
  }

  /** Closes something of an algorithm together with the session. */
  public void closeAlso(Runnable close) {
    closed.add(close);
  }

  /** The model that compression was put into, as it was then. */
  public Model original() {
    return original;
  }

  /** The graph with compression in it, with the weights that it was made with. */
  public Model graph() {
    return session.model();
  }

  public TrainingSession session() {
    return session;
  }

  /** The model's own parameters. */
  public List<org.bytedeco.pytorch.Tensor> parameters() {
    return TrainingStep.parameters(session);
  }

  /** The parameters of compression, such as the ranges of quantizers. */
  public List<org.bytedeco.pytorch.Tensor> compressionParameters() {
    return TrainingStep.parameters(session, TensorRole.COMPRESSION);
  }

  /** Runs the compressed graph in evaluation; the caller closes the outputs. */
  public Outputs evaluate(Map<String, Tensor> inputs) {
    session.setTraining(false);
    return session.forward(inputs);
  }

  @Override
  public void close() {
    closed.forEach(Runnable::run);
    closed.clear();
    session.close();
  }
}
