package io.nncf4j.core.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.nncf4j.core.quantize.RoundedBias.Normalization;
import org.junit.jupiter.api.Test;

class RoundedBiasTest {
  private static final LearnedRange INPUT = new LearnedRange(false, 0, 255, RangeGradient.STEP);
  private static final LearnedRange WEIGHT = new LearnedRange(true, -127, 127, RangeGradient.STEP);

  /** Steps of 0.1 and of 0.01: biases are multiples of 0.001. */
  private static float[] round(float[] bias, float[] weightHigh, Normalization normalization) {
    return new RoundedBias(INPUT, WEIGHT, 0)
        .round(
            bias, new float[] {0, 25.5f}, new float[weightHigh.length], weightHigh, normalization);
  }

  @Test
  void isAWholeNumberOfProductsOfSteps() {
    float[] rounded = round(new float[] {0.00142f, -0.0026f}, new float[] {1.27f}, null);
    assertThat(rounded[0]).isCloseTo(0.001f, within(1e-8f));
    assertThat(rounded[1]).isCloseTo(-0.003f, within(1e-8f));
  }

  @Test
  void hasTheStepOfItsChannel() {
    float[] rounded = round(new float[] {0.0042f, 0.0042f}, new float[] {1.27f, 12.7f}, null);
    assertThat(rounded[0]).isCloseTo(0.004f, within(1e-8f));
    assertThat(rounded[1]).isCloseTo(0f, within(1e-8f));
  }

  /** beta + (inner − mean) · gamma / σ = 0.0004 + (0.0015 − 0.001) · −2 = −0.0006, step 0.002. */
  @Test
  void isTheBiasThatFoldingBatchNormLeaves() {
    Normalization normalization =
        new Normalization(
            new float[] {-4}, new float[] {0.001f}, new float[] {4}, new float[] {0.0015f});
    float[] rounded = round(new float[] {0.0004f}, new float[] {1.27f}, normalization);
    assertThat(rounded[0]).isCloseTo(0.001f, within(1e-8f));
  }

  @Test
  void staysAsItIsWhereTheChannelWasSwitchedOff() {
    Normalization normalization =
        new Normalization(new float[] {0}, new float[] {1}, new float[] {1}, null);
    assertThat(round(new float[] {0.0004f}, new float[] {1.27f}, normalization))
        .containsExactly(0.0004f);
  }
}
