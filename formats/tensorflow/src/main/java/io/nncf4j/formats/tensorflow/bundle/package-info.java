/**
 * Checkpoints of TensorFlow: variables by name, from an index (a sorted string table) and data
 * files.
 *
 * <p>Read first: {@link io.nncf4j.formats.tensorflow.bundle.VariableBundle}. Must not know graphs.
 */
@NullMarked
package io.nncf4j.formats.tensorflow.bundle;

import org.jspecify.annotations.NullMarked;
