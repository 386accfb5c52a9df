/**
 * Reads pickles as data: what a pickle would call is kept as a value that names it, and called by
 * nobody. Opcodes and names that models do not need are refused by name.
 *
 * <p>Read first: {@link io.nncf4j.formats.pytorch.pickle.Unpickler}. Must not know tensors or
 * files.
 */
@NullMarked
package io.nncf4j.formats.pytorch.pickle;

import org.jspecify.annotations.NullMarked;
