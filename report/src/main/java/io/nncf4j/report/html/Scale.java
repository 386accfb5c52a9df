package io.nncf4j.report.html;

import java.util.ArrayList;
import java.util.List;

/** A linear axis: from numbers to pixels, with round ticks. */
record Scale(double low, double high, double from, double to) {
  Scale {
    if (!(high > low)) {
      high = low + 1;
    }
  }

  double at(double number) {
    return from + (number - low) / (high - low) * (to - from);
  }

  /** Ticks at multiples of 1, 2 or 5 times a power of ten, at most about {@code count}. */
  List<Double> ticks(int count) {
    double raw = (high - low) / Math.max(1, count);
    double power = Math.pow(10, Math.floor(Math.log10(raw)));
    double fraction = raw / power;
    double step = power * (fraction <= 1 ? 1 : fraction <= 2 ? 2 : fraction <= 5 ? 5 : 10);
    List<Double> ticks = new ArrayList<>();
    long first = (long) Math.ceil(low / step - 1e-9);
    long last = (long) Math.floor(high / step + 1e-9);
    for (long index = first; index <= last && ticks.size() < 50; index++) {
      ticks.add(index * step);
    }
    return ticks;
  }

  /** {@code number} rounded to a tenth of a pixel. */
  static String pixel(double number) {
    return io.nncf4j.report.Figures.fixed(number, 1);
  }
}
