/**
 * Trains the small model that {@code nncf quickstart} brings along, from nothing but a seed.
 *
 * <p>Read first: {@link io.nncf4j.benchmarks.quickstart.TrainQuickstartModel}. Nothing depends on
 * it.
 */
@NullMarked
package io.nncf4j.benchmarks.quickstart;

import org.jspecify.annotations.NullMarked;
