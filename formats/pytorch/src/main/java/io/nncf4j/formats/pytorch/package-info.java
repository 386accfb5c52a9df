/**
 * Reads models and weights of PyTorch: exported programs ({@code .pt2}), TorchScript archives and
 * state dictionaries. Nothing in a file is executed.
 *
 * <p>Read first: {@link io.nncf4j.formats.pytorch.PyTorchReader}, then {@link
 * io.nncf4j.formats.pytorch.StateDictionary}. Must not know engines or other formats.
 */
@NullMarked
package io.nncf4j.formats.pytorch;

import org.jspecify.annotations.NullMarked;
