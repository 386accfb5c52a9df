package io.nncf4j.data.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nncf4j.core.InputException;
import io.nncf4j.data.Box;
import io.nncf4j.data.BrokenSampleException;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class ImageTransformTest {
  private static PixelImage plain(int width, int height, int level) {
    byte[] pixels = new byte[width * height * 3];
    java.util.Arrays.fill(pixels, (byte) level);
    return new PixelImage(width, height, 3, pixels);
  }

  private static float[] values(Preprocessing preprocessing, PixelImage image) {
    ImageTransform transform = new ImageTransform(preprocessing);
    var geometry = transform.geometry("a", image.width(), image.height());
    float[] values = new float[geometry.width() * geometry.height() * 3];
    transform.apply(image, geometry, Augmentation.NONE.of(0), FloatBuffer.wrap(values));
    return values;
  }

  @Test
  void plansSizesLikeTheOriginals() {
    assertThat(new Resize.ShorterSide(256).plan(384, 288))
        .isEqualTo(new Resize.Plan(341, 256, 341, 256, 0, 0));
    assertThat(new Resize.ShorterSide(256).plan(288, 433).height()).isEqualTo(385);
    assertThat(new Resize.Stretch(416, 320).plan(7, 9))
        .isEqualTo(new Resize.Plan(416, 320, 416, 320, 0, 0));
    assertThat(new Resize.Letterbox(416, 416).plan(640, 480))
        .isEqualTo(new Resize.Plan(416, 312, 416, 416, 0, 52));
    assertThat(new Resize.Letterbox(100, 50).plan(10, 1000))
        .isEqualTo(new Resize.Plan(1, 50, 100, 50, 49, 0));
  }

  @Test
  void letterboxFillsTheRest() {
    float[] values =
        values(Preprocessing.defaults().withResize(new Resize.Letterbox(4, 4)), plain(8, 4, 200));
    for (int channel = 0; channel < 3; channel++) {
      for (int at = 0; at < 16; at++) {
        float expected = at >= 4 && at < 12 ? 200 : Resize.Letterbox.PADDING;
        assertThat(values[channel * 16 + at]).isEqualTo(expected);
      }
    }
  }

  @Test
  void letterboxIsCroppedToo() {
    float[] values =
        values(
            Preprocessing.defaults().withResize(new Resize.Letterbox(8, 8)).withCrop(6),
            plain(8, 4, 200));
    assertThat(values).hasSize(108).startsWith(114f, 114f, 114f, 114f, 114f, 114f, 200f);
  }

  @Test
  void placementsLeadThereAndBack() {
    ImageTransform transform =
        new ImageTransform(Preprocessing.defaults().withResize(new Resize.Letterbox(416, 416)));
    var placement = transform.geometry("a", 640, 480).placement();
    Box original = new Box(64, 48, 320, 240);
    Box input = placement.toInput(original);
    assertThat(input.left()).isEqualTo(64 * 0.65);
    assertThat(input.top()).isEqualTo(48 * 0.65 + 52);
    Box back = placement.toOriginal(input);
    assertThat(back.left()).isCloseTo(64, org.assertj.core.api.Assertions.within(1e-9));
    assertThat(back.bottom()).isCloseTo(288, org.assertj.core.api.Assertions.within(1e-9));
  }

  @Test
  void refusesAbsurdSizes() {
    ImageTransform transform =
        new ImageTransform(Preprocessing.defaults().withResize(new Resize.ShorterSide(256)));
    assertThatThrownBy(() -> transform.geometry("long.png", 1, 1_000_000))
        .isInstanceOf(BrokenSampleException.class)
        .hasMessageContaining("long.png")
        .hasMessageContaining("too much memory");
  }

  @Test
  void preprocessingNamesAllProblems() {
    assertThatThrownBy(
            () ->
                new Preprocessing(
                    new Resize.Stretch(0, 70_000),
                    OptionalInt.of(-1),
                    ColorOrder.GRAY,
                    0,
                    List.of(1.0, 2.0),
                    List.of(Double.NaN),
                    Layout.NCHW))
        .isInstanceOf(InputException.class)
        .satisfies(failure -> assertThat(failure.getMessage().split("\n")).hasSize(6));
  }
}
