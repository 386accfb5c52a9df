package io.nncf4j.formats.openvino.write;

import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.tensor.DataType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Convolutions and pooling. */
final class WindowNodes {
  private WindowNodes() {}

  static void addTo(Map<String, NodeRule> rules) {
    rules.put("Conv", WindowNodes::convolution);
    rules.put("ConvTranspose", WindowNodes::backward);
    rules.put("DeformConv", WindowNodes::deformable);
    rules.put("MaxPool", WindowNodes::maximum);
    rules.put("AveragePool", WindowNodes::average);
    rules.put("GlobalAveragePool", node -> global(node, "ReduceMean"));
    rules.put("GlobalMaxPool", node -> global(node, "ReduceMax"));
  }

  private static Map<String, String> window(Node node, int spatial) {
    long[] ones = new long[spatial];
    Arrays.fill(ones, 1);
    Map<String, String> data = new HashMap<>();
    data.put("strides", NodeContext.list(node.intsAttribute("strides", ones)));
    data.put("dilations", NodeContext.list(node.intsAttribute("dilations", ones)));
    pads(data, node.intsAttribute("pads", new long[2 * spatial]));
    data.put("auto_pad", automatic(node));
    return data;
  }

  private static String automatic(Node node) {
    String mode = node.stringAttribute("auto_pad", "NOTSET");
    return mode.equals("NOTSET") ? "explicit" : mode.toLowerCase(Locale.ROOT);
  }

  private static void pads(Map<String, String> data, long[] pads) {
    int spatial = pads.length / 2;
    data.put("pads_begin", NodeContext.list(Arrays.copyOf(pads, spatial)));
    data.put("pads_end", NodeContext.list(Arrays.copyOfRange(pads, spatial, 2 * spatial)));
  }

  private static void convolution(NodeContext node) {
    long group = node.node().intAttribute("group", 1);
    int spatial = spatial(node);
    Map<String, String> data = window(node.node(), spatial);
    Out weights = node.input(1);
    if (group > 1) {
      long[] shape = node.lengths(1);
      long[] grouped = new long[shape.length + 1];
      grouped[0] = group;
      grouped[1] = shape[0] / group;
      System.arraycopy(shape, 1, grouped, 2, shape.length - 1);
      weights = StoredWeights.reshaped(node, 1, grouped);
    }
    String type = group > 1 ? "GroupConvolution" : "Convolution";
    finishWithBias(node, type, data, weights);
  }

  /** Dimensions that the window moves along. */
  private static int spatial(NodeContext node) {
    int rank = node.rank(0);
    if (rank < 3 || rank != node.rank(1)) {
      throw new InexpressibleNodeException(
          "its input has "
              + rank
              + " dimensions and its weights "
              + node.rank(1)
              + "; OpenVINO wants the same number of both, at least 3");
    }
    return rank - 2;
  }

  private static void finishWithBias(
      NodeContext node, String type, Map<String, String> data, Out weights) {
    if (!node.hasInput(2)) {
      node.finish(type, 1, data, node.input(0), weights);
      return;
    }
    Out product = node.emit(type, 1, data, node.outputType(0), node.input(0), weights);
    long[] shape = new long[node.rank(0)];
    Arrays.fill(shape, 1);
    shape[1] = node.lengths(2)[0];
    node.finishBinary("Add", product, StoredWeights.reshaped(node, 2, shape));
  }

  private static void backward(NodeContext node) {
    long group = node.node().intAttribute("group", 1);
    int spatial = spatial(node);
    Map<String, String> data = window(node.node(), spatial);
    long[] extra = node.node().intsAttribute("output_padding", new long[spatial]);
    long[] wanted = node.node().intsAttributeOrNull("output_shape");
    boolean automatic = automatic(node.node()).startsWith("same");
    if (wanted != null || automatic) {
      pads(data, fitting(node, extra, spatial));
      data.put("auto_pad", "explicit");
    }
    data.put("output_padding", NodeContext.list(extra));
    Out weights = node.input(1);
    if (group > 1) {
      long[] shape = node.lengths(1);
      long[] grouped = new long[shape.length + 1];
      grouped[0] = group;
      grouped[1] = shape[0] / group;
      System.arraycopy(shape, 1, grouped, 2, shape.length - 1);
      weights = StoredWeights.reshaped(node, 1, grouped);
    }
    String type = group > 1 ? "GroupConvolutionBackpropData" : "ConvolutionBackpropData";
    finishWithBias(node, type, data, weights);
  }

