package io.nncf4j.core.operator;

import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Dimension;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.symbolic.SymbolicInteger;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Convolutions, transposed and deformable ones too. Images are N, C, spatial axes. */
final class ConvolutionOperators {
  private static final String WINDOW =
      "auto_pad:string=NOTSET, dilations:ints, group:int=1, kernel_shape:ints, pads:ints,"
          + " strides:ints";

  private ConvolutionOperators() {}

  static List<OperatorSchema> schemas() {
    Family family = new Family("Convolution");
    family
        .onnx("Conv", "X:T, W:T, B?:T -> Y:T", "T=float")
        .attributes(WINDOW)
        .cost((node, inputs, outputs) -> convolution(Costs.at(inputs, 1), Costs.at(outputs, 0)))
        .shape(context -> convolution(context, 1));
    family
        .onnx(
            "ConvInteger",
            "x:T1, w:T2, x_zero_point?:T1, w_zero_point?:T2 -> y:int32",
            "T1=byte; T2=byte")
        .attributes(WINDOW)
        .cost((node, inputs, outputs) -> convolution(Costs.at(inputs, 1), Costs.at(outputs, 0)))
        .shape(context -> convolution(context, 1));
    family
        .onnx(
            "QLinearConv",
            "x:T1, x_scale:float32, x_zero_point:T1, w:T2, w_scale:float32, w_zero_point:T2,"
                + " y_scale:float32, y_zero_point:T3, B?:int32 -> y:T3",
            "T1=byte; T2=byte; T3=byte")
        .attributes(WINDOW)
        .cost((node, inputs, outputs) -> convolution(Costs.at(inputs, 3), Costs.at(outputs, 0)))
        .shape(context -> convolution(context, 3));
    family
        .onnx("ConvTranspose", "X:T, W:T, B?:T -> Y:T", "T=float")
        .attributes(WINDOW + ", output_padding:ints, output_shape:ints")
        .cost((node, inputs, outputs) -> convolution(Costs.at(inputs, 1), Costs.at(inputs, 0)))
        .shape(ConvolutionOperators::transposed);
    family
        .onnx("DeformConv", "X:T, W:T, offset:T, B?:T, mask?:T -> Y:T", "T=float")
        .attributes(
            "dilations:ints, group:int=1, kernel_shape:ints, offset_group:int=1, pads:ints,"
                + " strides:ints")
        .cost((node, inputs, outputs) -> convolution(Costs.at(inputs, 1), Costs.at(outputs, 0)))
        .shape(context -> convolution(context, 1));
    family
        .microsoft("FusedConv", "X:T, W:T, B?:T, Z?:T -> Y:T", "T=float")
        .attributes(WINDOW + ", activation:string, activation_params:floats")
        .cost((node, inputs, outputs) -> convolution(Costs.at(inputs, 1), Costs.at(outputs, 0)))
        .shape(context -> convolution(context, 1));
    return family.schemas();
  }

  /**
   * {@code 2 * prod(kernel) * in/groups * elements(Y)}, a bias is not counted; for a transposed
   * convolution the elements of X count, because each of them is spread by the kernel.
   */
  private static long convolution(@Nullable Shape weight, @Nullable Shape swept) {
    if (weight == null || swept == null || !weight.isStatic() || weight.rank() < 2) {
      return Costs.UNKNOWN;
    }
    long[] lengths = weight.toArray();
    long each = 2 * lengths[1];
    for (int axis = 2; axis < lengths.length; axis++) {
      each = Costs.product(each, lengths[axis]);
    }
    return Costs.product(each, Costs.elements(swept));
  }

  private static @Nullable Shape convolution(InferenceContext context, int weightInput) {
    Shape image = context.shape(0);
    Shape weight = context.shape(weightInput);
    Axes.requireRankAtLeast(image, 3, "the input");
    Axes.requireRankAtLeast(weight, 3, "the weight");
    if (image == null) {
      return weight == null ? null : Axes.unknown(weight.rank()).with(1, weight.get(0));
    }
    Axes.requireRank(weight, image.rank(), "the weight of a convolution over " + image);
    List<Dimension> dimensions = new ArrayList<>();
    dimensions.add(image.get(0));
    dimensions.add(weight == null ? Dimension.UNKNOWN : weight.get(0));
    if (weight != null) {
      checkChannels(context.node(), image, weight);
    }
    Window window = Window.of(context, image.rank() - 2, weight);
    dimensions.addAll(window.slide(image, false));
    return new Shape(dimensions);
  }

  private static void checkChannels(Node node, Shape image, Shape weight) {
    long groups = groups(node);
    Dimension expected = Axes.length(weight, 1).times(groups).toDimension();
    if (expected.isKnown() && image.get(1).isKnown() && !expected.equals(image.get(1))) {
      throw new InputException(
          "the weight "
              + weight
              + " in "
              + groups
              + " groups takes "
              + expected
              + " channels, and the input has "
              + image.get(1));
    }
  }

  private static long groups(Node node) {
    long groups = node.intAttribute("group", 1);
    if (groups < 1) {
      throw new InputException("attribute group should be 1 or more, found " + groups);
    }
    return groups;
  }

  private static @Nullable Shape transposed(InferenceContext context) {
    Shape image = context.shape(0);
    Shape weight = context.shape(1);
    Axes.requireRankAtLeast(image, 3, "the input");
    Axes.requireRankAtLeast(weight, 3, "the weight");
    if (image == null) {
      return weight == null ? null : Axes.unknown(weight.rank());
    }
    Axes.requireRank(weight, image.rank(), "the weight of a convolution over " + image);
    int spatial = image.rank() - 2;
    List<Dimension> dimensions = new ArrayList<>();
    dimensions.add(image.get(0));
    dimensions.add(
        weight == null
            ? Dimension.UNKNOWN
            : Axes.length(weight, 1).times(groups(context.node())).toDimension());
    long[] given = context.node().intsAttributeOrNull("output_shape");
    if (given != null && given.length != spatial && given.length != image.rank()) {
      throw new InputException("attribute output_shape does not fit the input " + image);
    }
    Window window = Window.of(context, spatial, weight);
    long[] more = context.perAxis("output_padding", spatial, 0);
    for (int axis = 0; axis < spatial; axis++) {
      SymbolicInteger length = Axes.length(image, axis + 2);
      dimensions.add(
          given != null
              ? Dimension.of(given[given.length - spatial + axis])
              : window.spread(length, axis).plus(more[axis]).toDimension());
    }
    return new Shape(dimensions);
  }
}
