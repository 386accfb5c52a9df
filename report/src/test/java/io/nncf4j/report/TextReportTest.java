package io.nncf4j.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.nncf4j.core.record.RunRecord;
import io.nncf4j.core.record.Speedup;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TextReportTest {
  @Test
  void beforeAfterAndRatiosStandInOneTable() {
    assertThat(TextReport.render(SampleRuns.realistic()))
        .startsWith("quantize mobilenetv2.onnx -> mobilenetv2-int8.onnx\n")
        .contains(
            "                    before    after  change\n"
                + "  top1             71.80 %  71.40 %  -0.40 points\n"
                + "  size             14.0 MB  3.62 MB  3.86x smaller\n"
                + "  latency, median  5.12 ms  2.73 ms  1.87x faster\n"
                + "  latency, p90     5.48 ms  2.91 ms  1.88x faster\n"
                + "  agreement                 98.25 %\n");
  }

  @Test
  void noiseIsNotPutInNumbers() {
    RunRecord run = SampleRuns.realistic();
    assertThat(TextReport.render(run.toBuilder().speedup(new Speedup(1.02, 0.97, 1.1)).build()))
        .contains("  latency, median  5.12 ms  2.73 ms  no clear difference\n");
    assertThat(TextReport.render(run.toBuilder().speedup(new Speedup(1.7, 1.6, 1.8)).build()))
        .contains("  latency, median  5.12 ms  2.73 ms  1.70x faster, by rounds (1.60 to 1.80)\n");
  }

  /** The medians of all runs and the ratio within rounds may differ: say which of them it is. */
  @Test
  void theRatioOfRoundsIsNotTakenForThatOfTheFiguresBesideIt() {
    RunRecord run = SampleRuns.realistic();
    assertThat(TextReport.render(run.toBuilder().speedup(new Speedup(0.5, 0.4, 0.8)).build()))
        .contains("  latency, median  5.12 ms  2.73 ms  2.00x slower, by rounds (1.25 to 2.50)\n")
        .contains("  latency, p90     5.48 ms  2.91 ms\n");
  }

  @Test
  void anAgreementDoesNotHideTheLeastSimilarOutput() {
    RunRecord run =
        RunRecord.builder("quantize", "m")
            .agreement(100.0)
            .similarity(Map.of("boxes", 0.5, "scores", 0.99))
            .build();
    assertThat(TextReport.render(run)).contains("100.00 %", "0.5000  cosine of boxes");
  }

  @Test
  void outputsThatAreNoClassesSayHowAlikeTheyAre() {
    RunRecord run =
        RunRecord.builder("quantize", "m").similarity(Map.of("boxes", 0.5, "scores", 0.99)).build();
    assertThat(TextReport.render(run)).contains("0.5000  cosine of boxes, the least of 2 outputs");
  }

  @Test
  void theSameFindingIsSaidOnceAndWarningsComeFirst() {
    assertThat(TextReport.render(SampleRuns.realistic()).lines().toList())
        .containsSubsequence(
            "Findings",
            "  ! Could saturate on processors without VNNI [features.1.conv.0.0/Conv,"
                + " features.2.conv.0.0/Conv, features.3.conv.0.0/Conv, features.4.conv.0.0/Conv"
                + " and 2 more]",
            "  - Left in float: int8 measured slower than float here"
                + " [features.4.conv.1.0/Conv]");
  }

  @Test
  void namesCannotMoveTheCursor() {
    assertThat(TextReport.render(SampleRuns.hostile())).doesNotContain("\u001b");
  }

  @Test
  void anEmptyRunHasNoTable() {
    assertThat(TextReport.render(RunRecord.builder("quantize", "model.onnx").build()))
        .isEqualTo("quantize model.onnx\n\n");
  }
}
