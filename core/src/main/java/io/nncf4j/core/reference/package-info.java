/**
 * A small exact interpreter for integer, shape and small constant sub-graphs. It is slow on
 * purpose: large constants are folded by an engine.
 */
@NullMarked
package io.nncf4j.core.reference;

import org.jspecify.annotations.NullMarked;
