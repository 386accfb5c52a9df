/**
 * Reads models of TensorFlow: frozen graphs and SavedModels of both generations.
 *
 * <p>Read first: {@link io.nncf4j.formats.tensorflow.TensorFlowReader}. Must not know engines or
 * other formats.
 */
@NullMarked
package io.nncf4j.formats.tensorflow;

import org.jspecify.annotations.NullMarked;
