/**
 * Which units of which groups go: by level, by arithmetic or by latency, uniform in all groups or
 * by one ranking.
 *
 * <p>Read first: {@link io.nncf4j.compression.pruning.selection.UnitSelector}. Must not change
 * models.
 */
@NullMarked
package io.nncf4j.compression.pruning.selection;

import org.jspecify.annotations.NullMarked;
