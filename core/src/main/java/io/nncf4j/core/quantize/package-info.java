/**
 * What a uniform quantizer is while it is still being decided or trained: the FakeQuantize node and
 * the integer grid behind it. Lowering it to standard operators is a pass of {@code core.rewrite}.
 *
 * <p>Read first: {@link io.nncf4j.core.quantize.FakeQuantize}, {@link
 * io.nncf4j.core.quantize.IntegerGrid}. Must not know calibration, engines or formats.
 */
@NullMarked
package io.nncf4j.core.quantize;

import org.jspecify.annotations.NullMarked;
