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
import io.nncf4j.compression.training.normalization.NormalizationData;
import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.libtorch.TrainingState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Guides sparsity by magnitude: of all weights together (or of each layer) the share with the
 * smallest importance is masked. Importance is |w|, or |w| over the norm of the layer's weight.
 *
 * <pre>
 *   threshold = sorted importances [ (N − 1) · level ]      kept: importance &gt; threshold
 * </pre>
 *
 * Level 0 keeps everything, where NNCF masks the smallest weight.
 */
public final class SparsityController implements CompressionController, AdjustableCompression {
  private final String name;
  private final CompressedModel model;
  private final List<SparseWeight> weights;
  private final @Nullable SparsitySchedule schedule;
  private final boolean absolute;
  private final boolean global;
  private final CompressionScheduler scheduler;
  private final @Nullable NormalizationData normalization;
  private double level;

  /**
   * @param schedule of the level; null when masks stay as they are
   * @param absolute whether importance is not divided by the layer's norm
   * @param global whether all layers share a threshold
   * @param normalization what batch-norm adapts to when a level is set by hand; null for nothing
   */
  SparsityController(
      String name,
      CompressedModel model,
      List<SparseWeight> weights,
      @Nullable SparsitySchedule schedule,
      boolean absolute,
      boolean global,
      @Nullable NormalizationData normalization) {
    this.name = name;
    this.model = model;
    this.weights = weights;
    this.schedule = schedule;
    this.absolute = absolute;
    this.global = global;
    this.normalization = normalization;
    scheduler =
        schedule == null
            ? new CompressionScheduler()
            : new SparsityScheduler(schedule, this::follow, () -> {}, () -> figures().ofLayers());
  }

  private void follow(double newLevel) {
    if (newLevel != level) {
      setLevel(newLevel);
    }
  }

  /**
   * Masks the share {@code newLevel} of the weights.
   *
   * @throws InputException when it is not from 0 to below 1
   */
  void setLevel(double newLevel) {
    if (!(newLevel >= 0 && newLevel < 1)) {
      throw new InputException(
          "A level of sparsity is from 0 to below 1; found " + newLevel + " for " + name);
    }
    level = newLevel;
    List<float[]> importances = new ArrayList<>();
    for (SparseWeight each : weights) {
      importances.add(importance(state().read(each.weight()).toFloats()));
    }
    float shared = global ? threshold(joined(importances)) : 0;
    for (int index = 0; index < weights.size(); index++) {
      float[] importance = importances.get(index);
      float threshold = global ? shared : threshold(importance.clone());
      float[] mask = new float[importance.length];
      for (int at = 0; at < mask.length; at++) {
        mask[at] = importance[at] > threshold ? 1 : 0;
      }
      String name = weights.get(index).mask();
      state().write(name, Tensor.ofFloats(mask, state().read(name).shape()));
    }
  }

  private float[] importance(float[] values) {
    double squares = 0;
    for (float value : values) {
      squares += (double) value * value;
    }
    float norm = absolute || squares == 0 ? 1 : (float) Math.sqrt(squares);
    float[] importance = new float[values.length];
    for (int index = 0; index < values.length; index++) {
      importance[index] = Math.abs(values[index]) / norm;
    }
    return importance;
  }

  private static float[] joined(List<float[]> parts) {
    float[] all = new float[parts.stream().mapToInt(part -> part.length).sum()];
    int at = 0;
    for (float[] part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }

  private float threshold(float[] importances) {
    if (level == 0) {
      return -1;
    }
    Arrays.sort(importances);
    return importances[(int) ((importances.length - 1) * level)];
  }

  private TrainingState state() {
    return model.session().state();
  }

  @Override
  public String name() {
    return name;
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
  public CompressionStage compressionStage() {
    if (schedule == null || !global || isSearched() || level >= schedule.finalLevel()) {
      return CompressionStage.FULLY_COMPRESSED;
    }
    return level == 0 ? CompressionStage.UNCOMPRESSED : CompressionStage.PARTIALLY_COMPRESSED;
  }

  private boolean isSearched() {
    return scheduler instanceof SparsityScheduler own && own.isResting();
  }

  @Override
  public Optional<Double> compressionRate() {
    return Optional.of(rate());
  }

  @Override
  public Optional<AdjustableCompression> adjustable() {
    return schedule == null ? Optional.empty() : Optional.of(this);
  }

  /** Share of zeros among the weights that have masks. */
  @Override
  public double rate() {
    return figures().ofLayers();
  }

  @Override
  public boolean setRate(double rate) {
    double before = rate();
    setLevel(rate);
    adaptNormalization();
    return rate() != before;
  }

  /** Lets batch-norm settle on what the masked layers give, where the configuration asks for it. */
  void adaptNormalization() {
    if (normalization != null) {
      normalization.adapt(model.session());
    }
  }

  @Override
  public void disableScheduler() {
    if (scheduler instanceof SparsityScheduler own) {
      own.rest();
    }
  }

  private SparsityStatistics figures() {
    return SparsityStatistics.of(name, model, weights);
  }

  @Override
  public CompressionStatistics statistics() {
    return figures();
  }

  @Override
  public CompressionState compressionState() {
    Map<String, Object> own = new LinkedHashMap<>(ControllerState.of(this));
    own.put("level", level);
    return new CompressionState(Map.of(name, Map.of()), Map.of(name, own));
  }

  @Override
  public void loadState(CompressionState state) {
    Map<String, Object> own = StateValues.map(state.controllerState(), name);
    scheduler.loadState(ControllerState.scheduler(state, name));
    level = own.get("level") instanceof Number number ? number.doubleValue() : 0;
  }

  @Override
  public Model strip(Model trained) {
    return StripMasks.apply(trained);
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%s at %.3f", name, level);
  }
}
