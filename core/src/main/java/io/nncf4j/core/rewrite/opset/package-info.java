/**
 * Raises models of older ONNX opsets, so that every other part of the program knows one form of
 * each operator. One small rule for each operator and version in which its form changed.
 *
 * <p>Read first: {@link io.nncf4j.core.rewrite.opset.RaiseOpset}, then {@link
 * io.nncf4j.core.rewrite.opset.ShapeRules} for what rules look like. Must not know a file format or
 * an engine.
 */
@NullMarked
package io.nncf4j.core.rewrite.opset;

import org.jspecify.annotations.NullMarked;
