package io.nncf4j.compression.pruning;

import io.nncf4j.compression.options.IgnoredScope;
import io.nncf4j.compression.pruning.importance.FilterImportance;
import io.nncf4j.core.InputException;

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
    return new PruningSettings(
        goal,
        newImportance,
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

  public PruningSettings withUniform(boolean newUniform) {
    return new PruningSettings(
        goal,
        importance,
        newUniform,
        multiple,
        removesBlocks,
        timed,
        ignored,
        compensates,
        reconstructs,
        batch,
        threads);
  }

  public PruningSettings withMultiple(int newMultiple) {
    return new PruningSettings(
        goal,
        importance,
        uniform,
        newMultiple,
        removesBlocks,
        timed,
        ignored,
        compensates,
        reconstructs,
        batch,
        threads);
  }

  public PruningSettings withRemovesBlocks(boolean newRemovesBlocks) {
    return new PruningSettings(
        goal,
        importance,
        uniform,
        multiple,
        newRemovesBlocks,
        timed,
        ignored,
        compensates,
        reconstructs,
        batch,
        threads);
  }

  public PruningSettings withTimed(boolean newTimed) {
    return new PruningSettings(
        goal,
        importance,
        uniform,
        multiple,
        removesBlocks,
        newTimed,
        ignored,
        compensates,
        reconstructs,
        batch,
        threads);
  }

  public PruningSettings withIgnored(IgnoredScope newIgnored) {
    return new PruningSettings(
        goal,
        importance,
        uniform,
        multiple,
        removesBlocks,
        timed,
        newIgnored,
        compensates,
        reconstructs,
        batch,
        threads);
  }

  public PruningSettings withCompensation(boolean newCompensates) {
    return new PruningSettings(
        goal,
        importance,
        uniform,
        multiple,
        removesBlocks,
        timed,
        ignored,
        newCompensates,
        reconstructs,
        batch,
        threads);
  }

  public PruningSettings withReconstruction(boolean newReconstructs) {
    return new PruningSettings(
        goal,
        importance,
        uniform,
        multiple,
        removesBlocks,
        timed,
        ignored,
        compensates,
        newReconstructs,
        batch,
        threads);
  }

  public PruningSettings withBatch(int newBatch) {
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
        newBatch,
        threads);
  }

  public PruningSettings withThreads(int newThreads) {
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
        newThreads);
  }
}
