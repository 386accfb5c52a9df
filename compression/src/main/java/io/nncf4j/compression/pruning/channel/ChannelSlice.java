package io.nncf4j.compression.pruning.channel;

/**
 * One index of one dimension of a constant, such as a filter of a weight.
 *
 * @param constant where the constant is read
 * @param dimension dimension of the constant
 * @param index index along it
 */
public record ChannelSlice(Place constant, int dimension, int index) {}
