package io.nncf4j.compression.pruning.channel;

/**
 * One index of one dimension of a constant or of a layer's weight that is computed from constants,
 * such as a filter.
 *
 * @param constant where the tensor is read
 * @param dimension its dimension
 * @param index index along it
 */
public record ChannelSlice(Place constant, int dimension, int index) {}
