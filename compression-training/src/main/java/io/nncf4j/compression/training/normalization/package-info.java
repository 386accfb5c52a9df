/**
 * Batch normalization adapted to what compression does to the values before it.
 *
 * <p>Read first: {@link io.nncf4j.compression.training.normalization.BatchNormalizationAdaptation}.
 * Must not depend on algorithms.
 */
@NullMarked
package io.nncf4j.compression.training.normalization;

import org.jspecify.annotations.NullMarked;
