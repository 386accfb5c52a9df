package io.nncf4j.data.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.nncf4j.testing.NpyArray;
import io.nncf4j.testing.SharedFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Decoding, resizing and cropping against Pillow's results. */
class PreprocessOracleTest {
  private static final int SIDE = 224;

  @Test
  void agreesWithPillow() throws IOException {
    ByteBuffer expected = NpyArray.read(SharedFiles.oracle("preprocess/expected.npy")).bytes();
    List<String> names = Files.readAllLines(SharedFiles.oracle("preprocess/files.txt"));
    Path images = SharedFiles.data("imagenet-500/images");
    ImageTransform transform =
        new ImageTransform(
            Preprocessing.defaults().withResize(new Resize.ShorterSide(256)).withCrop(SIDE));
    int exact = 0;
    try (ImageDecoder decoder = new ImageDecoder()) {
      for (int row = 0; row < names.size(); row++) {
        String name = names.get(row);
        PixelImage picture = decoder.decode(name, Files.readAllBytes(images.resolve(name)));
        var geometry = transform.geometry(name, picture.width(), picture.height());
        int[] levels = transform.levels(picture, geometry);
        long difference = 0;
        int far = 0;
        for (int at = 0; at < levels.length; at++) {
          int channel = at % 3;
          int position = row * levels.length + channel * SIDE * SIDE + at / 3;
          int gap = Math.abs(levels[at] - (expected.get(position) & 0xFF));
          difference += gap;
          far += gap > 4 ? 1 : 0;
        }
        exact += difference == 0 ? 1 : 0;
        assertThat((double) difference / levels.length).as(name + " mean").isLessThanOrEqualTo(1);
        assertThat((double) far / levels.length).as(name + " far").isLessThanOrEqualTo(0.02);
      }
    }
    assertThat(exact).as("photos equal in every pixel").isEqualTo(names.size());
  }
}
