/**
 * Makes the channels of a float model more alike before it is quantized, without changing what the
 * model computes: what is taken from one constant is put into the next.
 *
 * <p>Read first: {@link io.nncf4j.compression.equalization.SmoothQuant}. Must not depend on plans
 * and ranges: its results are float models.
 */
@NullMarked
package io.nncf4j.compression.equalization;

import org.jspecify.annotations.NullMarked;
