/**
 * Which part of a computation is compressed: Java code runs a model over symbolic values, and what
 * lies between the values that it marks becomes the graph.
 *
 * <p>Read first: {@link io.nncf4j.compression.training.trace.ModelTrace}. Must not depend on
 * algorithms of compression, nor on engines.
 */
@NullMarked
package io.nncf4j.compression.training.trace;

import org.jspecify.annotations.NullMarked;
