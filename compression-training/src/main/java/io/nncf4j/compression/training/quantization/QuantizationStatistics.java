package io.nncf4j.compression.training.quantization;

import io.nncf4j.compression.quantization.plan.WeightPlacement;
import io.nncf4j.compression.training.control.CompressionStatistics;
import io.nncf4j.compression.training.control.StatisticsTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * How many quantizers of which kind a model has.
 *
 * @param quantizers all that were placed
 * @param enabled how many are switched on
 */
public record QuantizationStatistics(List<TrainedQuantizer> quantizers, int enabled)
    implements CompressionStatistics {
  public QuantizationStatistics {
    quantizers = List.copyOf(quantizers);
  }

  @Override
  public String algorithm() {
    return "quantization";
  }

  /** Share of quantizers that are switched on, in percent. */
  public double ratioOfEnabledQuantizations() {
    return quantizers.isEmpty() ? 0 : 100.0 * enabled / quantizers.size();
  }

  public List<TrainedQuantizer> weights() {
    return quantizers.stream().filter(TrainedQuantizer::isWeight).toList();
  }

  public List<TrainedQuantizer> activations() {
    return quantizers.stream().filter(Predicate.not(TrainedQuantizer::isWeight)).toList();
  }

  @Override
  public List<StatisticsTable> tables() {
    return List.of(share(), widths(), enabledTable());
  }

  private StatisticsTable share() {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("Statistic's name", "Value"));
    add(rows, "WQs", weights());
    add(rows, "AQs", activations());
    return new StatisticsTable("Statistics of the quantization share", rows);
  }

  private static void add(List<List<String>> rows, String kind, List<TrainedQuantizer> of) {
    count(rows, "Symmetric " + kind, kind, of, each -> each.range().symmetric());
    count(rows, "Asymmetric " + kind, kind, of, each -> !each.range().symmetric());
    count(rows, "Signed " + kind, kind, of, each -> each.range().lowestCode() < 0);
    count(rows, "Unsigned " + kind, kind, of, each -> each.range().lowestCode() == 0);
    count(rows, "Per-tensor " + kind, kind, of, each -> !each.isPerChannel());
    count(rows, "Per-channel " + kind, kind, of, TrainedQuantizer::isPerChannel);
  }

  private static void count(
      List<List<String>> rows,
      String name,
      String kind,
      List<TrainedQuantizer> of,
      Predicate<TrainedQuantizer> test) {
    long found = of.stream().filter(test).count();
    rows.add(List.of(name + " / All placed " + kind, percent(found, of.size())));
  }

  private static String percent(long part, long whole) {
    return String.format(
        Locale.ROOT, "%.2f %% (%d / %d)", whole == 0 ? 0 : 100.0 * part / whole, part, whole);
  }

  private StatisticsTable widths() {
    TreeMap<Integer, int[]> counts = new TreeMap<>();
    for (TrainedQuantizer each : quantizers) {
      int[] count = counts.computeIfAbsent(each.placement().quantizer().bits(), key -> new int[2]);
      count[each.placement() instanceof WeightPlacement ? 0 : 1]++;
    }
    List<List<String>> rows = new ArrayList<>();
    rows.add(
        List.of("Num bits (N)", "N-bits WQs / Placed Qs", "N-bits AQs / Placed Qs", "N-bits Qs"));
    counts
        .descendingMap()
        .forEach(
            (bits, count) ->
                rows.add(
                    List.of(
                        Integer.toString(bits),
                        percent(count[0], quantizers.size()),
                        percent(count[1], quantizers.size()),
                        percent(count[0] + count[1], quantizers.size()))));
    return new StatisticsTable("Statistics of the bitwidth distribution", rows);
  }

  private StatisticsTable enabledTable() {
    return new StatisticsTable(
        "Statistics of the enabled quantizers",
        List.of(
            List.of("Statistic's name", "Value"),
            List.of("Enabled quantizers / All placed", percent(enabled, quantizers.size()))));
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    tables().forEach(table -> text.append(table).append('\n'));
    return text.toString();
  }
}
