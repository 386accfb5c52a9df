package io.nncf4j.compression.pruning.block;

import io.nncf4j.core.graph.Model;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * The order in which residual branches go: always the one next that changes the outputs least for
 * what it saves, measured with those before it gone. After the first step only those are measured
 * again that were cheapest so far, since each measurement runs the model.
 */
public final class BlockRanking {
  private static final int AGAIN = 4;

  private final OutputChange change;
  private final ToDoubleFunction<ResidualBlock> saving;
  private final Predicate<ResidualBlock> allowed;

  /**
   * @param saving what a block costs to run
   * @param allowed whether a block may go
   */
  public BlockRanking(
      OutputChange change,
      ToDoubleFunction<ResidualBlock> saving,
      Predicate<ResidualBlock> allowed) {
    this.change = change;
    this.saving = saving;
    this.allowed = allowed;
  }

  /**
   * A model without one more block than the one before it.
   *
   * @param block the block that went, in its form in the model before
   * @param model what is left
   * @param change of the outputs since the first model
   */
  public record Step(ResidualBlock block, Model model, double change) {}

  /**
   * @param model in normal form
   * @param goal blocks go until together they cost at least this
   * @return steps, fewer where all that may go is gone
   */
  public List<Step> until(Model model, double goal) {
    List<Step> steps = new ArrayList<>();
    Map<String, Double> prices = new HashMap<>();
    Model current = model;
    double changed = 0;
    double saved = 0;
    while (saved < goal) {
      Step best = next(current, changed, prices);
      if (best == null) {
        return steps;
      }
      steps.add(best);
      current = best.model();
      changed = best.change();
      saved += saving.applyAsDouble(best.block());
    }
    return steps;
  }

  /** Measures again only the few that were cheapest when they were measured last. */
  private @Nullable Step next(Model current, double changed, Map<String, Double> prices) {
    List<ResidualBlock> candidates = new ArrayList<>();
    for (ResidualBlock block : ResidualBlocks.of(current)) {
      if (saving.applyAsDouble(block) > 0 && allowed.test(block)) {
        candidates.add(block);
      }
    }
    boolean isFirst = prices.isEmpty();
    candidates.sort(Comparator.comparingDouble(block -> prices.getOrDefault(key(block), 0.0)));
    Step best = null;
    double lowest = Double.POSITIVE_INFINITY;
    for (ResidualBlock block :
        candidates.subList(0, isFirst ? candidates.size() : Math.min(AGAIN, candidates.size()))) {
      Model without = RemoveBlocks.remove(current, List.of(block));
      double changes = change.of(without);
      double price = (changes - changed) / saving.applyAsDouble(block);
      prices.put(key(block), price);
      if (price < lowest) {
        lowest = price;
        best = new Step(block, without, changes);
      }
    }
    return best;
  }

  private static String key(ResidualBlock block) {
    return block.sum() + " " + block.branch();
  }
}
