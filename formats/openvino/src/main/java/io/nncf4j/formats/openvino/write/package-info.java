/**
 * ONNX operators as OpenVINO operators: one rule for each type of node, decomposing where OpenVINO
 * has no operator of the same meaning.
 *
 * <p>Read first: {@link io.nncf4j.formats.openvino.write.ModelEncoder}. Must not depend on the
 * reading package.
 */
@NullMarked
package io.nncf4j.formats.openvino.write;

import org.jspecify.annotations.NullMarked;
