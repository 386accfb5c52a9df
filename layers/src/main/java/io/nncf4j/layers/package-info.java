/**
 * Layers as small classes that build graphs, with initialisers and parameter names. Depends on core
 * only.
 */
@NullMarked
package io.nncf4j.layers;

import org.jspecify.annotations.NullMarked;
