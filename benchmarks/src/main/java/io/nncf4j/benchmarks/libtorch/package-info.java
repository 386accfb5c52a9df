/**
 * The libtorch engine against the same network written by hand as direct calls: speed and memory.
 *
 * <p>Read first: {@link io.nncf4j.benchmarks.libtorch.GraphAgainstDirectCalls}. Nothing depends on
 * this package.
 */
@NullMarked
package io.nncf4j.benchmarks.libtorch;

import org.jspecify.annotations.NullMarked;
