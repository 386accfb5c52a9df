/**
 * Rewrites that every model benefits from: folding of constants, shapes and batch-norm, removal of
 * no-ops, and lowering of FakeQuantize.
 *
 * <p>Read first: {@link io.nncf4j.core.rewrite.Normalization}, the list of them, then {@link
 * io.nncf4j.core.rewrite.Scope}, with which a pass visits bodies. Every pass is tested with {@code
 * Judge}: it fires, it does not fire, twice is once. Must not depend on engines.
 */
@NullMarked
package io.nncf4j.core.rewrite;

import org.jspecify.annotations.NullMarked;
