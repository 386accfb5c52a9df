/**
 * The graph executed on libtorch, with gradients. Must not depend on a format, nor on compression.
 */
@NullMarked
package io.nncf4j.engines.libtorch;

import org.jspecify.annotations.NullMarked;
