/**
 * Where quantizers stand: they are born at the inputs of operators that gain from integers and move
 * up towards what produces the values, through operators that only move values, merging where
 * branches meet. Follows the device tables of the original framework; for ONNX Runtime {@code
 * quantization.runtime} plans.
 *
 * <p>Read first: {@link io.nncf4j.compression.quantization.propagation.QuantizerPropagation}. Knows
 * no engine and no statistics.
 */
@NullMarked
package io.nncf4j.compression.quantization.propagation;

import org.jspecify.annotations.NullMarked;
