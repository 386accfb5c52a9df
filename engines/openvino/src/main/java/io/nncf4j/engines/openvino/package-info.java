/**
 * Inference with the OpenVINO library that the user has installed; without one, nothing but this
 * engine is missing, and it says how to get the library.
 *
 * <p>Read first: {@link io.nncf4j.engines.openvino.OpenVinoEngine}. Must not depend on compression,
 * nor on another engine.
 */
@NullMarked
package io.nncf4j.engines.openvino;

import org.jspecify.annotations.NullMarked;
