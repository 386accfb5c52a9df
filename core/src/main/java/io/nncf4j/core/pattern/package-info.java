/**
 * Patterns of nodes to look for in a graph. A pattern that does not match says at which node and
 * why, so that a rewrite can tell the user what it left undone.
 *
 * <p>Read first: {@link io.nncf4j.core.pattern.NodePattern}, {@link
 * io.nncf4j.core.pattern.MatchResult}. Depends on the graph only.
 */
@NullMarked
package io.nncf4j.core.pattern;

import org.jspecify.annotations.NullMarked;
