package io.nncf4j.report;

import io.nncf4j.core.record.Measurement;
import io.nncf4j.core.record.RunRecord;
import io.nncf4j.core.record.Speedup;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The table of before and after that the console and the page show alike. */
public final class Comparison {
  /**
   * One line of the table.
   *
   * @param field name in {@link Measurement}
   * @param label what is compared
   * @param before as text, empty when absent
   * @param after as text, empty when absent
   * @param change how after stands to before, empty when one is absent
   * @param basis what the change was taken from, where that is not the two figures shown; else
   *     empty
   * @param verdict whether the change is welcome
   */
  public record Row(
      String field,
      String label,
      String before,
      String after,
      String change,
      String basis,
      Verdict verdict) {
    Row withChange(String newChange, String newBasis, Verdict newVerdict) {
      return new Row(field, label, before, after, newChange, newBasis, newVerdict);
    }

    /** The change, and what it was taken from. */
    public String fullChange() {
      return basis.isEmpty() ? change : change + ", " + basis;
    }
  }

  /** How a change is to be taken. */
  public enum Verdict {
    BETTER,
    WORSE,
    NEUTRAL
  }

  private static final double NOTHING = 0.005;

  /** A change of the metric by at most one point is what compression is commonly allowed. */
  private static final double SMALL_POINTS = 1;

  private Comparison() {}

  /** One row for each thing that was measured before or after. */
  public static List<Row> rows(RunRecord run) {
    List<Row> rows = new ArrayList<>();
    Measurement before = run.before();
    Measurement after = run.after();
    add(rows, metric(before, after));
    add(
        rows,
        ratio(
            "sizeBytes",
            "size",
            of(before, measured -> (double) measured.sizeBytes()),
            of(after, measured -> (double) measured.sizeBytes()),
            bytes -> Figures.bytes((long) bytes),
            "smaller",
            "larger"));
    add(rows, count("flops", "FLOPs of layers", before, after, Measurement::flops));
    add(rows, count("parameters", "weights", before, after, Measurement::parameters));
    add(rows, latency("latencyMillis", "latency, median", run, Measurement::latencyMillis));
    add(rows, latency("latencyP90Millis", "latency, p90", run, Measurement::latencyP90Millis));
    return rows;
  }

  private static @Nullable Row count(
      String field,
      String label,
      @Nullable Measurement before,
      @Nullable Measurement after,
      Function<Measurement, @Nullable Long> of) {
    Function<Measurement, @Nullable Double> number =
        measured -> {
          Long found = of.apply(measured);
          return found == null ? null : found.doubleValue();
        };
    return ratio(
        field, label, of(before, number), of(after, number), Figures::number, "fewer", "more");
  }

  /**
   * Where both were timed in turn, the median of the ratios within rounds counts, which a busy
   * machine disturbs least, and with it the interval of this median; a difference that may be noise
   * is not put in numbers. The 90th percentiles have no such ratio: next to the other, theirs would
   * seem to contradict it.
   */
  private static @Nullable Row latency(
      String field, String label, RunRecord run, Function<Measurement, @Nullable Double> of) {
    Row row =
        ratio(
            field,
            label,
            of(run.before(), of),
            of(run.after(), of),
            Figures::millis,
            "faster",
            "slower");
    Speedup speedup = run.speedup();
    if (row == null || speedup == null || row.change().isEmpty()) {
      return row;
    }
    if (speedup.isWithinNoise()) {
      return row.withChange("no clear difference", "", Verdict.NEUTRAL);
    }
    return field.equals("latencyMillis")
        ? row.withChange(
            Figures.ratio(speedup.ratio(), "faster", "slower"),
            "by rounds (" + interval(speedup) + ")",
            verdict(speedup.ratio() - 1))
        : row.withChange("", "", Verdict.NEUTRAL);
  }

  /** The interval of the ratio, turned round with it where the model after is slower. */
  private static String interval(Speedup speedup) {
    boolean isFaster = speedup.ratio() >= 1;
    return Figures.fixed(isFaster ? speedup.low() : 1 / speedup.high(), 2)
        + " to "
        + Figures.fixed(isFaster ? speedup.high() : 1 / speedup.low(), 2);
  }

  /**
   * The output that changed most.
   *
   * @param output its name, or how many it is the least of
   * @param value cosine similarity
   */
  public record Similarity(String output, double value) {
    /** The similarity as text. */
    public String cosine() {
      return Figures.fixed(value, 4);
    }
  }

  /** Shown beside an agreement too, which looks at one output only. */
  public static Optional<Similarity> leastSimilar(RunRecord run) {
    int count = run.similarity().size();
    return run.similarity().entrySet().stream()
        .min(Map.Entry.comparingByValue())
        .map(
            least ->
                new Similarity(
                    Figures.printable(least.getKey())
                        + (count > 1 ? ", the least of " + count + " outputs" : ""),
                    least.getValue()));
  }

  private static void add(List<Row> rows, @Nullable Row row) {
    if (row != null) {
      rows.add(row);
    }
  }

  private static @Nullable Double of(
      @Nullable Measurement measurement, Function<Measurement, @Nullable Double> field) {
    return measurement == null ? null : field.apply(measurement);
  }

  private static @Nullable Row metric(@Nullable Measurement before, @Nullable Measurement after) {
    Double from = of(before, Measurement::metric);
    Double to = of(after, Measurement::metric);
    if (from == null && to == null) {
      return null;
    }
    String name = after != null && after.metricName() != null ? after.metricName() : null;
    if (name == null && before != null) {
      name = before.metricName();
    }
    String change = "";
    Verdict verdict = Verdict.NEUTRAL;
    if (from != null && to != null) {
      change = Figures.points(to - from);
      verdict = Math.abs(to - from) <= SMALL_POINTS ? Verdict.NEUTRAL : verdict(to - from);
    }
    return new Row(
        "metric",
        name == null ? "metric" : name,
        from == null ? "" : Figures.percent(from),
        to == null ? "" : Figures.percent(to),
        change,
        "",
        verdict);
  }

  private static @Nullable Row ratio(
      String field,
      String label,
      @Nullable Double before,
      @Nullable Double after,
      DoubleFunction<String> format,
      String better,
      String worse) {
    if (before == null && after == null) {
      return null;
    }
    String change = "";
    Verdict verdict = Verdict.NEUTRAL;
    if (before != null && after != null && after > 0) {
      change = Figures.ratio(before / after, better, worse);
      verdict = verdict(before / after - 1);
    }
    return new Row(
        field,
        label,
        before == null ? "" : format.apply(before),
        after == null ? "" : format.apply(after),
        change,
        "",
        verdict);
  }

  private static Verdict verdict(double gain) {
    if (Math.abs(gain) < NOTHING) {
      return Verdict.NEUTRAL;
    }
    return gain > 0 ? Verdict.BETTER : Verdict.WORSE;
  }
}
