/**
 * What all verbs share: progress, tables, JSON, and failures put into one sentence.
 *
 * <p>Read first: {@link io.nncf4j.cli.console.Console}. Must not know any verb.
 */
@NullMarked
package io.nncf4j.cli.console;

import org.jspecify.annotations.NullMarked;
