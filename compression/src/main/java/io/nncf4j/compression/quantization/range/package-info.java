/**
 * From an observed range to the parameters of a quantizer, and from there to scale and zero point.
 * Pure arithmetic in single precision, checked against tables of an independent implementation.
 *
 * <p>Read first: {@link io.nncf4j.compression.quantization.range.QuantizationRange}. Must not
 * depend on graphs, engines or statistics.
 */
@NullMarked
package io.nncf4j.compression.quantization.range;

import org.jspecify.annotations.NullMarked;
