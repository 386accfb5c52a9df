/**
 * TensorFlow's operators in terms of ONNX's, with pictures turned from channels last to channels
 * first on the way.
 *
 * <p>Read first: {@link io.nncf4j.formats.tensorflow.translate.FlatGraphTranslator}, then {@link
 * io.nncf4j.formats.tensorflow.translate.NodeContext}. Must not know files.
 */
@NullMarked
package io.nncf4j.formats.tensorflow.translate;

import org.jspecify.annotations.NullMarked;
