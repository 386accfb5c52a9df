/**
 * Speed of pruned models, and of pruning itself.
 *
 * <p>Read first: {@link io.nncf4j.benchmarks.pruning.PrunedLatency}. Must not be used by anything.
 */
@NullMarked
package io.nncf4j.benchmarks.pruning;

import org.jspecify.annotations.NullMarked;
