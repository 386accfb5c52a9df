package io.nncf4j.compression.pruning;

import io.nncf4j.compression.options.IgnoredScope;
import io.nncf4j.compression.pruning.importance.FilterImportance;
import io.nncf4j.core.InputException;
import java.util.function.Consumer;

/**
 * How a model is pruned.
 *
 * @param goal how much goes
 * @param importance what decides between filters
 * @param uniform whether each group gives the same share, instead of what costs least
 * @param multiple what the number of channels that stay in each group is a multiple of
 * @param removesBlocks whether residual branches may go as a whole; not with a uniform share, and
 *     not for a goal in filters
 * @param timed whether channel counts that this machine runs fast are preferred for a goal in
 *     arithmetic; takes as long as measuring a table of layers
 * @param ignored layers whose groups stay whole
 * @param compensates whether layers are fitted to what is left
 * @param reconstructs whether then the weights of convolutions are fitted too, one layer after
 *     another
 * @param batch samples that flow through together while fitting
 * @param threads threads of one run
 */
public record PruningSettings(
    PruningGoal goal,
    FilterImportance importance,
    boolean uniform,
    int multiple,
    boolean removesBlocks,
    boolean timed,
    IgnoredScope ignored,
    boolean compensates,
    boolean reconstructs,
    int batch,
    int threads) {
  /** Kernels of ONNX Runtime work on blocks of eight or sixteen channels. */
  public static final int MULTIPLE = 8;

  public PruningSettings {
    if (multiple < 1 || batch < 1) {
      throw new InputException(
          "Pruning keeps multiples of 1 or more channels and takes batches of 1 or more; found "
              + multiple
              + " and "
              + batch);
    }
    if (removesBlocks && (uniform || goal.kind() == PruningGoal.Kind.FILTERS)) {
      throw new InputException(
          "Residual blocks go for a target in arithmetic or time, where what costs least goes first;"
              + " not with a share of the filters, and not uniformly");
    }
    if (uniform && goal.kind() == PruningGoal.Kind.LATENCY) {
      throw new InputException(
          "A target in time is searched for by what costs least; for a uniform share, give a share of"
              + " the filters or of the arithmetic");
    }
  }

  public static PruningSettings of(PruningGoal goal) {
    return new PruningSettings(
        goal,
        FilterImportance.L2,
        false,
        MULTIPLE,
        false,
        false,
        IgnoredScope.NONE,
        true,
        false,
        64,
        2);
  }

  public PruningSettings withImportance(FilterImportance newImportance) {
    return with(draft -> draft.importance = newImportance);
  }

  public PruningSettings withUniform(boolean newUniform) {
    return with(draft -> draft.uniform = newUniform);
  }

  public PruningSettings withMultiple(int newMultiple) {
    return with(draft -> draft.multiple = newMultiple);
  }

  public PruningSettings withRemovesBlocks(boolean newRemovesBlocks) {
    return with(draft -> draft.removesBlocks = newRemovesBlocks);
  }

  public PruningSettings withTimed(boolean newTimed) {
    return with(draft -> draft.timed = newTimed);
  }

  public PruningSettings withIgnored(IgnoredScope newIgnored) {
    return with(draft -> draft.ignored = newIgnored);
  }

  public PruningSettings withCompensation(boolean newCompensates) {
    return with(draft -> draft.compensates = newCompensates);
  }

  public PruningSettings withReconstruction(boolean newReconstructs) {
    return with(draft -> draft.reconstructs = newReconstructs);
  }

  public PruningSettings withBatch(int newBatch) {
    return with(draft -> draft.batch = newBatch);
  }

  public PruningSettings withThreads(int newThreads) {
    return with(draft -> draft.threads = newThreads);
  }

  private PruningSettings with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.finished();
  }

  /** These settings while one of them changes. */
  private static final class Draft {
    private final PruningGoal goal;
    private FilterImportance importance;
    private boolean uniform;
    private int multiple;
    private boolean removesBlocks;
    private boolean timed;
    private IgnoredScope ignored;
    private boolean compensates;
    private boolean reconstructs;
    private int batch;
    private int threads;

    Draft(PruningSettings settings) {
      goal = settings.goal;
      importance = settings.importance;
      uniform = settings.uniform;
      multiple = settings.multiple;
      removesBlocks = settings.removesBlocks;
      timed = settings.timed;
      ignored = settings.ignored;
      compensates = settings.compensates;
      reconstructs = settings.reconstructs;
      batch = settings.batch;
      threads = settings.threads;
    }

    PruningSettings finished() {
      return new PruningSettings(
          goal,
          importance,
          uniform,
          multiple,
          removesBlocks,
          timed,
          ignored,
          compensates,
          reconstructs,
          batch,
          threads);
    }
  }
}
