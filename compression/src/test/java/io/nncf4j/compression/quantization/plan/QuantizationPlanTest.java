package io.nncf4j.compression.quantization.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nncf4j.compression.options.IgnoredScope;
import io.nncf4j.compression.options.QuantizationOptions;
import io.nncf4j.core.Finding;
import io.nncf4j.core.InputException;
import java.util.List;
import org.junit.jupiter.api.Test;

class QuantizationPlanTest {
  private static final QuantizationPlan PLAN =
      new QuantizationPlan(
          QuantizationOptions.defaults().withIgnoredScope(IgnoredScope.ofTypes("Softmax")),
          List.of(
              ActivationPlacement.ofValue("image", Quantizer.asymmetric(8)),
              new ActivationPlacement(
                  "sum",
                  List.of(new ActivationPlacement.InputUse("conv2", 0)),
                  Quantizer.symmetric(8).withSignedness(Quantizer.Signedness.SIGNED),
                  1,
                  3),
              new WeightPlacement("conv1", 1, "conv1.weight", Quantizer.weight(8, true), 0, 0)),
          List.of(new FloatNode("tail", "Softmax", "ignored-scope", "it is in the ignored scope")),
          List.of(Finding.warning("saturation", "may saturate", "conv1")));

  @Test
  void comesBackFromJsonAsItWas() {
    assertThat(PlanJson.read(PlanJson.write(PLAN))).isEqualTo(PLAN);
  }

  @Test
  void printsAsTable() {
    assertThat(PLAN.toString())
        .contains("activation  image                    8-bit asymmetric per-tensor")
        .contains("sum for [conv2:0]")
        .contains("weight      conv1.weight of conv1:1  8-bit symmetric signed per-channel narrow")
        .contains("float       tail (Softmax)           it is in the ignored scope");
  }

  @Test
  void groupsFloatNodesByReason() {
    assertThat(PLAN.allFindings())
        .extracting(Finding::code)
        .containsExactly("saturation", "left-in-float");
  }

  @Test
  void saysWhatIsWrongWithADamagedPlan() {
    assertThatThrownBy(() -> PlanJson.read("{\"options\": 3}"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("line 1");
    assertThatThrownBy(
            () -> PlanJson.read(PlanJson.write(PLAN).replace("\"bits\" : 8", "\"bits\" : 80")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("2 to 16 bits");
    assertThatThrownBy(() -> PlanJson.read("{}")).isInstanceOf(InputException.class);
  }
}
