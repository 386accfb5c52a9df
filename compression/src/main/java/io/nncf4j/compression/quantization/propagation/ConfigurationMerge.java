package io.nncf4j.compression.quantization.propagation;

import io.nncf4j.compression.quantization.plan.Quantizer;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * How quantizers of several branches become one: which configurations all branches can live with.
 */
public enum ConfigurationMerge {
  /** Keep a quantizer in each branch. */
  DO_NOT_MERGE {
    @Override
    Predicate<Quantizer> accepts(List<List<Quantizer>> branches) {
      return configuration -> false;
    }
  },
  /** Merge only when all branches offer the same. */
  MERGE_IF_ALL_BRANCHES_SAME {
    @Override
    Predicate<Quantizer> accepts(List<List<Quantizer>> branches) {
      boolean same = branches.stream().map(Set::copyOf).distinct().count() == 1;
      return configuration -> same;
    }
  },
  /**
   * Merge to what every branch has or can requantize from; a branch that cannot use it as it is
   * keeps its own quantizer.
   */
  MERGE_WITH_POTENTIAL_REQUANTIZATION {
    @Override
    Predicate<Quantizer> accepts(List<List<Quantizer>> branches) {
      return configuration ->
          branches.stream()
              .allMatch(
                  branch ->
                      branch.contains(configuration)
                          || branch.stream().allMatch(configuration::isValidRequantizationFor));
    }
  },
  /** Merge to what every branch has. */
  MERGE_ALL_IN_ONE {
    @Override
    Predicate<Quantizer> accepts(List<List<Quantizer>> branches) {
      return configuration -> branches.stream().allMatch(branch -> branch.contains(configuration));
    }
  };

  abstract Predicate<Quantizer> accepts(List<List<Quantizer>> branches);

  /**
   * Configurations for the merged quantizer, best first; empty when the branches cannot be merged.
   */
  public List<Quantizer> merge(List<List<Quantizer>> branches) {
    int missing = branches.stream().mapToInt(List::size).max().orElse(0) + 1;
    Comparator<Quantizer> byPriority =
        Comparator.comparingInt(
            configuration ->
                branches.stream()
                    .mapToInt(
                        branch ->
                            branch.contains(configuration)
                                ? branch.indexOf(configuration)
                                : missing)
                    .sum());
    Set<Quantizer> union = new LinkedHashSet<>();
    branches.forEach(union::addAll);
    return union.stream()
        .filter(accepts(branches))
        .sorted(byPriority.thenComparing(Quantizer.PREFERENCE))
        .toList();
  }
}
