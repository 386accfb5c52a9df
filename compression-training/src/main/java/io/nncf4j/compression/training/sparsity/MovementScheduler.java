package io.nncf4j.compression.training.sparsity;

import io.nncf4j.compression.training.control.CompressionScheduler;
import io.nncf4j.compression.training.control.CompressionStage;
import io.nncf4j.compression.training.control.StateValues;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.DoubleConsumer;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Raises the threshold of importance and the penalty on scores from step to step of the warm-up:
 *
 * <pre>
 *   t = (step − start) / (end − start),   f = 1 − (1 − t)^power
 *   threshold = first + f · (last − first),   penalty = f · factor
 * </pre>
 *
 * Before it everything is kept, after it the masks stay as they are.
 */
final class MovementScheduler extends CompressionScheduler {
  private final MovementOptions options;
  private final DoubleSupplier lowest;
  private final DoubleConsumer setThreshold;
  private final Runnable finish;
  private long stepsPerEpoch;
  private @Nullable Double first;
  private CompressionStage stage = CompressionStage.UNCOMPRESSED;
  private double threshold = Double.NEGATIVE_INFINITY;
  private double penalty;

  /**
   * @param lowest the threshold to begin with where none is given, asked when the warm-up begins
   * @param setThreshold told each new threshold
   * @param finish told once that the warm-up is over
   */
  MovementScheduler(
      MovementOptions options,
      DoubleSupplier lowest,
      DoubleConsumer setThreshold,
      Runnable finish) {
    this.options = options;
    this.lowest = lowest;
    this.setThreshold = setThreshold;
    this.finish = finish;
    stepsPerEpoch = options.stepsPerEpoch();
    first = options.firstThreshold().orElse(null);
  }

  @Override
  public void epochStep() {
    super.epochStep();
    if (stepsPerEpoch == 0 && currentStep() >= 0) {
      stepsPerEpoch = currentStep() + 1;
    }
  }

  @Override
  public void step() {
    super.step();
    CompressionStage next = stageOf(currentStep());
    if (next == CompressionStage.UNCOMPRESSED || stage == CompressionStage.FULLY_COMPRESSED) {
      return;
    }
    boolean isOver = next == CompressionStage.FULLY_COMPRESSED;
    if (first == null) {
      first = isOver ? options.lastThreshold() : lowest.getAsDouble();
    }
    double way = isOver ? 1 : way(currentStep(), options.power());
    threshold = first + way * (options.lastThreshold() - first);
    penalty = way * options.factor();
    stage = next;
    setThreshold.accept(threshold);
    if (isOver) {
      finish.run();
    }
  }

  private CompressionStage stageOf(long step) {
    if (stepsPerEpoch == 0 || step < options.start() * stepsPerEpoch) {
      return CompressionStage.UNCOMPRESSED;
    }
    return step < options.end() * stepsPerEpoch
        ? CompressionStage.PARTIALLY_COMPRESSED
        : CompressionStage.FULLY_COMPRESSED;
  }

  private double way(long step, double power) {
    long start = options.start() * stepsPerEpoch;
    double time = (double) (step - start) / (options.end() * stepsPerEpoch - start);
    return 1 - Math.pow(1 - time, power);
  }

  CompressionStage stage() {
    return stage;
  }

  /** Scores above it keep their weights. */
  double threshold() {
    return threshold;
  }

  /** What the mean sigmoid of scores is multiplied by in the loss. */
  double penalty() {
    return penalty;
  }

  @Override
  public Map<String, Object> state() {
    Map<String, Object> state = new LinkedHashMap<>(super.state());
    state.put("steps_per_epoch", stepsPerEpoch);
    if (first != null) {
      state.put("init_importance_threshold", first);
    }
    return state;
  }

  @Override
  public void loadState(Map<String, Object> state) {
    super.loadState(state);
    stepsPerEpoch =
        state.containsKey("steps_per_epoch")
            ? StateValues.number(state, "steps_per_epoch")
            : stepsPerEpoch;
    if (state.get("init_importance_threshold") instanceof Number number) {
      first = number.doubleValue();
    }
    stage = stageOf(currentStep());
    if (stage != CompressionStage.UNCOMPRESSED && first != null) {
      double way =
          stage == CompressionStage.FULLY_COMPRESSED ? 1 : way(currentStep(), options.power());
      threshold = first + way * (options.lastThreshold() - first);
      penalty = way * options.factor();
    }
  }
}
