package io.nncf4j.compression.training.distillation;

import io.nncf4j.compression.training.control.CompressedModel;
import io.nncf4j.compression.training.control.CompressionController;
import io.nncf4j.compression.training.control.CompressionScheduler;
import io.nncf4j.compression.training.control.CompressionStage;
import io.nncf4j.compression.training.control.CompressionState;
import io.nncf4j.compression.training.control.CompressionStatistics;
import io.nncf4j.compression.training.control.ControllerState;
import io.nncf4j.compression.training.control.StatisticsTable;
import io.nncf4j.core.graph.Model;
import io.nncf4j.engines.libtorch.ForwardObserver;
import io.nncf4j.engines.libtorch.Outputs;
import io.nncf4j.engines.libtorch.TrainingSession;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/** Compares each forward pass of the student with the teacher's. */
final class DistillationController implements CompressionController, ForwardObserver {
  private final KnowledgeDistillation distillation;
  private final CompressedModel model;
  private final TrainingSession teacher;
  private final CompressionScheduler scheduler = new CompressionScheduler();
  private @Nullable Tensor waiting;

  DistillationController(
      KnowledgeDistillation distillation, CompressedModel model, TrainingSession teacher) {
    this.distillation = distillation;
    this.model = model;
    this.teacher = teacher;
  }

  @Override
  public void afterForward(Outputs student, Function<TrainingSession, Outputs> again) {
    forget();
    if (!model.session().isTraining()) {
      return;
    }
    try (Outputs target = again.apply(teacher);
        PointerScope scope = new PointerScope()) {
      Tensor sum = null;
      for (String name : student.names()) {
        Tensor loss = compare(target.tensor(name), student.tensor(name));
        sum = loss == null ? sum : sum == null ? loss : torch.add(sum, loss);
      }
      if (sum != null) {
        sum.retainReference();
        waiting = sum;
      }
    }
  }

  /** The loss of one output, or null when its rank is not compared. */
  private @Nullable Tensor compare(Tensor target, Tensor student) {
    Tensor fixed = target.detach();
    if (distillation.kind() == KnowledgeDistillation.Kind.MSE) {
      return fixed.dim() < 2
          ? null
          : torch.mul(torch.mse_loss(student, fixed, 1), new Scalar(distillation.scale()));
    }
    if (fixed.dim() != 2) {
      return null;
    }
    double heat = distillation.temperature();
    Tensor soft = torch.softmax(torch.div(fixed, new Scalar(heat)), 1, new ScalarTypeOptional());
    Tensor logarithms =
        torch.log_softmax(torch.div(student, new Scalar(heat)), 1, new ScalarTypeOptional());
    double factor = -distillation.scale() * heat * heat / fixed.size(0);
    return torch.mul(torch.sum(torch.mul(soft, logarithms)), new Scalar(factor));
  }

  private void forget() {
    if (waiting != null) {
      waiting.close();
      waiting = null;
    }
  }

  @Override
  public String name() {
    return KnowledgeDistillation.NAME;
  }

  @Override
  public CompressedModel model() {
    return model;
  }

  @Override
  public CompressionScheduler scheduler() {
    return scheduler;
  }

  /** The loss of the last forward pass in training; each is given once. */
  @Override
  public Optional<Tensor> loss() {
    Optional<Tensor> loss = Optional.ofNullable(waiting);
    waiting = null;
    return loss;
  }

  @Override
  public CompressionStage compressionStage() {
    return CompressionStage.FULLY_COMPRESSED;
  }

  @Override
  public CompressionStatistics statistics() {
    return new Nothing();
  }

  private record Nothing() implements CompressionStatistics {
    @Override
    public String algorithm() {
      return KnowledgeDistillation.NAME;
    }

    @Override
    public List<StatisticsTable> tables() {
      return List.of();
    }

    @Override
    public String toString() {
      return "";
    }
  }

  @Override
  public CompressionState compressionState() {
    return new CompressionState(Map.of(name(), Map.of()), Map.of(name(), ControllerState.of(this)));
  }

  @Override
  public void loadState(CompressionState state) {
    scheduler.loadState(ControllerState.scheduler(state, name()));
  }

  @Override
  public Model strip(Model trained) {
    return trained;
  }

  void close() {
    forget();
    teacher.close();
  }
}
