/**
 * PyTorch's operators in terms of ONNX's: one rule for each, by PyTorch's names of its arguments.
 * Exported programs and TorchScript share them.
 *
 * <p>Read first: {@link io.nncf4j.formats.pytorch.aten.AtenRules}, {@link
 * io.nncf4j.formats.pytorch.aten.AtenCall}. Must not know files.
 */
@NullMarked
package io.nncf4j.formats.pytorch.aten;

import org.jspecify.annotations.NullMarked;
