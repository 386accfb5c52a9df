/**
 * A small exact interpreter for integer, shape and small constant sub-graphs. It is slow on
 * purpose, so that it is obviously right: it judges fast kernels, folds constants, and runs the
 * integer parts of graphs on the host. Large constants are folded by an engine.
 *
 * <p>Read first: {@link io.nncf4j.core.reference.Interpreter}. Kernels of one family stand in one
 * class; integers are computed as longs, floats as doubles rounded once to the type of the result.
 * Must not know engines or formats.
 */
@NullMarked
package io.nncf4j.core.reference;

import org.jspecify.annotations.NullMarked;
