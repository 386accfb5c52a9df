package io.nncf4j.data.synthetic;

import java.util.Locale;

/**
 * A shape in the plane, about one unit in radius around the origin. The order of the constants is
 * the order of the classes.
 */
enum PlaneShape {
  DISC {
    @Override
    boolean contains(double x, double y) {
      return x * x + y * y < 0.8;
    }
  },
  RING {
    @Override
    boolean contains(double x, double y) {
      double square = x * x + y * y;
      return square < 0.9 && square > 0.36;
    }
  },
  SQUARE {
    @Override
    boolean contains(double x, double y) {
      return Math.max(Math.abs(x), Math.abs(y)) < 0.78;
    }
  },
  FRAME {
    @Override
    boolean contains(double x, double y) {
      double reach = Math.max(Math.abs(x), Math.abs(y));
      return reach < 0.82 && reach > 0.48;
    }
  },
  TRIANGLE {
    @Override
    boolean contains(double x, double y) {
      return y > -0.5 && y + HALF_ROOT_3 * 2 * Math.abs(x) < 1;
    }
  },
  CROSS {
    @Override
    boolean contains(double x, double y) {
      double narrow = Math.min(Math.abs(x), Math.abs(y));
      return narrow < 0.28 && Math.max(Math.abs(x), Math.abs(y)) < 0.95;
    }
  },
  CRESCENT {
    @Override
    boolean contains(double x, double y) {
      return x * x + y * y < 0.9 && (x - 0.5) * (x - 0.5) + y * y > 0.6;
    }
  },
  HALF_DISC {
    @Override
    boolean contains(double x, double y) {
      return y > -0.4 && x * x + (y + 0.4) * (y + 0.4) < 1;
    }
  },
  BARS {
    @Override
    boolean contains(double x, double y) {
      double across = Math.abs(y);
      return Math.abs(x) < 0.85 && (across < 0.19 || across > 0.5 && across < 0.88);
    }
  },
  HOURGLASS {
    @Override
    boolean contains(double x, double y) {
      return Math.abs(y) < 0.85 && Math.abs(x) < 0.12 + 0.8 * Math.abs(y);
    }
  };

  private static final double HALF_ROOT_3 = 0.8660254037844386;

  abstract boolean contains(double x, double y);

  /** The name of the class, such as {@code half-disc}. */
  String className() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
