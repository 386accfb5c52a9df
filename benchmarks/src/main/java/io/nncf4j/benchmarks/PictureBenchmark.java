package io.nncf4j.benchmarks;

import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.data.image.Augmentation;
import io.nncf4j.data.image.ImageDecoder;
import io.nncf4j.data.image.ImageTransform;
import io.nncf4j.data.image.PixelImage;
import io.nncf4j.data.image.Preprocessing;
import io.nncf4j.data.image.Resize;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A generated photo of 500x375 pixels to a 224x224 input, beside what the JDK alone takes to decode
 * it.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class PictureBenchmark {
  private final ImageDecoder decoder = new ImageDecoder();
  private final ImageTransform transform =
      new ImageTransform(
          Preprocessing.defaults().withResize(new Resize.ShorterSide(256)).withCrop(224));
  private final FloatBuffer input =
      Tensor.allocateDirect(DataType.FLOAT32, 3 * 224 * 224).asFloatBuffer();
  private byte[] jpeg = {};

  @Setup
  public void encode() throws IOException {
    BufferedImage image = new BufferedImage(500, 375, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < 375; y++) {
      for (int x = 0; x < 500; x++) {
        int wave = (int) (127 + 80 * Math.sin(x * 0.11) * Math.cos(y * 0.07) + (x * y % 31));
        image.setRGB(x, y, wave << 16 | (x / 2) << 8 | y / 2);
      }
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageIO.write(image, "jpeg", bytes);
    jpeg = bytes.toByteArray();
    ImageIO.setUseCache(false);
  }

  @Benchmark
  public BufferedImage decodeWithTheJdkAlone() throws IOException {
    return ImageIO.read(new java.io.ByteArrayInputStream(jpeg));
  }

  @Benchmark
  public PixelImage decode() {
    return decoder.decode("generated", jpeg);
  }

  @Benchmark
  public FloatBuffer decodeResizeCropNormalise() {
    PixelImage image = decoder.decode("generated", jpeg);
    var geometry = transform.geometry("generated", image.width(), image.height());
    transform.apply(image, geometry, Augmentation.NONE.of(0), input);
    return input;
  }
}
