/**
 * TensorFlow's messages, read field by field with protobuf's own decoder: weights are views of the
 * file.
 *
 * <p>Read first: {@link io.nncf4j.formats.tensorflow.proto.Message}. Must not know graphs.
 */
@NullMarked
package io.nncf4j.formats.tensorflow.proto;

import org.jspecify.annotations.NullMarked;
