/**
 * Layers as small classes that build graphs, with initialisers and the parameter names that PyTorch
 * gives.
 *
 * <p>Read first: {@link io.nncf4j.layers.Layer}, {@link io.nncf4j.layers.GraphBuilder}. Depends on
 * core only: must not know engines, formats or training.
 */
@NullMarked
package io.nncf4j.layers;

import org.jspecify.annotations.NullMarked;
