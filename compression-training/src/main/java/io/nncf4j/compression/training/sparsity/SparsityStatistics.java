package io.nncf4j.compression.training.sparsity;

import io.nncf4j.compression.training.control.CompressedModel;
import io.nncf4j.compression.training.control.CompressionStatistics;
import io.nncf4j.compression.training.control.StatisticsTable;
import io.nncf4j.compression.training.masks.MaskedLayer;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.engines.libtorch.TensorRole;
import io.nncf4j.engines.libtorch.TrainingState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * How many weights are zero.
 *
 * @param ofModel share among all trained weights of the model
 * @param ofLayers share among the weights that have masks
 * @param structures what can go as a whole; empty where nothing can
 */
public record SparsityStatistics(
    String algorithm,
    double ofModel,
    double ofLayers,
    List<Layer> layers,
    List<Structure> structures)
    implements CompressionStatistics {
  /**
   * One layer.
   *
   * @param level share of zeros
   * @param share of all weights with masks, in percent
   */
  public record Layer(String name, long[] shape, double level, double share) {}

  /**
   * Heads of attention, or rows between two layers.
   *
   * @param layers that make them
   * @param count how many there are
   * @param left how many are not masked
   */
  public record Structure(List<String> layers, int count, int left) {
    public Structure {
      layers = List.copyOf(layers);
    }
  }

  SparsityStatistics withStructures(List<Structure> newStructures) {
    return new SparsityStatistics(algorithm, ofModel, ofLayers, layers, newStructures);
  }

  static SparsityStatistics of(
      String algorithm, CompressedModel model, List<? extends MaskedLayer> weights) {
    TrainingState state = model.session().state();
    long all = 0;
    for (TrainingState.Entry entry : state.entries(TensorRole.PARAMETER)) {
      all += entry.tensor().numel();
    }
    Graph graph = model.graph().graph();
    long masked = 0;
    for (MaskedLayer weight : weights) {
      masked += Objects.requireNonNull(graph.constant(weight.weight())).size();
    }
    long zeros = 0;
    List<Layer> layers = new ArrayList<>();
    for (MaskedLayer weight : weights) {
      float[] mask = weight.kept(state);
      long own = 0;
      for (float kept : mask) {
        own += kept == 0 ? 1 : 0;
      }
      zeros += own;
      layers.add(
          new Layer(
              weight.layer(),
              Objects.requireNonNull(graph.constant(weight.weight())).shape(),
              (double) own / mask.length,
              100.0 * mask.length / masked));
    }
    return new SparsityStatistics(
        algorithm, (double) zeros / Math.max(1, all), (double) zeros / masked, layers, List.of());
  }

  @Override
  public List<StatisticsTable> tables() {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("Layer's name", "Weight's shape", "Sparsity level", "Weight's percentage"));
    for (Layer layer : layers) {
      rows.add(
          List.of(
              layer.name(),
              Arrays.toString(layer.shape()),
              number(layer.level()),
              number(layer.share())));
    }
    List<StatisticsTable> tables = new ArrayList<>();
    tables.add(
        new StatisticsTable(
            "Statistics of the sparsified model",
            List.of(
                List.of("Statistic's name", "Value"),
                List.of("Sparsity level of the whole model", number(ofModel)),
                List.of("Sparsity level of all sparsified layers", number(ofLayers)))));
    tables.add(new StatisticsTable("Statistics by sparsified layers", rows));
    if (!structures.isEmpty()) {
      List<List<String>> whole = new ArrayList<>();
      whole.add(List.of("Layers", "Heads or rows", "Left"));
      for (Structure each : structures) {
        whole.add(
            List.of(
                String.join(", ", each.layers()),
                Integer.toString(each.count()),
                Integer.toString(each.left())));
      }
      tables.add(new StatisticsTable("Statistics of heads and rows", whole));
    }
    return tables;
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }

  @Override
  public String toString() {
    return tables().stream().map(StatisticsTable::toString).collect(Collectors.joining("\n"));
  }
}
