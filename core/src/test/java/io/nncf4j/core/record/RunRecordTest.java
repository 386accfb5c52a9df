package io.nncf4j.core.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.nncf4j.core.Finding;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunRecordTest {
  @Test
  void anEmptyRecordHasNothingButItsNames() {
    RunRecord run = RunRecord.builder("quantize", "model.onnx").build();
    assertThat(run.verb()).isEqualTo("quantize");
    assertThat(run.before()).isNull();
    assertThat(run.agreement()).isNull();
    assertThat(run.seconds()).isEqualTo(Seconds.NONE);
    assertThat(run.findings()).isEmpty();
  }

  @Test
  void aBuilderOfARecordBuildsTheSameRecord() {
    RunRecord run =
        RunRecord.builder("quantize", "model.onnx")
            .output("int8.onnx")
            .before(Measurement.ofSize(10).withMetric("top1", 71.5).withLatency(2, 3))
            .after(Measurement.ofSize(3))
            .agreement(99.0)
            .samples(300)
            .peakMemoryBytes(PeakMemory.bytes())
            .findings(List.of(Finding.warning("few-samples", "Only 3 samples")))
            .environment(Environment.current(2))
            .provenance("seed", "1")
            .layers(List.of(new LayerRecord("conv", "Conv", "float", null, null, null, 4, 1)))
            .build();
    assertThat(run.toBuilder().build()).isEqualTo(run);
    assertThat(run.peakMemoryBytes()).isPositive();
  }

  @Test
  void numbersThatJsonCannotHoldAreAbsent() {
    LayerRecord exact =
        new LayerRecord("conv", "Conv", "int8", -1.0, 1.0, Double.POSITIVE_INFINITY, 4, 1);
    assertThat(exact.sqnrDb()).isNull();
    assertThat(Measurement.ofSize(1).withMetric("top1", Double.NaN).metric()).isNull();
  }

  @Test
  void aClockSumsStagesInTheOrderInWhichTheyBegan() {
    StageClock clock = new StageClock();
    int answer = clock.time("read", () -> 42);
    clock.run("calibrate", () -> {});
    clock.run("read", () -> {});
    assertThat(answer).isEqualTo(42);
    assertThat(clock.seconds().stages().keySet()).containsExactly("read", "calibrate");
    assertThat(clock.seconds().total())
        .isGreaterThanOrEqualTo(clock.seconds().stages().get("read"));
  }
}
