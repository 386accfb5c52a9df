package io.nncf4j.data.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nncf4j.data.BrokenSampleException;
import io.nncf4j.data.RandomStream;
import io.nncf4j.data.TestImages;
import io.nncf4j.data.source.FolderFiles;
import io.nncf4j.testing.SharedFiles;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ImageDecoderTest {
  private final ImageDecoder decoder = new ImageDecoder();

  @AfterEach
  void close() {
    decoder.close();
  }

  private void assertBroken(byte[] file, String reason) {
    assertThatThrownBy(() -> decoder.decode("x.jpg", file))
        .isInstanceOf(BrokenSampleException.class)
        .hasMessageStartingWith("x.jpg: ")
        .hasMessageContaining(reason);
  }

  private static int[] pixel(PixelImage image, int x, int y) {
    int[] pixel = new int[image.channels()];
    for (int channel = 0; channel < pixel.length; channel++) {
      pixel[channel] = image.at(x, y, channel);
    }
    return pixel;
  }

  @Test
  void decodesEveryKindOfPng() {
    for (int type :
        List.of(
            BufferedImage.TYPE_INT_RGB,
            BufferedImage.TYPE_INT_ARGB,
            BufferedImage.TYPE_3BYTE_BGR,
            BufferedImage.TYPE_BYTE_INDEXED)) {
      BufferedImage image = new BufferedImage(3, 2, type);
      for (int at = 0; at < 6; at++) {
        image.setRGB(at % 3, at / 3, 0xFF336699);
      }
      PixelImage decoded = decoder.decode("a.png", TestImages.encode(image, "png"));
      assertThat(pixel(decoded, 2, 1)).containsExactly(0x33, 0x66, 0x99);
    }
    for (int type : List.of(BufferedImage.TYPE_BYTE_GRAY, BufferedImage.TYPE_USHORT_GRAY)) {
      BufferedImage image = new BufferedImage(3, 2, type);
      int sample = type == BufferedImage.TYPE_BYTE_GRAY ? 77 : 77 << 8 | 200;
      image.getRaster().setSample(1, 1, 0, sample);
      PixelImage decoded = decoder.decode("a.png", TestImages.encode(image, "png"));
      assertThat(decoded.channels()).isEqualTo(1);
      assertThat(decoded.at(1, 1, 0)).isEqualTo(77);
    }
  }

  @Test
  void decodesGrayJpeg() {
    BufferedImage image = new BufferedImage(16, 16, BufferedImage.TYPE_BYTE_GRAY);
    WritableRaster raster = image.getRaster();
    raster.setSamples(0, 0, 16, 16, 0, new int[256]);
    PixelImage decoded = decoder.decode("a.jpg", TestImages.encode(image, "jpeg"));
    assertThat(decoded.channels()).isEqualTo(1);
    assertThat(decoded.at(5, 5, 0)).isZero();
  }

  @Test
  void decodesJpegWithinAFewLevels() {
    BufferedImage image = TestImages.picture(32, 32, 0x3399CC);
    int[] pixel = pixel(decoder.decode("a.jpg", TestImages.encode(image, "jpeg")), 7, 9);
    assertThat(pixel[0]).isBetween(0x31, 0x35);
    assertThat(pixel[1]).isBetween(0x97, 0x9B);
    assertThat(pixel[2]).isBetween(0xCA, 0xCE);
  }

  /** Four samples a pixel, without Adobe's marker: plain amounts of ink. */
  @Test
  void decodesInks() throws IOException {
    WritableRaster inks = Raster.createInterleavedRaster(0, 16, 16, 4, null);
    for (int at = 0; at < 256; at++) {
      inks.setPixel(at % 16, at / 16, new int[] {255, 128, 0, 51});
    }
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (var out = ImageIO.createImageOutputStream(bytes)) {
      writer.setOutput(out);
      writer.write(null, new IIOImage(inks, null, null), null);
    }
    int[] pixel = pixel(decoder.decode("a.jpg", bytes.toByteArray()), 3, 3);
    assertThat(pixel[0]).isBetween(0, 2);
    assertThat(pixel[1]).isBetween(99, 104);
    assertThat(pixel[2]).isBetween(202, 206);
  }

  @Test
  void orientationAndOtherMetadataAreLeftAlone() {
    byte[] plain = TestImages.jpeg(40, 20);
    // A damaged profile (APP2) after the start marker: the JDK's reader would refuse it.
    byte[] profile = {(byte) 0xFF, (byte) 0xE2, 0, 20};
    byte[] noisy = new byte[plain.length + 22];
    System.arraycopy(plain, 0, noisy, 0, 2);
    System.arraycopy(profile, 0, noisy, 2, 4);
    System.arraycopy(
        "ICC_PROFILE\0\1\1ab".getBytes(java.nio.charset.StandardCharsets.ISO_8859_1),
        0,
        noisy,
        6,
        16);
    System.arraycopy(plain, 2, noisy, 24, plain.length - 2);
    PixelImage expected = decoder.decode("a.jpg", plain);
    PixelImage actual = decoder.decode("a.jpg", noisy);
    assertThat(actual.pixels()).isEqualTo(expected.pixels());
  }

  @Test
  void namesWhatIsBroken() {
    byte[] jpeg = TestImages.jpeg(64, 64);
    assertBroken(new byte[0], "the file is empty");
    assertBroken(
        "GIF89a".getBytes(java.nio.charset.StandardCharsets.US_ASCII), "neither a JPEG nor");
    assertBroken(Arrays.copyOf(jpeg, 2), "truncated");
    assertBroken(Arrays.copyOf(jpeg, 100), "truncated");
    assertBroken(Arrays.copyOf(jpeg, jpeg.length - 2), "the end marker");
    assertBroken(TestImages.pngBomb(100_000, 100_000), "claims 100000x100000 pixels");
    assertBroken(TestImages.pngBomb(9_999, 9_999), "raise -Xmx");
    assertBroken(TestImages.pngBomb(-1, 5), "-1x5");
    assertBroken(Arrays.copyOf(TestImages.png(9, 9, 5), 20), "header is missing or truncated");
    byte[] png = TestImages.png(64, 64, -1);
    assertBroken(Arrays.copyOf(png, png.length / 2), "damaged picture");
  }

  @Test
  void refusesHugeJpegsBeforeDecoding() {
    byte[] jpeg = TestImages.jpeg(64, 64);
    for (int at = 0; at < jpeg.length - 8; at++) {
      if (jpeg[at] == (byte) 0xFF && jpeg[at + 1] == (byte) 0xC0) {
        Arrays.fill(jpeg, at + 5, at + 9, (byte) 0xFF);
      }
    }
    assertBroken(jpeg, "claims 65535x65535 pixels");
  }

  @Test
  void decodesEverySharedPicture() throws IOException {
    int decoded = 0;
    for (String place : List.of("coco128/images", "bccd/JPEGImages", "faces")) {
      FolderFiles files = FolderFiles.open(SharedFiles.data(place));
      for (String name : files.names()) {
        assertThat(decoder.decode(name, files.read(name)).channels()).isPositive();
        decoded++;
      }
    }
    assertThat(decoded).isGreaterThan(490);
  }

  @Test
  void mutatedFilesAreDecodedOrBroken() {
    List<byte[]> originals =
        List.of(TestImages.jpeg(48, 33), TestImages.png(48, 33, -1), TestImages.png(5, 5, 0));
    for (int round = 0; round < 600; round++) {
      RandomStream random = RandomStream.of(1, round);
      byte[] file = originals.get(round % originals.size()).clone();
      for (int change = 0; change <= round % 5; change++) {
        file[random.nextInt(file.length)] = (byte) random.nextLong();
      }
      if (round % 7 == 0) {
        file = Arrays.copyOf(file, random.nextInt(file.length));
      }
      try {
        assertThat(decoder.decode("round " + round, file).width()).isPositive();
      } catch (BrokenSampleException expected) {
        assertThat(expected).hasMessageStartingWith("round " + round + ": ");
      }
    }
    PixelImage after = decoder.decode("after", TestImages.png(5, 5, 0x010203));
    assertThat(pixel(after, 1, 1)).containsExactly(1, 2, 3);
  }
}
