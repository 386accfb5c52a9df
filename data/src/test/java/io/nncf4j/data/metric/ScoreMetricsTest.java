package io.nncf4j.data.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.nncf4j.core.InputException;
import io.nncf4j.core.NncfException;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.data.RandomStream;
import io.nncf4j.data.Target;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScoreMetricsTest {
  private static List<Target> labels(int... indices) {
    return java.util.Arrays.stream(indices)
        .mapToObj(i -> (Target) new Target.ClassLabel(i))
        .toList();
  }

  @Test
  void countsTheTrueClassAmongTheBest() {
    Tensor scores = Tensor.ofFloats(new float[] {3, 1, 2, 0, 0, 1, 2, 3}, 2, 4, 1, 1);
    TopKAccuracy first = new TopKAccuracy(1);
    first.add(scores, labels(0, 2));
    assertThat(first.result()).isEqualTo(new MetricResult("top-1", 0.5, 2));
    assertThat(first.result().toString()).isEqualTo("top-1 50.00 %");
    TopKAccuracy second = new TopKAccuracy(2);
    second.add(scores, labels(2, 2));
    assertThat(second.result().value()).isEqualTo(1);
  }

  @Test
  void takesOneSampleWithoutBatchDimension() {
    TopKAccuracy metric = new TopKAccuracy(1);
    metric.add(Tensor.ofFloats(new float[] {0, 5}, 2), labels(1));
    metric.add(Tensor.ofFloats(new float[] {0, 5}, 2, 1, 1), labels(1));
    assertThat(metric.result().value()).isEqualTo(1);
  }

  @Test
  void tiesGoToTheLowerIndexAndNanIsWrong() {
    Tensor tied = Tensor.ofFloats(new float[] {1, 1}, 1, 2);
    TopKAccuracy metric = new TopKAccuracy(1);
    metric.add(tied, labels(0));
    metric.add(tied, labels(1));
    metric.add(Tensor.ofFloats(new float[] {Float.NaN, 1}, 1, 2), labels(0));
    metric.add(Tensor.ofFloats(new float[] {Float.NaN, 1}, 1, 2), labels(1));
    assertThat(metric.result().value()).isEqualTo(0.25);
  }

  @Test
  void mergesAndRefusesOtherKinds() {
    TopKAccuracy left = new TopKAccuracy(1);
    TopKAccuracy right = new TopKAccuracy(1);
    left.add(Tensor.ofFloats(new float[] {0, 5}, 1, 2), labels(1));
    right.add(Tensor.ofFloats(new float[] {0, 5}, 1, 2), labels(0));
    left.merge(right);
    assertThat(left.result()).isEqualTo(new MetricResult("top-1", 0.5, 2));
    assertThatThrownBy(() -> left.merge(new TopKAccuracy(5))).isInstanceOf(InputException.class);
    assertThatThrownBy(() -> left.add(Tensor.ofFloats(new float[2], 1, 2), labels(2)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("label-offset");
    assertThatThrownBy(() -> left.add(Tensor.ofFloats(new float[2], 1, 2), List.of(Target.UNKNOWN)))
        .isInstanceOf(InputException.class);
    assertThat(new TopKAccuracy(5).result().value()).isNaN();
  }

  @Test
  void perplexityOfUniformLogitsIsTheVocabulary() {
    Perplexity metric = new Perplexity();
    metric.add(
        Tensor.ofFloats(new float[2 * 3 * 7], 2, 3, 7),
        List.of(new Target.NextTokens(List.of(0, 1, 2)), new Target.NextTokens(List.of(6, 5, 4))));
    assertThat(metric.result().value()).isCloseTo(7, within(1e-8));
    assertThat(metric.result().samples()).isEqualTo(6);
    assertThat(metric.result().higherIsBetter()).isFalse();
  }

  @Test
  void perplexityMergesExactly() {
    RandomStream random = RandomStream.of(5);
    Perplexity whole = new Perplexity();
    Perplexity merged = new Perplexity();
    for (int batch = 0; batch < 20; batch++) {
      float[] logits = new float[2 * 11];
      for (int at = 0; at < logits.length; at++) {
        logits[at] = random.nextInt(1000) / 100f;
      }
      List<Target> next =
          List.of(new Target.NextTokens(List.of(random.nextInt(11), random.nextInt(11))));
      Tensor tensor = Tensor.ofFloats(logits, 1, 2, 11);
      whole.add(tensor, next);
      Perplexity part = new Perplexity();
      part.add(tensor, next);
      part.merge(merged);
      merged = part;
    }
    assertThat(merged.result()).isEqualTo(whole.result());
  }

  @Test
  void perplexityRefusesWhatItCannotMeasure() {
    Perplexity metric = new Perplexity();
    List<Target> next = List.of(new Target.NextTokens(List.of(3)));
    assertThatThrownBy(() -> metric.add(Tensor.ofFloats(new float[3], 1, 1, 3), next))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("vocabulary");
    assertThatThrownBy(
            () -> metric.add(Tensor.ofFloats(new float[] {0, 0, 0, Float.NaN}, 1, 1, 4), next))
        .isInstanceOf(NncfException.class);
  }
}
