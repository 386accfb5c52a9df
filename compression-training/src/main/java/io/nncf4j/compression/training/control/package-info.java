/**
 * A compressed model, the controller that guides it from the first epoch to the exported file, and
 * what every algorithm of compression offers to them: a scheduler, a stage, a state, statistics.
 *
 * <p>Read first: {@link io.nncf4j.compression.training.control.CompressionController}. Must not
 * depend on any one algorithm.
 */
@NullMarked
package io.nncf4j.compression.training.control;

import org.jspecify.annotations.NullMarked;
