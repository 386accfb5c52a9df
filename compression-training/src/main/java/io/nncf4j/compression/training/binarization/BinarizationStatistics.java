package io.nncf4j.compression.training.binarization;

import io.nncf4j.compression.training.control.CompressionStatistics;
import io.nncf4j.compression.training.control.StatisticsTable;
import io.nncf4j.compression.training.masks.LayerWeights;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How much of a model has one bit.
 *
 * @param layers convolutions with weights and inputs of one bit
 * @param weights share of the weights of all layers, in percent
 * @param products share of their multiplications, in percent; not a number where shapes are open
 */
public record BinarizationStatistics(List<String> layers, double weights, double products)
    implements CompressionStatistics {
  public BinarizationStatistics {
    layers = List.copyOf(layers);
  }

  static BinarizationStatistics of(Graph graph, List<BinaryLayer> binary) {
    Set<String> names = binary.stream().map(BinaryLayer::layer).collect(Collectors.toSet());
    double weights = 0;
    double binaryWeights = 0;
    double products = 0;
    double binaryProducts = 0;
    for (Node node : graph.nodes()) {
      String name = LayerWeights.weightOf(graph, node);
      Tensor weight = name == null || node.is("Gather") ? null : graph.constant(name);
      if (weight != null) {
        double own = weight.size() * places(graph, node);
        weights += weight.size();
        products += own;
        if (names.contains(node.name())) {
          binaryWeights += weight.size();
          binaryProducts += own;
        }
      }
    }
    return new BinarizationStatistics(
        binary.stream().map(BinaryLayer::layer).toList(),
        100 * binaryWeights / weights,
        100 * binaryProducts / products);
  }

  /** So often each element of a layer's weight is multiplied for one sample. */
  private static double places(Graph graph, Node node) {
    boolean isConvolution = node.is("Conv", "ConvTranspose");
    boolean byInput = node.is("ConvTranspose");
    Shape shape = graph.tensorType(byInput ? node.input(0) : node.output(0)).shape();
    if (shape == null) {
      return Double.NaN;
    }
    double places = 1;
    int end = isConvolution ? shape.rank() : shape.rank() - 1;
    for (int dimension = isConvolution ? 2 : 1; dimension < end; dimension++) {
      long length = shape.get(dimension).lengthOrMinusOne();
      places *= length < 0 ? Double.NaN : length;
    }
    return places;
  }

  @Override
  public String algorithm() {
    return BinarizationAlgorithm.NAME;
  }

  @Override
  public List<StatisticsTable> tables() {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("Statistic's name", "Value"));
    rows.add(List.of("Layers of one bit", Integer.toString(layers.size())));
    rows.add(List.of("Share of all weights, percent", number(weights)));
    rows.add(List.of("Share of all multiplications, percent", number(products)));
    return List.of(new StatisticsTable("Statistics of the binarized model", rows));
  }

  private static String number(double value) {
    return Double.isNaN(value) ? "unknown" : String.format(Locale.ROOT, "%.1f", value);
  }

  @Override
  public String toString() {
    return tables().stream().map(StatisticsTable::toString).collect(Collectors.joining("\n"));
  }
}
