/**
 * Runs a float model on calibration samples and looks at the values that will be quantized, moving
 * as little as it can: extremes are taken inside the runtime, samples run side by side, nothing is
 * kept.
 *
 * <p>Read first: {@link io.nncf4j.compression.calibration.Calibrator}. Must not depend on plans: it
 * is told value names.
 */
@NullMarked
package io.nncf4j.compression.calibration;

import org.jspecify.annotations.NullMarked;
