/**
 * Making a graph node by node, as readers of formats with operators of their own do. The type of
 * every value, and the content of small ones, is known as soon as it is defined.
 *
 * <p>Read first: {@link io.nncf4j.core.compose.GraphComposer}. Must not know formats or engines.
 */
@NullMarked
package io.nncf4j.core.compose;

import org.jspecify.annotations.NullMarked;
