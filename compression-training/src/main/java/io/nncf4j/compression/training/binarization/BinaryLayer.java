package io.nncf4j.compression.training.binarization;

/**
 * A convolution of which weight and input have one bit.
 *
 * @param layer name of the convolution
 * @param weight name of the constant
 * @param ofWeight node that makes one bit of the weight
 * @param ofInput node that makes one bit of the input
 */
record BinaryLayer(String layer, String weight, String ofWeight, String ofInput) {}
