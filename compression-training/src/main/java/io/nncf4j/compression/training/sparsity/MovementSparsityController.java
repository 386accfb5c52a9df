package io.nncf4j.compression.training.sparsity;

import io.nncf4j.compression.training.control.CompressedModel;
import io.nncf4j.compression.training.control.CompressionController;
import io.nncf4j.compression.training.control.CompressionScheduler;
import io.nncf4j.compression.training.control.CompressionStage;
import io.nncf4j.compression.training.control.CompressionState;
import io.nncf4j.compression.training.control.ControllerState;
import io.nncf4j.compression.training.masks.MaskedChannels;
import io.nncf4j.compression.training.masks.MaskedLayer;
import io.nncf4j.compression.training.masks.RoundBiases;
import io.nncf4j.compression.training.masks.StripMasks;
import io.nncf4j.core.Finding;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.libtorch.TrainingState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * Guides movement sparsity: the threshold that scores are held against, the penalty that pulls them
 * down, and at the end of the warm-up the heads and rows that go.
 *
 * <pre>
 *   loss = penalty · mean over layers of ½ (mean σ(s) · elements a score + mean σ(r) · rows a score)
 * </pre>
 */
public final class MovementSparsityController implements CompressionController {
  /** So many weights are below the threshold that is found. */
  private static final double FIRST_MASKED = 0.001;

  private final CompressedModel model;
  private final List<MovementLayer> layers;
  private final String threshold;
  private final double gradientFactor;
  private final @Nullable StructuredMasks structured;
  private final MovementScheduler scheduler;
  private final List<Finding> findings;

  MovementSparsityController(
      CompressedModel model,
      MovementOptions options,
      List<MovementLayer> layers,
      String threshold,
      double gradientFactor,
      @Nullable StructuredMasks structured,
      List<Finding> findings) {
    this.model = model;
    this.layers = layers;
    this.threshold = threshold;
    this.gradientFactor = gradientFactor;
    this.structured = structured;
    this.findings = new ArrayList<>(findings);
    scheduler = new MovementScheduler(options, this::lowestScore, this::setThreshold, this::finish);
    if (options.firstThreshold().orElse(Double.NEGATIVE_INFINITY) >= options.lastThreshold()) {
      this.findings.add(
          Finding.warning(
              "threshold-falls",
              "init_importance_threshold is not below final_importance_threshold, so that more and"
                  + " more weights are kept"));
    }
  }

  /** The score that a thousandth of all weights do not exceed. */
  private double lowestScore() {
    record Block(float score, long weights) {}
    List<Block> blocks = new ArrayList<>();
    long all = 0;
    for (MovementLayer layer : layers) {
      for (float score : layer.weight().values(state())) {
        blocks.add(new Block(score, layer.weight().block()));
        all += layer.weight().block();
      }
    }
    blocks.sort(Comparator.comparing(Block::score));
    long wanted = (long) (FIRST_MASKED * all) + 1;
    long passed = 0;
    for (Block block : blocks) {
      passed += block.weights();
      if (passed >= wanted) {
        return block.score();
      }
    }
    return blocks.get(blocks.size() - 1).score();
  }

  private void setThreshold(double value) {
    state().write(threshold, Tensor.ofFloats(new float[] {(float) value}, 1));
  }

  private void finish() {
    if (structured != null) {
      structured.resolve(state(), scheduler.threshold());
      return;
    }
    for (MovementLayer layer : layers) {
      layer.weight().fix(state(), scheduler.threshold());
      if (layer.bias() != null) {
        layer.bias().fix(state(), scheduler.threshold());
      }
    }
  }

  private TrainingState state() {
    return model.session().state();
  }

  /** Heads of attention and rows between layers that are gone. */
  public int removedUnits() {
    return structured == null ? 0 : structured.removed(state()).size();
  }

  /** The threshold of now. */
  double threshold() {
    return scheduler.threshold();
  }

  @Override
  public String name() {
    return MovementSparsityAlgorithm.NAME;
  }

  @Override
  public CompressedModel model() {
    return model;
  }

  @Override
  public List<Finding> findings() {
    return List.copyOf(findings);
  }

  @Override
  public CompressionScheduler scheduler() {
    return scheduler;
  }

  @Override
  public Optional<org.bytedeco.pytorch.Tensor> loss() {
    if (scheduler.penalty() == 0
        || scheduler.stage() == CompressionStage.FULLY_COMPRESSED
        || gradientFactor == 0) {
      return Optional.empty();
    }
    try (PointerScope scope = new PointerScope()) {
      List<org.bytedeco.pytorch.Tensor> parts = new ArrayList<>();
      for (MovementLayer layer : layers) {
        parts.add(penalty(layer.weight()));
        if (layer.bias() != null) {
          parts.add(penalty(layer.bias()));
        }
      }
      org.bytedeco.pytorch.Tensor sum = parts.get(0);
      for (org.bytedeco.pytorch.Tensor part : parts.subList(1, parts.size())) {
        sum = torch.add(sum, part);
      }
      double share = 0.5 * scheduler.penalty() / layers.size();
      org.bytedeco.pytorch.Tensor loss = torch.mul(sum, new Scalar(share));
      loss.retainReference();
      return Optional.of(loss);
    }
  }

  private org.bytedeco.pytorch.Tensor penalty(ScoredConstant constant) {
    org.bytedeco.pytorch.Tensor scores = state().tensor(constant.scores());
    if (gradientFactor != 1) {
      org.bytedeco.pytorch.Tensor rest = torch.sub(scores, scores.detach());
      scores = torch.add(scores.detach(), torch.mul(rest, new Scalar(gradientFactor)));
    }
    return torch.mul(torch.mean(torch.sigmoid(scores)), new Scalar((double) constant.block()));
  }

  @Override
  public CompressionStage compressionStage() {
    return scheduler.stage();
  }

  /** Share of zeros among all trained weights of the model. */
  @Override
  public Optional<Double> compressionRate() {
    return Optional.of(statistics().ofModel());
  }

  /** A layer with both kinds of masks. */
  private record Kept(MovementLayer own, double threshold, @Nullable StructuredMasks structured)
      implements MaskedLayer {
    @Override
    public String layer() {
      return own.node();
    }

    @Override
    public String weight() {
      return own.weight().name();
    }

    @Override
    public float[] kept(TrainingState state) {
      float[] kept = own.weight().kept(state, threshold);
      if (structured != null) {
        structured.apply(state, own.weight(), kept);
      }
      return kept;
    }
  }

  @Override
  public SparsityStatistics statistics() {
    double limit = state().read(threshold).floatAt(0);
    SparsityStatistics statistics =
        SparsityStatistics.of(
            name(),
            model,
            layers.stream().map(layer -> new Kept(layer, limit, structured)).toList());
    return structured == null ? statistics : statistics.withStructures(structured.counts(state()));
  }

  @Override
  public CompressionState compressionState() {
    return new CompressionState(Map.of(name(), Map.of()), Map.of(name(), ControllerState.of(this)));
  }

  @Override
  public void loadState(CompressionState state) {
    scheduler.loadState(ControllerState.scheduler(state, name()));
  }

  /** Makes zeros of what is masked, and removes the heads and rows that are. */
  @Override
  public Model strip(Model trained) {
    if (structured == null) {
      return StripMasks.apply(trained);
    }
    Model plain = StripMasks.apply(structured.takeOut(trained));
    return MaskedChannels.remove(
        plain.withGraph(RoundBiases.remove(plain.graph())),
        structured.groups(),
        structured.removed(state()));
  }

  @Override
  public String toString() {
    return name() + " with the threshold " + scheduler.threshold();
  }
}
