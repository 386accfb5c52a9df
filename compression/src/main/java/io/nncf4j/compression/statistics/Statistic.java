package io.nncf4j.compression.statistics;

/**
 * A summary that samples are added to and that merges with others of its kind.
 *
 * <p>A fresh object is the neutral element. Adding and merging commute and associate exactly: the
 * state depends on the multiset of samples alone. An object is used by one thread at a time;
 * threads fill one each and merge at the end. Equality compares states.
 *
 * @param <S> the implementing class
 */
public interface Statistic<S extends Statistic<S>> {
  /** Takes over all that {@code other} has seen; {@code other} stays as it is. */
  void merge(S other);
}
