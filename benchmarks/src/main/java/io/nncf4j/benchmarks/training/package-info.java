/**
 * Compression while training, measured on real data.
 *
 * <p>Read first: {@link io.nncf4j.benchmarks.training.QuantizeCifarNetwork}. Nothing depends on
 * this package.
 */
@NullMarked
package io.nncf4j.benchmarks.training;

import org.jspecify.annotations.NullMarked;
