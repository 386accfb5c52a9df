/**
 * Archives of {@code torch.export.save}: the graph as JSON, schema 8, with weights beside it.
 *
 * <p>Read first: {@link io.nncf4j.formats.pytorch.export.ExportedProgram}. Must not know
 * TorchScript.
 */
@NullMarked
package io.nncf4j.formats.pytorch.export;

import org.jspecify.annotations.NullMarked;
