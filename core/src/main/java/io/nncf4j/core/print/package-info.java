/**
 * Prints graphs for people: as text, for golden files and logs, and as DOT for pictures.
 *
 * <p>Read first: {@link io.nncf4j.core.print.TextPrinter}. Depends on the graph only.
 */
@NullMarked
package io.nncf4j.core.print;

import org.jspecify.annotations.NullMarked;
