/**
 * The {@code nncf} command: one package a verb.
 *
 * <p>Read first: {@link io.nncf4j.cli.Main}. Nothing depends on it; only these packages print to
 * the console.
 */
@NullMarked
package io.nncf4j.cli;

import org.jspecify.annotations.NullMarked;
