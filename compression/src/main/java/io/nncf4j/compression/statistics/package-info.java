/**
 * Mergeable summaries of tensors. Each is a commutative monoid that merges exactly: any order of
 * samples, any split over threads gives the same bits, and none keeps samples.
 *
 * <p>Read first: {@link io.nncf4j.compression.statistics.Statistic}, then {@link
 * io.nncf4j.compression.statistics.Histogram}. Must not depend on graphs or engines.
 */
@NullMarked
package io.nncf4j.compression.statistics;

import org.jspecify.annotations.NullMarked;
