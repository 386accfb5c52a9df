/**
 * The graph executed on libtorch, with gradients: compiled once into a list of direct calls, each
 * value released at its last use.
 *
 * <p>Read first: {@link io.nncf4j.engines.libtorch.LibtorchEngine}, {@link
 * io.nncf4j.engines.libtorch.TrainingSession}, then {@link
 * io.nncf4j.engines.libtorch.GraphCompiler}. Must not depend on a format, nor on compression.
 */
@NullMarked
package io.nncf4j.engines.libtorch;

import org.jspecify.annotations.NullMarked;
