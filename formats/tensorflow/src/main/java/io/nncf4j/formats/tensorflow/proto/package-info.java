/**
 * TensorFlow's messages, read from their bytes: nothing is copied, and every length is checked.
 *
 * <p>Read first: {@link io.nncf4j.formats.tensorflow.proto.Message}. Must not know graphs.
 */
@NullMarked
package io.nncf4j.formats.tensorflow.proto;

import org.jspecify.annotations.NullMarked;
