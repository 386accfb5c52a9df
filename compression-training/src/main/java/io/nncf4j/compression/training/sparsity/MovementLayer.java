package io.nncf4j.compression.training.sparsity;

import org.jspecify.annotations.Nullable;

/**
 * A linear layer whose weights are kept by learned importance.
 *
 * @param node name of the node
 * @param inputDimension dimension of the weight over which the layer sums; the other holds outputs
 * @param bias with a score for each row of scores of the weight; null without one
 */
record MovementLayer(
    String node, int inputDimension, ScoredConstant weight, @Nullable ScoredConstant bias) {}
