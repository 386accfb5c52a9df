package io.nncf4j.data.metric;

import io.nncf4j.core.InputException;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.data.Target;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * How often the true class is among the {@code k} classes with the highest scores.
 *
 * <p>Equal scores count against the class with the higher index, and a true class whose score is
 * NaN is wrong. Predictions are one tensor whose first dimension is the batch, such as
 * float32[16,1000] or float32[16,1000,1,1].
 */
public final class TopKAccuracy implements Metric<Tensor, TopKAccuracy> {
  private final int k;
  private long right;
  private long total;

  public TopKAccuracy(int k) {
    if (k < 1) {
      throw new InputException("top-k needs a k of at least 1, found " + k);
    }
    this.k = k;
  }

  @Override
  public void add(Tensor scores, List<? extends Target> targets) {
    int samples = targets.size();
    boolean batched = scores.rank() >= 2 && scores.dimension(0) == samples;
    if (samples == 0 || !(batched || samples == 1)) {
      throw new InputException("Scores " + scores + " for a batch of " + samples + " samples");
    }
    int classes = scores.size() / samples;
    for (int sample = 0; sample < samples; sample++) {
      if (!(targets.get(sample) instanceof Target.ClassLabel label)) {
        throw new InputException(
            "top-" + k + " needs a class label for each sample, found " + targets.get(sample));
      }
      if (label.index() >= classes) {
        throw new InputException(
            "Class index %d does not exist in the model's output %s; check labels and label-offset"
                .formatted(label.index(), scores));
      }
      right += isRight(scores, sample * classes, classes, label.index()) ? 1 : 0;
      total++;
    }
  }

  private boolean isRight(Tensor scores, int from, int classes, int label) {
    boolean single = scores.dataType() == DataType.FLOAT32;
    ByteBuffer data = scores.data();
    double truth = score(scores, data, single, from + label);
    if (Double.isNaN(truth)) {
      return false;
    }
    int better = 0;
    for (int index = 0; index < classes && better < k; index++) {
      double other = score(scores, data, single, from + index);
      if (other > truth || (other == truth && index < label) || Double.isNaN(other)) {
        better++;
      }
    }
    return better < k;
  }

  private static double score(Tensor scores, ByteBuffer data, boolean single, int index) {
    return single ? data.getFloat(index * 4) : scores.doubleAt(index);
  }

  @Override
  public void merge(TopKAccuracy other) {
    if (other.k != k) {
      throw new InputException("Cannot merge top-" + other.k + " into top-" + k);
    }
    right += other.right;
    total += other.total;
  }

  @Override
  public MetricResult result() {
    return new MetricResult("top-" + k, total == 0 ? Double.NaN : (double) right / total, total);
  }
}
