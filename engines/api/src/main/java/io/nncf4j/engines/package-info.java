/**
 * What an engine is: it compiles a model into a session, and a session runs named tensors. Depends
 * on core only and names no runtime.
 */
@NullMarked
package io.nncf4j.engines;

import org.jspecify.annotations.NullMarked;
