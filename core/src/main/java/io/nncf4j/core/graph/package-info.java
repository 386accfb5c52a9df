/**
 * The graph: an immutable model of named nodes and single-assignment values with ONNX operator
 * semantics, and the editor that derives new graphs.
 *
 * <p>Read first: {@link io.nncf4j.core.graph.Model}, {@link io.nncf4j.core.graph.Graph}, {@link
 * io.nncf4j.core.graph.GraphEditor}. Knows no file format, no engine and no operator's meaning.
 */
@NullMarked
package io.nncf4j.core.graph;

import org.jspecify.annotations.NullMarked;
