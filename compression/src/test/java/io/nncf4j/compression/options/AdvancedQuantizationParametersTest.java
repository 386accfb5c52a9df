package io.nncf4j.compression.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nncf4j.compression.quantization.QuantizationParameters;
import io.nncf4j.core.InputException;
import java.util.List;
import org.junit.jupiter.api.Test;

class AdvancedQuantizationParametersTest {
  private static final AdvancedQuantizationParameters ADVANCED =
      AdvancedQuantizationParameters.defaults();
  private static final QuantizerConstraints WIDE =
      new QuantizerConstraints(16, null, null, null, null);

  @Test
  void defaultsChangeNothing() {
    QuantizationParameters plain = QuantizationParameters.defaults();
    assertThat(plain.withAdvancedParameters(ADVANCED)).isEqualTo(plain);
  }

  @Test
  void eachReachesItsPlace() {
    SmoothQuantAlphas alphas = new SmoothQuantAlphas(0.2, 0.3);
    QuantizationParameters reached =
        QuantizationParameters.defaults()
            .withFastBiasCorrection(false)
            .withAdvancedParameters(
                ADVANCED
                    .withOverflowFix(OverflowFix.FIRST_LAYER)
                    .withQuantizeOutputs(true)
                    .withDisableChannelAlignment(false)
                    .withDisableBiasCorrection(true)
                    .withQuantizationParams(QuantizerConstraints.NONE, WIDE)
                    .withRangeEstimatorParams(RangeEstimator.HISTOGRAM, RangeEstimator.MIN_MAX)
                    .withSmoothQuantAlphas(alphas)
                    .withWideActivations(IgnoredScope.ofTypes("Conv")));
    assertThat(reached.ranges())
        .isEqualTo(
            new RangeOptions(
                List.of(RangeEstimator.HISTOGRAM),
                RangeEstimator.MIN_MAX,
                OverflowFix.FIRST_LAYER));
    assertThat(reached.placement().quantizeOutputs()).isTrue();
    assertThat(reached.placement().weights()).isEqualTo(WIDE);
    assertThat(reached.equalization()).isEqualTo(new Equalization(alphas, false));
    assertThat(reached.biasCorrection()).isEqualTo(BiasCorrectionMode.NONE);
    assertThat(reached.wideActivations()).isEqualTo(IgnoredScope.ofTypes("Conv"));
  }

  @Test
  void someCannotBeWiderWhereAllAreWide() {
    AdvancedQuantizationParameters both =
        ADVANCED
            .withQuantizationParams(WIDE, QuantizerConstraints.NONE)
            .withWideActivations(IgnoredScope.ofTypes("Conv"));
    assertThatThrownBy(() -> QuantizationParameters.defaults().withAdvancedParameters(both))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("16 bits");
  }

  @Test
  void estimatorsThatAreComparedLookAtTheSameTails() {
    assertThatThrownBy(
            () ->
                new RangeOptions(
                    List.of(RangeEstimator.percentile(0.1), RangeEstimator.percentile(0.2)),
                    RangeEstimator.MIN_MAX,
                    OverflowFix.DISABLE))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("0.1");
  }
}
