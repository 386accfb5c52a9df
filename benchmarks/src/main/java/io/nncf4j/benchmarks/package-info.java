/** Benchmarks: what is fast, measured side by side. Nothing depends on it. */
@NullMarked
package io.nncf4j.benchmarks;

import org.jspecify.annotations.NullMarked;
