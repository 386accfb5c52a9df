package io.nncf4j.data.synthetic;

import io.nncf4j.core.InputException;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.data.Sample;
import io.nncf4j.data.SampleSource;
import io.nncf4j.data.Target;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Pictures of ten shapes, float32[3,64,64], drawn from a seed: the same seed and index give the
 * same bytes everywhere. A shape has a place, size, turn and colour of its own; the ground is
 * striped, a line crosses the picture, and all of it is noisy, so that a small network is right
 * about nineteen times in twenty.
 *
 * <p>The class of picture {@code i} is {@code i mod 10}. Pixels 0 to 255 become {@code (pixel / 255
 * - 0.5) / 0.25}.
 */
public final class ShapePictures implements SampleSource {
  public static final int SIDE = 64;
  public static final int CLASSES = PlaneShape.values().length;
  private static final int CHANNELS = 3;
  private static final int PLANE = SIDE * SIDE;

  /** In radians; a quarter turn would need a network that trains for longer. */
  private static final double LARGEST_TURN = 0.4;

  private final long seed;
  private final int size;

  /**
   * @param seed pictures of different seeds have nothing in common
   * @param size how many pictures there are
   */
  public ShapePictures(long seed, int size) {
    if (size < 1) {
      throw new InputException("A data set of drawn pictures needs at least one, found " + size);
    }
    this.seed = seed;
    this.size = size;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public String name(int index) {
    return "drawn-" + seed + "-" + index;
  }

  @Override
  public List<String> classNames() {
    return Arrays.stream(PlaneShape.values()).map(PlaneShape::className).toList();
  }

  @Override
  public Sample load(int index, Memory memory) {
    ByteBuffer buffer = memory.allocate(DataType.FLOAT32, CHANNELS, SIDE, SIDE);
    int[] pixels = draw(index);
    for (int at = 0; at < pixels.length; at++) {
      buffer.putFloat(at * Float.BYTES, (pixels[at] / 255f - 0.5f) / 0.25f);
    }
    Tensor input = Tensor.of(DataType.FLOAT32, new long[] {CHANNELS, SIDE, SIDE}, buffer);
    return new Sample(index, name(index), input, new Target.ClassLabel(index % CLASSES), null);
  }

  @Override
  public void close() {}

  /** Red, green and blue planes of picture {@code index}, 0 to 255, row by row. */
  int[] draw(int index) {
    SplittableRandom random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + index);
    Ground ground = new Ground(random);
    Placement placement = new Placement(random);
    double[] ink = inkUnlike(ground.colour, random);
    Line[] lines = {new Line(random)};
    double noise = 4 + 26 * random.nextDouble();
    PlaneShape shape = PlaneShape.values()[index % CLASSES];
    int[] pixels = new int[CHANNELS * PLANE];
    for (int y = 0; y < SIDE; y++) {
      for (int x = 0; x < SIDE; x++) {
        double cover = placement.cover(shape, x, y);
        double light = ground.light(x, y);
        for (int channel = 0; channel < CHANNELS; channel++) {
          double value = ground.colour[channel] + light;
          value += cover * (ink[channel] - value);
          for (Line line : lines) {
            if (line.covers(x, y)) {
              value = line.colour[channel];
            }
          }
          value += noise * bell(random);
          pixels[channel * PLANE + y * SIDE + x] =
              (int) Math.max(0, Math.min(255, Math.floor(value + 0.5)));
        }
      }
    }
    return pixels;
  }

  private static double[] colour(SplittableRandom random) {
    return new double[] {
      255 * random.nextDouble(), 255 * random.nextDouble(), 255 * random.nextDouble()
    };
  }

  /** A colour at some distance from the ground's, near enough to be hard at times. */
  private static double[] inkUnlike(double[] ground, SplittableRandom random) {
    while (true) {
      double[] ink = colour(random);
      double distance = 0;
      for (int channel = 0; channel < CHANNELS; channel++) {
        distance += Math.abs(ink[channel] - ground[channel]);
      }
      if (distance > 130) {
        return ink;
      }
    }
  }

  /** About normal, mean 0 and deviation 1: a sum of four uniform numbers of 16 bits each. */
  private static double bell(SplittableRandom random) {
    long bits = random.nextLong();
    long sum = (bits & 0xFFFF) + (bits >>> 16 & 0xFFFF) + (bits >>> 32 & 0xFFFF) + (bits >>> 48);
    return (sum / 65536.0 - 2) * 1.7320508075688772;
  }

  /** A colour with stripes of light across it. */
  private static final class Ground {
    final double[] colour;
    private final double strength;
    private final double across;
    private final double down;
    private final double phase;

    Ground(SplittableRandom random) {
      colour = colour(random);
      strength = 30 * random.nextDouble();
      double angle = 2 * Math.PI * random.nextDouble();
      double waves = 0.015 + 0.08 * random.nextDouble();
      across = StrictMath.cos(angle) * waves;
      down = StrictMath.sin(angle) * waves;
      phase = random.nextDouble();
    }

    /** A wave of parabolas, which is cheaper than a sine and looks the same. */
    double light(int x, int y) {
      double turn = x * across + y * down + phase;
      double half = 2 * (turn - Math.floor(turn));
      double part = half < 1 ? half : half - 1;
      double hill = 4 * part * (1 - part);
      return half < 1 ? strength * hill : -strength * hill;
    }
  }

  /** Where the shape stands, how large it is and how it is turned. */
  private static final class Placement {
    private final double centreX;
    private final double centreY;
    private final double cosine;
    private final double sine;

    Placement(SplittableRandom random) {
      double radius = 15 + 12 * random.nextDouble();
      double room = SIDE - 1.6 * radius;
      centreX = 0.8 * radius + room * random.nextDouble();
      centreY = 0.8 * radius + room * random.nextDouble();
      double angle = LARGEST_TURN * (2 * random.nextDouble() - 1);
      cosine = StrictMath.cos(angle) / radius;
      sine = StrictMath.sin(angle) / radius;
    }

    /** Share of the pixel that the shape covers, from four points in it. */
    double cover(PlaneShape shape, int x, int y) {
      double cover = 0;
      for (int part = 0; part < 4; part++) {
        double right = x + 0.25 + 0.5 * (part & 1) - centreX;
        double below = y + 0.25 + 0.5 * (part >> 1) - centreY;
        if (shape.contains(right * cosine + below * sine, below * cosine - right * sine)) {
          cover += 0.25;
        }
      }
      return cover;
    }
  }

  /** A thin straight line through the whole picture. */
  private static final class Line {
    final double[] colour;
    private final double across;
    private final double down;
    private final double offset;
    private final double half;

    Line(SplittableRandom random) {
      colour = colour(random);
      double angle = 2 * Math.PI * random.nextDouble();
      across = StrictMath.cos(angle);
      down = StrictMath.sin(angle);
      offset = across * SIDE * random.nextDouble() + down * SIDE * random.nextDouble();
      half = 0.4 + random.nextDouble();
    }

    boolean covers(int x, int y) {
      return Math.abs(x * across + y * down - offset) < half;
    }
  }
}
