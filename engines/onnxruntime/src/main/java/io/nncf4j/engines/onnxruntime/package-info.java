/**
 * Inference, calibration taps and latency with ONNX Runtime. Must not depend on compression, nor on
 * libtorch.
 */
@NullMarked
package io.nncf4j.engines.onnxruntime;

import org.jspecify.annotations.NullMarked;