  /** Padding that gives the lengths that shape inference found. */
  private static long[] fitting(NodeContext node, long[] extra, int spatial) {
    Shape output = node.outputType(0).shape();
    long[] input = node.lengths(0);
    if (output == null || !output.isStatic()) {
      throw new InexpressibleNodeException("the shape of its output is not known");
    }
    long[] target = output.toArray();
    long[] weights = node.lengths(1);
    long[] ones = new long[spatial];
    Arrays.fill(ones, 1);
    long[] strides = node.node().intsAttribute("strides", ones);
    long[] dilations = node.node().intsAttribute("dilations", ones);
    boolean upper = automatic(node.node()).equals("same_upper");
    long[] pads = new long[2 * spatial];
    for (int axis = 0; axis < spatial; axis++) {
      long full =
          strides[axis] * (input[axis + 2] - 1)
              + extra[axis]
              + (weights[axis + 2] - 1) * dilations[axis]
              + 1;
      long total = full - target[axis + 2];
      if (total < 0) {
        extra[axis] -= total;
        total = 0;
      }
      long begin = upper ? total / 2 : total - total / 2;
      pads[axis] = begin;
      pads[axis + spatial] = total - begin;
    }
    return pads;
  }

  private static void deformable(NodeContext node) {
    if (node.hasInput(3)) {
      throw new InexpressibleNodeException("it adds a bias");
    }
    Map<String, String> data = window(node.node(), node.rank(1) - 2);
    data.put("group", Long.toString(node.node().intAttribute("group", 1)));
    data.put("deformable_group", Long.toString(node.node().intAttribute("offset_group", 1)));
    List<Out> read = new ArrayList<>(List.of(node.input(0), node.input(2), node.input(1)));
    if (node.hasInput(4)) {
      read.add(node.input(4));
    }
    node.finish("DeformableConvolution", 8, data, read);
  }

  private static Map<String, String> pooling(NodeContext node) {
    long[] kernel = node.node().intsAttribute("kernel_shape");
    Map<String, String> data = window(node.node(), kernel.length);
    data.put("kernel", NodeContext.list(kernel));
    boolean ceil = node.node().intAttribute("ceil_mode", 0) != 0;
    data.put("rounding_type", ceil ? "ceil" : "floor");
    if (ceil && !fits(node, kernel)) {
      throw new InexpressibleNodeException(
          "its last window would begin in the padding, which OpenVINO rounds up otherwise");
    }
    return data;
  }

  /** Whether rounding up as OpenVINO does gives the lengths that ONNX gives. */
  private static boolean fits(NodeContext node, long[] kernel) {
    Shape input = node.type(0).shape();
    Shape output = node.outputType(0).shape();
    if (input == null || output == null) {
      return true;
    }
    int spatial = kernel.length;
    long[] ones = new long[spatial];
    Arrays.fill(ones, 1);
    long[] strides = node.node().intsAttribute("strides", ones);
    long[] dilations = node.node().intsAttribute("dilations", ones);
    long[] pads = node.node().intsAttribute("pads", new long[2 * spatial]);
    for (int axis = 0; axis < spatial; axis++) {
      long length = input.get(axis + 2).lengthOrMinusOne();
      long found = output.get(axis + 2).lengthOrMinusOne();
      long space =
          length + pads[axis] + pads[axis + spatial] - (kernel[axis] - 1) * dilations[axis] - 1;
      long expected = Math.floorDiv(space + strides[axis] - 1, strides[axis]) + 1;
      if (length >= 0 && found >= 0 && expected != found) {
        return false;
      }
    }
    return true;
  }

  private static boolean isDilated(Map<String, String> data) {
    return !data.getOrDefault("dilations", "1").matches("1(,1)*");
  }

  private static void maximum(NodeContext node) {
    Map<String, String> data = pooling(node);
    boolean dilated = isDilated(data);
    if (!dilated && !node.isWanted(1)) {
      data.remove("dilations");
      node.finish("MaxPool", 1, data, node.input(0));
      return;
    }
    if (node.node().intAttribute("storage_order", 0) != 0) {
      throw new InexpressibleNodeException("its indices are column-major");
    }
    data.put("axis", "0");
    data.put("index_element_type", "i64");
    TensorType type = node.outputType(0);
    List<Out> both =
        node.emitAll(
            "MaxPool", 8, data, List.of(type, type.withDataType(DataType.INT64)), node.input(0));
    node.bind(0, both.get(0));
    node.bind(1, both.get(1));
  }

  private static void average(NodeContext node) {
    Map<String, String> data = pooling(node);
    if (isDilated(data)) {
      throw new InexpressibleNodeException("its windows are dilated");
    }
    data.remove("dilations");
    boolean counts = node.node().intAttribute("count_include_pad", 0) != 0;
    if (counts && "ceil".equals(data.get("rounding_type"))) {
      throw new InexpressibleNodeException("it counts padding and rounds up");
    }
    data.put("exclude-pad", NodeContext.flag(!counts));
    node.finish("AvgPool", 1, data, node.input(0));
  }

  private static void global(NodeContext node, String type) {
    int rank = node.rank(0);
    long[] axes = java.util.stream.LongStream.range(2, rank).toArray();
    node.finish(type, 1, Map.of("keep_dims", "true"), node.input(0), node.ints(axes));
  }
}
