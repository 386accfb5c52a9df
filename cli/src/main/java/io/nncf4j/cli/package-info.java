/** The {@code nncf} command. Nothing depends on it; only this package prints to the console. */
@NullMarked
package io.nncf4j.cli;

import org.jspecify.annotations.NullMarked;
