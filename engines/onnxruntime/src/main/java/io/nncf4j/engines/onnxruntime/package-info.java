/**
 * Inference, probes of inner values and latency with ONNX Runtime.
 *
 * <p>Read first: {@link io.nncf4j.engines.onnxruntime.OnnxRuntimeEngine}. Must not depend on
 * compression, nor on libtorch.
 */
@NullMarked
package io.nncf4j.engines.onnxruntime;

import org.jspecify.annotations.NullMarked;
