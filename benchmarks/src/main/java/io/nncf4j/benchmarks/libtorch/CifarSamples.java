package io.nncf4j.benchmarks.libtorch;

import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import javax.imageio.ImageIO;

/**
 * Some thousand images of CIFAR-10 in memory, handed out in shuffled batches, flipped at random.
 */
final class CifarSamples {
  private static final int SIZE = 32;
  private static final int PIXELS = SIZE * SIZE;
  private static final float[] MEAN = {0.485f, 0.456f, 0.406f};
  private static final float[] DEVIATION = {0.229f, 0.224f, 0.225f};

  private final List<float[]> images = new ArrayList<>();
  private final List<Long> labels = new ArrayList<>();
  private final SplittableRandom random;
  private ByteBuffer bytes = ByteBuffer.allocate(0);

  /** One batch: images [N, 3, 32, 32] outside the heap, labels [N]. */
  record Batch(Tensor images, Tensor labels) {}

  /** Reads {@code perClass} images of each class below {@code folder} of the archive. */
  CifarSamples(Path archive, String folder, int perClass, long seed) throws IOException {
    random = new SplittableRandom(seed);
    try (ZipFile zip = new ZipFile(archive.toFile())) {
      TreeSet<String> names = new TreeSet<>();
      Enumeration<? extends ZipEntry> entries = zip.entries();
      while (entries.hasMoreElements()) {
        String name = entries.nextElement().getName();
        if (name.startsWith(folder + "/") && name.endsWith(".jpg")) {
          names.add(name);
        }
      }
      List<String> classes = names.stream().map(CifarSamples::className).distinct().toList();
      int[] taken = new int[classes.size()];
      for (String name : names) {
        int type = classes.indexOf(className(name));
        if (taken[type]++ < perClass) {
          try (InputStream stream = zip.getInputStream(zip.getEntry(name))) {
            images.add(pixels(ImageIO.read(stream)));
            labels.add((long) type);
          }
        }
      }
    }
  }

  private static String className(String entry) {
    return entry.split("/", -1)[1];
  }

  private static float[] pixels(BufferedImage image) {
    float[] values = new float[3 * PIXELS];
    for (int pixel = 0; pixel < PIXELS; pixel++) {
      int rgb = image.getRGB(pixel % SIZE, pixel / SIZE);
      for (int channel = 0; channel < 3; channel++) {
        float value = (rgb >> (16 - 8 * channel) & 0xFF) / 255f;
        values[channel * PIXELS + pixel] = (value - MEAN[channel]) / DEVIATION[channel];
      }
    }
    return values;
  }

  /** The next batch; it stands in the memory of the one before it. */
  Batch next(int size) {
    if (bytes.capacity() != size * 3 * PIXELS * Float.BYTES) {
      bytes = Tensor.allocateDirect(DataType.FLOAT32, (long) size * 3 * PIXELS);
    }
    long[] targets = new long[size];
    float[] row = new float[3 * PIXELS];
    for (int index = 0; index < size; index++) {
      int chosen = random.nextInt(images.size());
      float[] image = images.get(chosen);
      boolean flip = random.nextBoolean();
      for (int at = 0; at < row.length; at++) {
        row[at] = image[flip ? at - at % SIZE + SIZE - 1 - at % SIZE : at];
      }
      bytes.asFloatBuffer().put(index * row.length, row);
      targets[index] = labels.get(chosen);
    }
    return new Batch(
        Tensor.of(DataType.FLOAT32, new long[] {size, 3, SIZE, SIZE}, bytes),
        Tensor.vector(targets));
  }
}
