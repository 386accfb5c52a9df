/**
 * Compression after training: everything that turns a model into a smaller model.
 *
 * <p>Read first: {@link io.nncf4j.compression.Nncf}, the shortest way to each thing. Must not
 * depend on a format, on a concrete engine, nor on learning.
 */
@NullMarked
package io.nncf4j.compression;

import org.jspecify.annotations.NullMarked;
