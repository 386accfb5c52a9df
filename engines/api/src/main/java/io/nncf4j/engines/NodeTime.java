package io.nncf4j.engines;

/**
 * What one node of a compiled model takes.
 *
 * @param node name of the node as the runtime knows it: that of the model's node, or one made of
 *     the names of fused nodes
 * @param operator operator that the runtime runs, which may be a fused or integer one
 * @param medianNanos median duration over the runs
 * @param outputBytes size of all outputs together, 0 when not known
 */
public record NodeTime(String node, String operator, double medianNanos, long outputBytes) {}
