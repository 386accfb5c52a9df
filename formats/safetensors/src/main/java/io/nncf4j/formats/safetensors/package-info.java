/**
 * The Safetensors format: named tensors and a few texts in one file. Reading checks every length
 * and offset before it touches the data.
 *
 * <p>Read first: {@link io.nncf4j.formats.safetensors.Safetensors}. Must not depend on other
 * formats, engines or training.
 */
@NullMarked
package io.nncf4j.formats.safetensors;

import org.jspecify.annotations.NullMarked;
