/**
 * What algorithms that mask weights or channels share: masks as nodes and constants of a graph, and
 * how they are taken out again.
 *
 * <p>Read first: {@link io.nncf4j.compression.training.masks.PruningMasks}. Must not depend on
 * algorithms.
 */
@NullMarked
package io.nncf4j.compression.training.masks;

import org.jspecify.annotations.NullMarked;
