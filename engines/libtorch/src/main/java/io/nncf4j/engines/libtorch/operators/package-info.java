/**
 * How each operator of the graph is carried out by libtorch, one file for each family.
 *
 * <p>Read first: {@link io.nncf4j.engines.libtorch.operators.OperatorTable}, then {@link
 * io.nncf4j.engines.libtorch.operators.Operation} and {@link
 * io.nncf4j.engines.libtorch.operators.Arguments}. Must not depend on a format, on compression, or
 * on how graphs are compiled.
 */
@NullMarked
package io.nncf4j.engines.libtorch.operators;

import org.jspecify.annotations.NullMarked;
