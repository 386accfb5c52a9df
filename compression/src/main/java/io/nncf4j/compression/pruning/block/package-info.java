/**
 * Removal of depth: branches of residual blocks that go as a whole, and what their going costs.
 *
 * <p>Read first: {@link io.nncf4j.compression.pruning.block.ResidualBlocks}. Must not know of
 * channels.
 */
@NullMarked
package io.nncf4j.compression.pruning.block;

import org.jspecify.annotations.NullMarked;
