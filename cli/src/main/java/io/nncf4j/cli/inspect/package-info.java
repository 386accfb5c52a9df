/**
 * {@code nncf inspect}: what is in a model file.
 *
 * <p>Read first: {@link io.nncf4j.cli.inspect.Inspection}. Must not know any engine.
 */
@NullMarked
package io.nncf4j.cli.inspect;

import org.jspecify.annotations.NullMarked;
