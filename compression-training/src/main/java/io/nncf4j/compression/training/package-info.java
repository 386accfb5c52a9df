/**
 * Compression while training: a model with compression in its graph, and the controller that guides
 * it from the first epoch to the exported file.
 *
 * <p>Read first: {@link io.nncf4j.compression.training.QuantizationAwareTraining}, then {@link
 * io.nncf4j.compression.training.CompressedModel} and {@link
 * io.nncf4j.compression.training.CompressionController}. Must not depend on a format, nor on the
 * command line.
 */
@NullMarked
package io.nncf4j.compression.training;

import org.jspecify.annotations.NullMarked;
