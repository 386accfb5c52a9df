/**
 * How the share of pruned filters grows over epochs.
 *
 * <p>Read first: {@link io.nncf4j.compression.pruning.schedule.PruningSchedule}. Must not know
 * graphs.
 */
@NullMarked
package io.nncf4j.compression.pruning.schedule;

import org.jspecify.annotations.NullMarked;
