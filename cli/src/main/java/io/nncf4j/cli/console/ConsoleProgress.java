package io.nncf4j.cli.console;

import java.io.PrintWriter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One line that shows done steps, rate and time left: rewritten in place on a terminal, a fresh
 * line now and then elsewhere. Work of less than two seconds shows nothing. Safe for several
 * threads.
 */
public final class ConsoleProgress implements AutoCloseable {
  private static final long SECOND = 1_000_000_000L;
  private static final long SILENT_NANOS = 2 * SECOND;
  private static final long TERMINAL_NANOS = SECOND / 5;
  private static final long LOG_NANOS = 10 * SECOND;
  private static final int BAR = 24;

  private final @Nullable PrintWriter output;
  private final boolean terminal;
  private final String what;
  private final long total;
  private final String unit;
  private final long start = System.nanoTime();
  private long rateFrom;
  private long doneBefore = -1;
  private long shownAt;
  private boolean shown;
  private String note = "";

  /**
   * @param output where to print; null for silence
   * @param terminal whether a line can be rewritten there
   */
  ConsoleProgress(
      @Nullable PrintWriter output, boolean terminal, String what, long total, String unit) {
    this.output = output;
    this.terminal = terminal;
    this.what = what;
    this.total = total;
    this.unit = unit;
  }

  /** A word about the latest step, shown behind the rest. */
  public synchronized void note(String newNote) {
    note = ", " + newNote;
  }

  /**
   * @param newDone steps done so far, all together
   */
  public synchronized void update(long newDone) {
    long now = System.nanoTime();
    if (doneBefore < 0) {
      // The first steps wait for everything to get going; they would spoil the rate.
      rateFrom = now;
      doneBefore = newDone;
    }
    long interval = terminal ? TERMINAL_NANOS : LOG_NANOS;
    if (output == null || now - start < SILENT_NANOS || (shown && now - shownAt < interval)) {
      return;
    }
    shown = true;
    shownAt = now;
    String line =
        line(what, newDone, newDone - doneBefore, total, unit, (now - rateFrom) / 1e9) + note;
    if (terminal) {
      output.print("\r" + line + "\u001b[K");
    } else {
      output.println(line);
    }
    output.flush();
  }

  /** Takes the line away from a terminal. */
  @Override
  public synchronized void close() {
    if (shown && terminal && output != null) {
      output.print("\r\u001b[K");
      output.flush();
    }
  }

  /**
   * @param recent steps done in the last {@code seconds}
   */
  static String line(String what, long done, long recent, long total, String unit, double seconds) {
    double rate = seconds > 0 ? recent / seconds : 0;
    double fraction = total > 0 ? Math.min(1, (double) done / total) : 0;
    int filled = (int) (fraction * BAR);
    String speed =
        rate == 0
            ? ""
            : String.format(Locale.ROOT, ", %.1f/s, ", rate)
                + duration((total - done) / rate)
                + " left";
    return String.format(
        Locale.ROOT,
        "%s [%s%s] %d/%d %s%s",
        what,
        "=".repeat(filled),
        " ".repeat(BAR - filled),
        done,
        total,
        unit,
        speed);
  }

  private static String duration(double seconds) {
    long whole = Math.max(0, Math.round(seconds));
    if (whole < 60) {
      return whole + " s";
    }
    return whole < 3600
        ? whole / 60 + " min " + whole % 60 + " s"
        : whole / 3600 + " h " + whole % 3600 / 60 + " min";
  }
}
