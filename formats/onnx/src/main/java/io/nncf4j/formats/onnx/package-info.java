/**
 * Reads and writes ONNX files: weights are mapped and never copied, functions are inlined, and
 * models of older opsets are raised to the canonical one.
 *
 * <p>Read first: {@link io.nncf4j.formats.onnx.OnnxReader}. Depends on core and protobuf; knows no
 * engine and no algorithm.
 */
@NullMarked
package io.nncf4j.formats.onnx;

import org.jspecify.annotations.NullMarked;
