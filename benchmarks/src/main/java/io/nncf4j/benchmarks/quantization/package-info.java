/**
 * How fast post-training quantization runs, and how fast and how good its results are.
 *
 * <p>Read first: {@link io.nncf4j.benchmarks.quantization.CalibrationPass}. Nothing depends on it.
 */
@NullMarked
package io.nncf4j.benchmarks.quantization;

import org.jspecify.annotations.NullMarked;
