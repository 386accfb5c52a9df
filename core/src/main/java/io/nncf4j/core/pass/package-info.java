/**
 * Passes: named rewrites of a model that can be put in a list, with findings and differences to
 * show, and the verifier that runs between them.
 *
 * <p>Read first: {@link io.nncf4j.core.pass.Pass} and {@link io.nncf4j.core.pass.Pipeline}.
 * Concrete rewrites stand in {@code core.rewrite}.
 */
@NullMarked
package io.nncf4j.core.pass;

import org.jspecify.annotations.NullMarked;
