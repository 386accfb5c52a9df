/**
 * Compression while training: how a configuration becomes a model with compression in its graph.
 * The algorithms have packages of their own, and share what is in {@code control}.
 *
 * <p>Read first: {@link io.nncf4j.compression.training.CompressedModels}, then {@link
 * io.nncf4j.compression.training.control.CompressionController}. Must not depend on a format, nor
 * on the command line.
 */
@NullMarked
package io.nncf4j.compression.training;

import org.jspecify.annotations.NullMarked;
