/**
 * The verb {@code prune}: removes filters of a model file without training.
 *
 * <p>Read first: {@link io.nncf4j.cli.prune.PruneCommand}. Must not do more than read options: the
 * work is {@code cli.run}'s.
 */
@NullMarked
package io.nncf4j.cli.prune;

import org.jspecify.annotations.NullMarked;
