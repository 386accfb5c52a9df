/** Prints graphs for people: as text, for golden files and logs, and as DOT for pictures. */
@NullMarked
package io.nncf4j.core.print;

import org.jspecify.annotations.NullMarked;
