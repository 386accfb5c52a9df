/**
 * The files that {@code torch.save} writes, zip archives and the older format, as tensors and plain
 * values. Lengths, offsets and names are checked before anything is made of them.
 *
 * <p>Read first: {@link io.nncf4j.formats.pytorch.archive.TorchFile}. Must not know graphs.
 */
@NullMarked
package io.nncf4j.formats.pytorch.archive;

import org.jspecify.annotations.NullMarked;
