/**
 * Benchmarks: what is fast, measured side by side. {@code docs/results} says which one gave which
 * figure. Nothing depends on it.
 */
@NullMarked
package io.nncf4j.benchmarks;

import org.jspecify.annotations.NullMarked;
