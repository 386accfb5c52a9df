package io.nncf4j.core.operator;

import io.nncf4j.core.graph.Dimension;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.symbolic.SymbolicInteger;
import io.nncf4j.core.tensor.DataType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Pooling over windows and over whole images. Images are N, C, spatial axes. */
final class PoolingOperators {
  private PoolingOperators() {}

  static List<OperatorSchema> schemas() {
    Family family = new Family("Pooling");
    String window =
        "auto_pad:string=NOTSET, ceil_mode:int=0, dilations:ints, kernel_shape:ints!,"
            + " pads:ints, strides:ints";
    family
        .onnx("AveragePool", "X:T -> Y:T", "T=float|byte")
        .attributes(window + ", count_include_pad:int=0")
        .cost(PoolingOperators::perWindow)
        .shape(PoolingOperators::pooled);
    family
        .onnx("MaxPool", "X:T -> Y:T, Indices?:int64", "T=float|byte")
        .attributes(window + ", storage_order:int=0")
        .cost(PoolingOperators::perWindow)
        .infer(
            context -> {
              Shape shape = pooled(context);
              return List.of(new TensorType(null, shape), new TensorType(DataType.INT64, shape));
            });
    family
        .onnx("LpPool", "X:T -> Y:T", "T=float")
        .attributes(window + ", p:int=2")
        .cost(PoolingOperators::perWindow)
        .shape(PoolingOperators::pooled);
    family
        .onnx("GlobalAveragePool", "X:T -> Y:T", "T=float")
        .cost(Costs.PER_INPUT)
        .shape(context -> global(context.shape(0), true));
    family
        .onnx("GlobalMaxPool", "X:T -> Y:T", "T=float")
        .cost(Costs.PER_INPUT)
        .shape(context -> global(context.shape(0), true));
    family
        .onnx("GlobalLpPool", "X:T -> Y:T", "T=float")
        .attributes("p:int=2")
        .cost(Costs.PER_INPUT)
        .shape(context -> global(context.shape(0), true));
    family
        .onnx("MaxRoiPool", "X:T, rois:T -> Y:T", "T=float")
        .attributes("pooled_shape:ints!, spatial_scale:float=1.0")
        .shape(PoolingOperators::regions);
    family
        .onnx("MaxUnpool", "X:T1, I:int64, output_shape?:int64 -> output:T1", "T1=float")
        .attributes("kernel_shape:ints!, pads:ints, strides:ints")
        .shape(PoolingOperators::unpooled);
    family
        .microsoft(
            "QLinearAveragePool",
            "X:T, x_scale:float32, x_zero_point?:T, y_scale:float32, y_zero_point?:T -> Y:T",
            "T=byte")
        .attributes(window + ", count_include_pad:int=0, channels_last:int=0")
        .cost(PoolingOperators::perWindow)
        .shape(
            context ->
                context.node().intAttribute("channels_last", 0) == 0 ? pooled(context) : null);
    family
        .microsoft(
            "QLinearGlobalAveragePool",
            "X:T, x_scale:float32, x_zero_point:T, y_scale:float32, y_zero_point:T -> Y:T",
            "T=byte")
        .attributes("channels_last:int=0")
        .cost(Costs.PER_INPUT)
        .shape(
            context ->
                global(context.shape(0), context.node().intAttribute("channels_last", 0) == 0));
    return family.schemas();
  }

  /** One operation for each element of every window. */
  private static long perWindow(
      Node node, List<@Nullable Shape> inputs, List<@Nullable Shape> outputs) {
    return Costs.product(
        Costs.product(node.intsAttribute("kernel_shape")), Costs.elements(Costs.at(outputs, 0)));
  }

  private static @Nullable Shape pooled(InferenceContext context) {
    Shape image = context.shape(0);
    Axes.requireRankAtLeast(image, 3, "the input");
    if (image == null) {
      return null;
    }
    List<Dimension> dimensions = new ArrayList<>(image.dimensions().subList(0, 2));
    Window window = Window.of(context, image.rank() - 2, null);
    dimensions.addAll(window.slide(image, context.node().intAttribute("ceil_mode", 0) != 0));
    return new Shape(dimensions);
  }

  private static @Nullable Shape global(@Nullable Shape image, boolean channelsFirst) {
    if (image == null) {
      return null;
    }
    Axes.requireRankAtLeast(image, 2, "the input");
    Shape pooled = image;
    int first = channelsFirst ? 2 : 1;
    int last = channelsFirst ? image.rank() : image.rank() - 1;
    for (int axis = first; axis < last; axis++) {
      pooled = pooled.with(axis, Dimension.of(1));
    }
    return pooled;
  }

  private static Shape regions(InferenceContext context) {
    Shape image = context.shape(0);
    Shape regions = context.shape(1);
    long[] pooled = context.perAxis("pooled_shape", 2, 1);
    return Shape.of(
        regions == null || regions.rank() == 0 ? Dimension.UNKNOWN : regions.get(0),
        image == null || image.rank() < 2 ? Dimension.UNKNOWN : image.get(1),
        Dimension.of(pooled[0]),
        Dimension.of(pooled[1]));
  }

  private static @Nullable Shape unpooled(InferenceContext context) {
    if (context.hasInput(2)) {
      return Targets.shape(context, 2);
    }
    Shape image = context.shape(0);
    if (image == null) {
      return null;
    }
    Axes.requireRankAtLeast(image, 3, "the input");
    Window window = Window.of(context, image.rank() - 2, null);
    Shape unpooled = image;
    for (int axis = 2; axis < image.rank(); axis++) {
      SymbolicInteger length = window.spread(Axes.length(image, axis), axis - 2);
      unpooled = unpooled.with(axis, length.toDimension());
    }
    return unpooled;
  }
}
