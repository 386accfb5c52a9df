/**
 * Weights that become zero while training: by magnitude, by learned masks, or by movement, which
 * takes whole heads and rows out.
 *
 * <p>Read first: {@link io.nncf4j.compression.training.sparsity.SparsityAlgorithm}. Must not depend
 * on other algorithms.
 */
@NullMarked
package io.nncf4j.compression.training.sparsity;

import org.jspecify.annotations.NullMarked;
