/**
 * Training: losses, optimizers, learning-rate schedules, gradient clipping, the training step and
 * the loop with its hooks, over the training session of the libtorch engine.
 *
 * <p>Read first: {@link io.nncf4j.learning.Optimizer}, {@link io.nncf4j.learning.Losses}, {@link
 * io.nncf4j.learning.TrainingStep}. Must not know compression.
 */
@NullMarked
package io.nncf4j.learning;

import org.jspecify.annotations.NullMarked;
