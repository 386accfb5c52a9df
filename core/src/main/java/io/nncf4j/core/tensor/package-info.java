/**
 * Data types and immutable tensors. A tensor is a type, a shape and little-endian bytes, which may
 * be mapped from a file.
 *
 * <p>Read first: {@link io.nncf4j.core.tensor.Tensor}. Must not depend on the graph.
 */
@NullMarked
package io.nncf4j.core.tensor;

import org.jspecify.annotations.NullMarked;
