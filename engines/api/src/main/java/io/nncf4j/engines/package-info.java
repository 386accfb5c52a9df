/**
 * Engines: what compiles a model into a session and runs it, and how latency is measured.
 *
 * <p>Read first: {@link io.nncf4j.engines.Engine} and {@link io.nncf4j.engines.Session}. Must not
 * know any particular runtime or format.
 */
@NullMarked
package io.nncf4j.engines;

import org.jspecify.annotations.NullMarked;
