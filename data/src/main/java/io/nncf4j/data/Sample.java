package io.nncf4j.data;

import io.nncf4j.core.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * One element of a data set, ready for a model.
 *
 * @param index position in the source that it comes from, whatever view it was seen through
 * @param name what people call it: a file name, or the index where there is no file
 * @param input the model's input without batch dimension, such as float32[3,224,224]
 * @param target what is known to be true of it
 * @param placement where the original picture stands in the input; null for anything but pictures
 */
public record Sample(
    int index, String name, Tensor input, Target target, @Nullable Placement placement) {}
