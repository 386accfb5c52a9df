/**
 * Planning for what a runtime really fuses, instead of for a table of the hardware.
 *
 * <p>Read first: {@link io.nncf4j.compression.quantization.runtime.OnnxRuntimePlanner}. Must not
 * depend on statistics, calibration or engines.
 */
@NullMarked
package io.nncf4j.compression.quantization.runtime;

import org.jspecify.annotations.NullMarked;
