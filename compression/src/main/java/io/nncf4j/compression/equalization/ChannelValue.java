package io.nncf4j.compression.equalization;

/**
 * A value and the axis of its channels.
 *
 * @param value name of the value
 * @param axis not negative
 */
public record ChannelValue(String value, int axis) {}
