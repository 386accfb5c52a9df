package io.nncf4j.formats.tensorflow.translate;

import io.nncf4j.core.graph.Attributes;

/** TensorFlow's padding of windows as attributes of ONNX. */
final class Padding {
  private Padding() {}

  static Attributes add(
      NodeContext node,
      Attributes attributes,
      String input,
      long[] kernel,
      long[] strides,
      long[] dilations) {
    int spatial = kernel.length;
    String mode = node.node.text("padding", "VALID");
    switch (mode) {
      case "VALID":
        return attributes;
      case "EXPLICIT":
        return attributes.with("pads", explicit(node, spatial));
      case "SAME":
        break;
      default:
        throw new InexpressibleNodeException("its padding is " + mode);
    }
    long[] pads = new long[2 * spatial];
    for (int axis = 0; axis < spatial; axis++) {
      long length = node.length(input, axis + 2);
      long extent = (kernel[axis] - 1) * dilations[axis] + 1;
      if (strides[axis] < 1) {
        throw new InexpressibleNodeException("it has a stride of " + strides[axis]);
      }
      if (length < 0 && strides[axis] > 1) {
        return attributes.with("auto_pad", "SAME_UPPER");
      }
      long windows = length < 0 ? 1 : (length + strides[axis] - 1) / strides[axis];
      long total =
          length < 0 ? extent - 1 : Math.max(0, (windows - 1) * strides[axis] + extent - length);
      pads[axis] = total / 2;
      pads[axis + spatial] = total - total / 2;
    }
    return attributes.with("pads", pads);
  }

  private static long[] explicit(NodeContext node, int spatial) {
    long[] given = node.node.numbers("explicit_paddings");
    if (given.length != 2 * spatial + 4) {
      throw new InexpressibleNodeException("it names " + given.length + " paddings");
    }
    int first = node.isChannelsFirst() ? 2 : 1;
    long[] pads = new long[2 * spatial];
    for (int axis = 0; axis < spatial; axis++) {
      pads[axis] = given[2 * (axis + first)];
      pads[axis + spatial] = given[2 * (axis + first) + 1];
    }
    return pads;
  }
}
