package io.nncf4j.data.synthetic;

import static org.assertj.core.api.Assertions.assertThat;

import io.nncf4j.data.Sample;
import io.nncf4j.data.Target;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

class ShapePicturesTest {
  @Test
  void theSameSeedAndIndexGiveTheSameBytesEverywhere() {
    CRC32 sum = new CRC32();
    for (int index = 0; index < 20; index++) {
      for (int pixel : new ShapePictures(5, 20).draw(index)) {
        sum.update(pixel);
      }
    }
    assertThat(sum.getValue()).isEqualTo(5373938L);
  }

  @Test
  void otherSeedsGiveOtherPictures() {
    assertThat(new ShapePictures(1, 10).draw(3)).isNotEqualTo(new ShapePictures(2, 10).draw(3));
    assertThat(new ShapePictures(1, 20).draw(3)).isNotEqualTo(new ShapePictures(1, 20).draw(13));
  }

  @Test
  void aSampleHasItsClassAndANormalisedPicture() {
    ShapePictures pictures = new ShapePictures(1, 30);
    Sample sample = pictures.load(13);
    assertThat(sample.target()).isEqualTo(new Target.ClassLabel(3));
    assertThat(sample.input().shape()).containsExactly(3, 64, 64);
    for (float value : sample.input().toFloats()) {
      assertThat(value).isBetween(-2f, 2f);
    }
    assertThat(pictures.classNames()).hasSize(10).contains("half-disc");
  }

  @Test
  void aPictureIsWrittenWhereItIsAskedTo() {
    ByteBuffer given = ByteBuffer.allocateDirect(3 * 64 * 64 * 4).order(ByteOrder.LITTLE_ENDIAN);
    Sample sample = new ShapePictures(1, 30).load(2, (type, shape) -> given);
    assertThat(given.getFloat(400)).isEqualTo(sample.input().toFloats()[100]);
  }
}
