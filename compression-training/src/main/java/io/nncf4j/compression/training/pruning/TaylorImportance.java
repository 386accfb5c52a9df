package io.nncf4j.compression.training.pruning;

import io.nncf4j.compression.pruning.channel.Place;
import io.nncf4j.compression.pruning.channel.PrunableLayer;
import io.nncf4j.core.NncfException;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.libtorch.TensorRole;
import io.nncf4j.engines.libtorch.TrainingSession;
import io.nncf4j.engines.libtorch.TrainingState;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the loss would lose with a filter, to first order:
 *
 * <pre>
 *   importance of a filter = mean over batches of (sum over its weights of gradient · weight)²
 * </pre>
 *
 * "Importance Estimation for Neural Network Pruning" (Molchanov et al. 2019), equation 8, of
 * weights. Comparable between layers as it is.
 */
final class TaylorImportance {
  private final TrainingSession session;
  private final Map<Place, PrunableLayer> layers = new HashMap<>();
  private final Map<Place, double[]> sums = new HashMap<>();
  private int batches;

  private TaylorImportance(TrainingSession session, List<PrunableLayer> layers) {
    this.session = session;
    Map<String, TrainingState.Entry> entries = session.state().byName();
    for (PrunableLayer layer : layers) {
      TrainingState.Entry entry = entries.get(layer.weight().value());
      if (entry != null && entry.role() == TensorRole.PARAMETER) {
        this.layers.put(layer.weight(), layer);
      }
    }
  }

  /**
   * Measures all layers that are trained.
   *
   * @return for each weight a tensor with one importance for each filter, along its dimension
   */
  static Map<Place, Tensor> measure(
      TrainingSession session, List<PrunableLayer> layers, ImportanceGradients gradients) {
    TaylorImportance importance = new TaylorImportance(session, layers);
    session.setTraining(false);
    session.setRecordingInEvaluation(true);
    session.state().clearGradients();
    try {
      gradients.batches().run(session, importance::add);
    } finally {
      session.setRecordingInEvaluation(false);
      session.state().clearGradients();
    }
    if (importance.batches == 0) {
      throw new NncfException(
          "Taylor importance was measured on no batch: ImportanceGradients ran none");
    }
    return importance.tensors();
  }

  private void add() {
    batches++;
    layers.forEach(
        (place, layer) -> {
          Tensor weight = session.state().read(place.value());
          Tensor gradient = session.state().readGradient(place.value());
          int dimension = layer.filterDimension();
          int inner = 1;
          for (int axis = dimension + 1; axis < weight.rank(); axis++) {
            inner *= (int) weight.dimension(axis);
          }
          double[] products = new double[(int) weight.dimension(dimension)];
          for (int index = 0; index < weight.size(); index++) {
            products[index / inner % products.length] +=
                (double) weight.floatAt(index) * gradient.floatAt(index);
          }
          double[] sum = sums.computeIfAbsent(place, key -> new double[products.length]);
          for (int filter = 0; filter < sum.length; filter++) {
            sum[filter] += products[filter] * products[filter];
          }
        });
    session.state().clearGradients();
  }

  private Map<Place, Tensor> tensors() {
    Map<Place, Tensor> tensors = new HashMap<>();
    sums.forEach(
        (place, sum) -> {
          PrunableLayer layer = java.util.Objects.requireNonNull(layers.get(place));
          long[] shape = new long[session.state().read(place.value()).rank()];
          Arrays.fill(shape, 1);
          shape[layer.filterDimension()] = sum.length;
          double[] means = Arrays.stream(sum).map(each -> each / batches).toArray();
          tensors.put(
              place, Tensor.ofDoubles(io.nncf4j.core.tensor.DataType.FLOAT64, means, shape));
        });
    return tensors;
  }
}
