/**
 * Pruning of filters that really removes them: which channels go together, how much each matters,
 * which go, and what mends the rest.
 *
 * <p>Read first: {@link io.nncf4j.compression.pruning.OneShotPruning}. Must not depend on training.
 */
@NullMarked
package io.nncf4j.compression.pruning;

import org.jspecify.annotations.NullMarked;
