/**
 * The foundation every other module stands on: errors and findings, with the graph, tensors,
 * operators and passes in the packages below.
 *
 * <p>Read first: {@link io.nncf4j.core.graph.Model}. Depends on nothing but the JDK and the
 * nullness annotations.
 */
@NullMarked
package io.nncf4j.core;

import org.jspecify.annotations.NullMarked;
