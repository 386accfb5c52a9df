/**
 * Filter pruning while training: masks on the groups of channels of a graph, chosen by importance
 * and a schedule or by a learned ranking, until the filters are removed.
 *
 * <p>Read first: {@link io.nncf4j.compression.training.pruning.FilterPruningController}. Must not
 * depend on other algorithms.
 */
@NullMarked
package io.nncf4j.compression.training.pruning;

import org.jspecify.annotations.NullMarked;
