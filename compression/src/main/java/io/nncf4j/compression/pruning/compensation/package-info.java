/**
 * Mends a model from which channels were removed, with samples and without training.
 *
 * <p>Read first: {@link io.nncf4j.compression.pruning.compensation.MomentMatching}. Must not know
 * why channels were removed.
 */
@NullMarked
package io.nncf4j.compression.pruning.compensation;

import org.jspecify.annotations.NullMarked;
