/**
 * Rewrites that every model benefits from: folding of constants, shapes and batch-norm, removal of
 * no-ops, and lowering of FakeQuantize.
 */
@NullMarked
package io.nncf4j.core.rewrite;

import org.jspecify.annotations.NullMarked;
