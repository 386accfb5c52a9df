package io.nncf4j.compression.training.pruning;

import io.nncf4j.compression.pruning.selection.LayerCosts;
import io.nncf4j.compression.training.control.CompressionStatistics;
import io.nncf4j.compression.training.control.StatisticsTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * How much of a model is pruned.
 *
 * @param full what the whole model costs
 * @param current what is left
 * @param currentLevel level of pruning now
 * @param targetLevel level to come to
 * @param countsFlops whether levels are shares of arithmetic instead of filters
 */
public record FilterPruningStatistics(
    Costs full,
    Costs current,
    List<Layer> layers,
    double currentLevel,
    double targetLevel,
    boolean countsFlops)
    implements CompressionStatistics {
  /** Operations, weights and filters of a model's layers. */
  public record Costs(long flops, long parameters, long filters) {}

  /**
   * One layer.
   *
   * @param filters all its filters
   * @param left those that are not masked
   * @param inputs channels of each filter
   * @param inputsLeft those that are not masked
   */
  public record Layer(
      String name,
      long filters,
      long left,
      long inputs,
      long inputsLeft,
      long flops,
      long flopsLeft) {
    /** Share of the filters that are masked. */
    public double level() {
      return 1 - (double) left / filters;
    }
  }

  public FilterPruningStatistics {
    layers = List.copyOf(layers);
  }

  static FilterPruningStatistics of(
      LayerCosts.Tally full,
      LayerCosts.Tally current,
      double level,
      double target,
      boolean countsFlops) {
    List<LayerCosts.LayerTally> before = full.layers();
    List<LayerCosts.LayerTally> after = current.layers();
    List<Layer> layers = new ArrayList<>();
    for (int index = 0; index < before.size(); index++) {
      LayerCosts.LayerTally whole = before.get(index);
      LayerCosts.LayerTally left = after.get(index);
      layers.add(
          new Layer(
              whole.node(),
              whole.filters(),
              left.filters(),
              whole.inputs(),
              left.inputs(),
              whole.flops(),
              left.flops()));
    }
    return new FilterPruningStatistics(
        costs(full), costs(current), layers, level, target, countsFlops);
  }

  private static Costs costs(LayerCosts.Tally tally) {
    return new Costs(tally.flops(), tally.parameters(), tally.filters());
  }

  @Override
  public String algorithm() {
    return FilterPruningAlgorithm.NAME;
  }

  @Override
  public List<StatisticsTable> tables() {
    List<List<String>> whole = new ArrayList<>();
    whole.add(List.of("#", "Full", "Current", "Pruning level"));
    whole.add(row("GFLOPs", full.flops(), current.flops(), 1e9));
    whole.add(row("MParams", full.parameters(), current.parameters(), 1e6));
    whole.add(
        List.of(
            "Filters",
            Long.toString(full.filters()),
            Long.toString(current.filters()),
            number(1 - (double) current.filters() / full.filters())));
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("Layer's name", "Filters", "Left", "Inputs", "Left", "Pruning level"));
    for (Layer layer : layers) {
      rows.add(
          List.of(
              layer.name(),
              Long.toString(layer.filters()),
              Long.toString(layer.left()),
              Long.toString(layer.inputs()),
              Long.toString(layer.inputsLeft()),
              number(layer.level())));
    }
    String counted = countsFlops ? "FLOPs" : "Filter";
    return List.of(
        new StatisticsTable("Statistics of the pruned model", whole),
        new StatisticsTable(
            "Prompt statistics",
            List.of(
                List.of("Statistic's name", "Value"),
                List.of(counted + " pruning level in current epoch", number(currentLevel)),
                List.of("Target " + counted + " pruning level", number(targetLevel)))),
        new StatisticsTable("Statistics by pruned layers", rows));
  }

  private static List<String> row(String name, long full, long current, double unit) {
    return List.of(
        name, amount(full / unit), amount(current / unit), number(1 - (double) current / full));
  }

  /** Small models have small amounts. */
  private static String amount(double value) {
    return value < 0.1 ? String.format(Locale.ROOT, "%.6f", value) : number(value);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }

  @Override
  public String toString() {
    return tables().stream().map(StatisticsTable::toString).collect(Collectors.joining("\n"));
  }
}
