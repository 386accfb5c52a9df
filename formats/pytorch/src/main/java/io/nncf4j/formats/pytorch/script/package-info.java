/**
 * TorchScript archives, read without running them: their code is parsed and followed once, with
 * tensors as values of a graph. Conditions and loops must depend on numbers that are known.
 *
 * <p>Read first: {@link io.nncf4j.formats.pytorch.script.ScriptArchive}, {@link
 * io.nncf4j.formats.pytorch.script.ScriptInterpreter}. Must not know exported programs.
 */
@NullMarked
package io.nncf4j.formats.pytorch.script;

import org.jspecify.annotations.NullMarked;
