/**
 * Quantization while training: where quantizers stand and with which bits, the ranges they start
 * from, their nodes with learned ranges in the graph, and how these become integers.
 *
 * <p>Read first: {@link io.nncf4j.compression.training.quantization.QuantizationAwareTraining}.
 * Must not depend on other algorithms.
 */
@NullMarked
package io.nncf4j.compression.training.quantization;

import org.jspecify.annotations.NullMarked;
