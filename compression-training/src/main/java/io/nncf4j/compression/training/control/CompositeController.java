package io.nncf4j.compression.training.control;

import io.nncf4j.core.Finding;
import io.nncf4j.core.graph.Model;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Guides several algorithms that share a model. */
final class CompositeController implements CompressionController {
  private final CompressedModel model;
  private final List<CompressionController> parts;
  private final List<CompressionController> strippingOrder;
  private final CompressionScheduler scheduler = new Scheduler();

  /**
   * @param parts in the order of the configuration
   * @param strippingOrder the same, from the model's weights to its layers
   */
  CompositeController(
      CompressedModel model,
      List<CompressionController> parts,
      List<CompressionController> strippingOrder) {
    this.model = model;
    this.parts = List.copyOf(parts);
    this.strippingOrder = List.copyOf(strippingOrder);
    countAsParts();
  }

  /** Parts are told of each step together, so that any of them knows how far training has come. */
  private void countAsParts() {
    scheduler.loadState(parts.get(0).scheduler().state());
  }

  private final class Scheduler extends CompressionScheduler {
    @Override
    public void step() {
      super.step();
      parts.forEach(part -> part.scheduler().step());
    }

    @Override
    public void epochStep() {
      super.epochStep();
      parts.forEach(part -> part.scheduler().epochStep());
    }
  }

  @Override
  public String name() {
    return parts.stream().map(CompressionController::name).collect(Collectors.joining("+"));
  }

  @Override
  public CompressedModel model() {
    return model;
  }

  @Override
  public List<Finding> findings() {
    return parts.stream().flatMap(part -> part.findings().stream()).toList();
  }

  @Override
  public <T extends CompressionController> Optional<T> part(Class<T> type) {
    return parts.stream().flatMap(part -> part.part(type).stream()).findFirst();
  }

  @Override
  public CompressionScheduler scheduler() {
    return scheduler;
  }

  /** The sum of the parts' losses. */
  @Override
  public Optional<Tensor> loss() {
    Optional<Tensor> sum = Optional.empty();
    for (CompressionController part : parts) {
      Optional<Tensor> next = part.loss();
      if (sum.isPresent() && next.isPresent()) {
        try (Tensor one = sum.get();
            Tensor other = next.get()) {
          sum = Optional.of(torch.add(one, other));
        }
      } else if (next.isPresent()) {
        sum = next;
      }
    }
    return sum;
  }

  @Override
  public CompressionStage compressionStage() {
    return parts.stream()
        .map(CompressionController::compressionStage)
        .reduce(CompressionStage::combine)
        .orElse(CompressionStage.UNCOMPRESSED);
  }

  /** The mean of the parts that have a rate. */
  @Override
  public Optional<Double> compressionRate() {
    List<Double> rates = parts.stream().flatMap(part -> part.compressionRate().stream()).toList();
    return rates.isEmpty()
        ? Optional.empty()
        : Optional.of(rates.stream().mapToDouble(Double::doubleValue).sum() / rates.size());
  }

  /** The first part whose rate can be chosen. */
  @Override
  public Optional<AdjustableCompression> adjustable() {
    return parts.stream().flatMap(part -> part.adjustable().stream()).findFirst();
  }

  @Override
  public CompressionStatistics statistics() {
    return new Joined(
        name(), parts.stream().flatMap(part -> part.statistics().tables().stream()).toList());
  }

  private record Joined(String algorithm, List<StatisticsTable> tables)
      implements CompressionStatistics {
    @Override
    public String toString() {
      return tables.stream().map(StatisticsTable::toString).collect(Collectors.joining("\n"));
    }
  }

  @Override
  public CompressionState compressionState() {
    Map<String, Object> builders = new LinkedHashMap<>();
    Map<String, Object> controllers = new LinkedHashMap<>();
    for (CompressionController part : parts) {
      CompressionState state = part.compressionState();
      builders.putAll(state.builderState());
      controllers.putAll(state.controllerState());
    }
    return new CompressionState(builders, controllers);
  }

  @Override
  public void loadState(CompressionState state) {
    parts.forEach(part -> part.loadState(state));
    countAsParts();
  }

  @Override
  public boolean stripNormalizes() {
    return parts.stream().anyMatch(CompressionController::stripNormalizes);
  }

  @Override
  public Model strip(Model trained) {
    Model stripped = trained;
    for (CompressionController part : strippingOrder) {
      stripped = part.strip(stripped);
    }
    return stripped;
  }

  @Override
  public Model finish(Model normalized) {
    Model finished = normalized;
    for (CompressionController part : strippingOrder) {
      finished = part.finish(finished);
    }
    return finished;
  }

  @Override
  public void distributed() {
    parts.forEach(CompressionController::distributed);
  }
}
