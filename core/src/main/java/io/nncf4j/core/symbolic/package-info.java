/**
 * Integers that are partly known: the arithmetic behind symbolic dimensions and the shapes that
 * models compute at run time.
 *
 * <p>Read first: {@link io.nncf4j.core.symbolic.SymbolicInteger}. Knows dimensions, but no
 * operator.
 */
@NullMarked
package io.nncf4j.core.symbolic;

import org.jspecify.annotations.NullMarked;
