/**
 * Which channels of a network can only be removed together, found from the graph itself, and their
 * removal: smaller tensors in a graph that computes what the masked one would.
 *
 * <p>Read first: {@link io.nncf4j.compression.pruning.channel.ChannelAnalysis}. Must not know how
 * channels are chosen.
 */
@NullMarked
package io.nncf4j.compression.pruning.channel;

import org.jspecify.annotations.NullMarked;
