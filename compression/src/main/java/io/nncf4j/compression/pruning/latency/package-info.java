/**
 * What layers of other sizes would take on this machine, measured.
 *
 * <p>Read first: {@link io.nncf4j.compression.pruning.latency.LatencyTable}. Must not choose
 * channels.
 */
@NullMarked
package io.nncf4j.compression.pruning.latency;

import org.jspecify.annotations.NullMarked;
