package io.nncf4j.data.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.nncf4j.core.InputException;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.data.Box;
import io.nncf4j.data.Detection;
import io.nncf4j.data.Placement;
import io.nncf4j.data.Sample;
import io.nncf4j.data.Target;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BoxDecoderTest {
  /** A picture of 200 x 100 pixels, stretched to 32 x 16. */
  private static final Sample SAMPLE =
      new Sample(
          0,
          "0.png",
          Tensor.ofFloats(new float[3 * 16 * 32], 3, 16, 32),
          Target.UNKNOWN,
          new Placement(200, 100, 0.16, 0.16, 0, 0));

  private static BoxOutputs outputs(BoxOutputs.Form form, boolean fractions, double overlap) {
    return new BoxOutputs(
        List.of("boxes"), List.of("scores"), null, form, fractions, List.of(), 0, 0.1, overlap);
  }

  private static List<Detection> decode(BoxOutputs outputs, float[] boxes, float[] scores) {
    int count = boxes.length / 4;
    return new BoxDecoder(outputs)
        .decode(
            Map.of(
                "boxes", Tensor.ofFloats(boxes, 1, count, 4),
                "scores", Tensor.ofFloats(scores, 1, count, scores.length / count)),
            List.of(SAMPLE))
        .get(0);
  }

  @Test
  void cornersInFractionsBecomePixelsOfThePicture() {
    List<Detection> found =
        decode(
            outputs(BoxOutputs.Form.CORNERS, true, 0.5),
            new float[] {0, 0, 0.5f, 0.5f, 0.25f, 0.5f, 2, 1},
            new float[] {0.3f, 0.7f, 0, 0.1f, 0.05f, 0.9f});
    assertThat(found)
        .usingRecursiveFieldByFieldElementComparator(
            org.assertj.core.api.recursive.comparison.RecursiveComparisonConfiguration.builder()
                .withEqualsForType((a, b) -> Math.abs(a - b) < 1e-4, Double.class)
                .build())
        .containsExactly(
            new Detection(1, new Box(50, 50, 150, 50), 0.9f),
            new Detection(0, new Box(0, 0, 100, 50), 0.7f));
  }

  @Test
  void theLessSureOfTwoBoxesOfOneClassGoes() {
    float[] boxes = {8, 8, 8, 8, 9, 8, 8, 8, 24, 8, 8, 8};
    float[] scores = {0, 0.8f, 0, 0.9f, 0, 0.5f};
    assertThat(decode(outputs(BoxOutputs.Form.CENTER, false, 0.5), boxes, scores))
        .extracting(Detection::score)
        .containsExactly((double) 0.9f, (double) 0.5f);
    assertThat(decode(outputs(BoxOutputs.Form.CENTER, false, 1), boxes, scores)).hasSize(3);
  }

  @Test
  void distancesAreExpectationsAroundGridPoints() {
    BoxOutputs outputs =
        new BoxOutputs(
            List.of("boxes"),
            List.of("scores"),
            null,
            BoxOutputs.Form.DISTANCES,
            false,
            List.of(16),
            -1,
            0.1,
            0.5);
    float[] boxes = new float[2 * 12];
    for (int side = 0; side < 4; side++) {
      boxes[12 + 3 * side] = 20; // almost surely no distance at all
    }
    boxes[12 + 6] = 0; // right: 0, 1 or 2 strides alike
    List<Detection> found =
        new BoxDecoder(outputs)
            .decode(
                Map.of(
                    "boxes", Tensor.ofFloats(boxes, 1, 2, 12),
                    "scores", Tensor.ofFloats(new float[] {0, 0.5f}, 1, 2)),
                List.of(SAMPLE))
            .get(0);
    assertThat(found).hasSize(1);
    Box box = found.get(0).box();
    assertThat(box.left()).isCloseTo(24 / 0.16, within(1e-3));
    assertThat(box.right()).isCloseTo(200, within(1e-3));
    assertThat(box.height()).isCloseTo(0, within(1e-3));
  }

  @Test
  void saysWhatDoesNotFit() {
    assertThatThrownBy(
            () -> decode(outputs(BoxOutputs.Form.CORNERS, false, 0.5), new float[8], new float[3]))
        .isInstanceOf(InputException.class);
    assertThatThrownBy(
            () ->
                new BoxDecoder(outputs(BoxOutputs.Form.CORNERS, false, 0.5))
                    .decode(Map.of("other", Tensor.vector(1, 2)), List.of(SAMPLE)))
        .hasMessageContaining("no output \"boxes\"")
        .hasMessageContaining("[other]");
    assertThatThrownBy(() -> outputs(BoxOutputs.Form.DISTANCES, true, 2))
        .hasMessageContaining("strides")
        .hasMessageContaining("nms");
  }
}
