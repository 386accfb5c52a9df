/**
 * OpenVINO operators as ONNX operators: one rule for each type of layer, decomposing where ONNX has
 * no operator of the same meaning.
 *
 * <p>Read first: {@link io.nncf4j.formats.openvino.read.NetworkTranslator}. Must not depend on the
 * writing package.
 */
@NullMarked
package io.nncf4j.formats.openvino.read;

import org.jspecify.annotations.NullMarked;
