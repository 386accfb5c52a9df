/**
 * Weights of one bit and inputs of two values while training, switched on in stages.
 *
 * <p>Read first: {@link io.nncf4j.compression.training.binarization.BinarizationAlgorithm}. Of
 * other algorithms it uses only the stages of quantization.
 */
@NullMarked
package io.nncf4j.compression.training.binarization;

import org.jspecify.annotations.NullMarked;
