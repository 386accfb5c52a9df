package io.nncf4j.compression.training.sparsity;

import io.nncf4j.compression.training.control.AdjustableCompression;
import io.nncf4j.compression.training.control.CompressedModel;
import io.nncf4j.compression.training.control.CompressionController;
import io.nncf4j.compression.training.control.CompressionScheduler;
import io.nncf4j.compression.training.control.CompressionStage;
import io.nncf4j.compression.training.control.CompressionState;
import io.nncf4j.compression.training.control.CompressionStatistics;
import io.nncf4j.compression.training.control.ControllerState;
import io.nncf4j.compression.training.control.StateValues;
import io.nncf4j.compression.training.masks.StripMasks;
import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.libtorch.TrainingState;
import io.nncf4j.engines.libtorch.operators.MaskedWeight;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.global.torch;

/**
 * Guides sparsity by regularisation: each weight has a logit that is trained, and a loss pulls the
 * share of kept weights to what the schedule wants.
 *
 * <pre>
 *   loss = ((Σ mask / N − (1 − level)) / 0.05)²                  all layers together
 *   loss = (Σ over layers |mean mask − (1 − level)| / 0.05)²     each layer for itself
 * </pre>
 *
 * "Learning Sparse Neural Networks through L0 Regularization" (Louizos et al. 2018), as NNCF has
 * it.
 */
public final class LearnedSparsityController
    implements CompressionController, AdjustableCompression {
  public static final String NAME = "rb_sparsity";

  /** sigmoid of it is 0.99: nearly all weights are kept at first. */
  static final float FIRST_LOGIT = 4.59512f;

  private static final double WIDTH = 0.05;

  /** Beyond all noise, so that a frozen mask stays as it is; the sigmoid has no gradient there. */
  private static final float FROZEN_LOGIT = 100;

  private final CompressedModel model;
  private final List<SparseWeight> weights;
  private final SparsitySchedule schedule;
  private final boolean global;
  private final double gradientFactor;
  private final SparsityScheduler scheduler;
  private double level;
  private boolean frozen;

  /**
   * @param global whether the level is of all layers together
   * @param gradientFactor multiplies the gradients of logits
   */
  LearnedSparsityController(
      CompressedModel model,
      List<SparseWeight> weights,
      SparsitySchedule schedule,
      boolean global,
      double gradientFactor) {
    this.model = model;
    this.weights = weights;
    this.schedule = schedule;
    this.global = global;
    this.gradientFactor = gradientFactor;
    level = schedule.firstLevel();
    scheduler = new SparsityScheduler(schedule, this::follow, this::freeze, this::measured);
  }

  private void follow(double newLevel) {
    if (!(newLevel >= 0 && newLevel <= 1)) {
      throw new InputException(
          "A level of sparsity is from 0 to 1; found " + newLevel + " for " + NAME);
    }
    level = newLevel;
  }

  /** Masks stay as they are from now on; there is no loss any more. */
  void freeze() {
    if (frozen) {
      return;
    }
    frozen = true;
    for (SparseWeight each : weights) {
      float[] mask = each.kept(state());
      for (int index = 0; index < mask.length; index++) {
        mask[index] = mask[index] == 0 ? -FROZEN_LOGIT : FROZEN_LOGIT;
      }
      state().write(each.mask(), Tensor.ofFloats(mask, state().read(each.mask()).shape()));
    }
  }

  /** Share of weights that are masked now. */
  double measured() {
    return SparsityStatistics.of(NAME, model, weights).ofLayers();
  }

  private TrainingState state() {
    return model.session().state();
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public CompressedModel model() {
    return model;
  }

  @Override
  public CompressionScheduler scheduler() {
    return scheduler;
  }

  @Override
  public Optional<org.bytedeco.pytorch.Tensor> loss() {
    if (frozen) {
      return Optional.empty();
    }
    try (PointerScope scope = new PointerScope()) {
      double target = 1 - level;
      long all = 0;
      org.bytedeco.pytorch.Tensor sum = null;
      for (SparseWeight each : weights) {
        org.bytedeco.pytorch.Tensor logits = state().tensor(each.mask());
        org.bytedeco.pytorch.Tensor kept = torch.sum(MaskedWeight.mask(logits, gradientFactor));
        if (!global) {
          Scalar number = new Scalar((double) logits.numel());
          kept = torch.abs(torch.sub(torch.div(kept, number), new Scalar(target)));
        }
        sum = sum == null ? kept : torch.add(sum, kept);
        all += logits.numel();
      }
      org.bytedeco.pytorch.Tensor missed =
          global ? torch.sub(torch.div(sum, new Scalar((double) all)), new Scalar(target)) : sum;
      org.bytedeco.pytorch.Tensor loss = torch.square(torch.div(missed, new Scalar(WIDTH)));
      loss.retainReference();
      return Optional.of(loss);
    }
  }

  @Override
  public CompressionStage compressionStage() {
    if (!global || scheduler.isResting() || level >= schedule.finalLevel()) {
      return CompressionStage.FULLY_COMPRESSED;
    }
    return level == 0 ? CompressionStage.UNCOMPRESSED : CompressionStage.PARTIALLY_COMPRESSED;
  }

  @Override
  public Optional<Double> compressionRate() {
    return Optional.of(rate());
  }

  @Override
  public Optional<AdjustableCompression> adjustable() {
    return Optional.of(this);
  }

  /** Share of the weights that are masked now. */
  @Override
  public double rate() {
    return measured();
  }

  /** The loss pulls to this rate; masks follow as training goes on. */
  @Override
  public boolean setRate(double rate) {
    follow(rate);
    return true;
  }

  @Override
  public void disableScheduler() {
    scheduler.rest();
  }

  @Override
  public CompressionStatistics statistics() {
    return SparsityStatistics.of(NAME, model, weights);
  }

  @Override
  public CompressionState compressionState() {
    Map<String, Object> own = new LinkedHashMap<>(ControllerState.of(this));
    own.put("level", level);
    own.put("frozen", frozen);
    return new CompressionState(Map.of(NAME, Map.of()), Map.of(NAME, own));
  }

  @Override
  public void loadState(CompressionState state) {
    Map<String, Object> own = StateValues.map(state.controllerState(), NAME);
    scheduler.loadState(ControllerState.scheduler(state, NAME));
    level = own.get("level") instanceof Number number ? number.doubleValue() : level;
    frozen = Boolean.TRUE.equals(own.get("frozen"));
  }

  @Override
  public Model strip(Model trained) {
    return StripMasks.apply(trained);
  }

  @Override
  public String toString() {
    return String.format(java.util.Locale.ROOT, "%s at %.3f", NAME, level);
  }
}
