/**
 * Compression after training: everything that turns a model into a smaller model. Must not depend
 * on a format, on a concrete engine, nor on learning.
 */
@NullMarked
package io.nncf4j.compression;

import org.jspecify.annotations.NullMarked;
