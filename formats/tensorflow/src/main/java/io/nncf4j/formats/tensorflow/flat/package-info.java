/**
 * A graph of TensorFlow with functions put in the place of their calls.
 *
 * <p>Read first: {@link io.nncf4j.formats.tensorflow.flat.FlatGraph}. Must not know ONNX operators.
 */
@NullMarked
package io.nncf4j.formats.tensorflow.flat;

import org.jspecify.annotations.NullMarked;
