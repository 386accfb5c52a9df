package io.nncf4j.core.operator;

import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Dimension;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.symbolic.SymbolicInteger;
import io.nncf4j.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Resizing, sampling and rearranging of images. */
final class ImageOperators {
  private ImageOperators() {}

  static List<OperatorSchema> schemas() {
    Family family = new Family("Image");
    family
        .onnx("Resize", "X:T1, roi?:T2, scales?:float32, sizes?:int64 -> Y:T1", "T1=any; T2=float")
        .attributes(
            "antialias:int=0, axes:ints,"
                + " coordinate_transformation_mode:string=half_pixel, cubic_coeff_a:float=-0.75,"
                + " exclude_outside:int=0, extrapolation_value:float=0.0,"
                + " keep_aspect_ratio_policy:string=stretch, mode:string=nearest,"
                + " nearest_mode:string=round_prefer_floor")
        .cost(ImageOperators::interpolation)
        .shape(ImageOperators::resize);
    family
        .onnx("Upsample", "X:T, scales:float32 -> Y:T", "T=any")
        .attributes("mode:string=nearest")
        .cost(ImageOperators::interpolation)
        .shape(
            context ->
                context.shape(0) == null ? null : scaled(context, context.shape(0), 1, null));
    family
        .onnx("GridSample", "X:T1, grid:T2 -> Y:T1", "T1=any; T2=float")
        .attributes("align_corners:int=0, mode:string=linear, padding_mode:string=zeros")
        .cost(ImageOperators::interpolation)
        .shape(ImageOperators::sampled);
    family
        .onnx("AffineGrid", "theta:T1, size:int64 -> grid:T1", "T1=float")
        .attributes("align_corners:int=0")
        .shape(ImageOperators::affine);
    family
        .onnx("DepthToSpace", "input:T -> output:T", "T=any")
        .attributes("blocksize:int!, mode:string=DCR")
        .shape(context -> blocks(context, true));
    family
        .onnx("SpaceToDepth", "input:T -> output:T", "T=any")
        .attributes("blocksize:int!")
        .shape(context -> blocks(context, false));
    family
        .onnx("Col2Im", "input:T, image_shape:int64, block_shape:int64 -> output:T", "T=any")
        .attributes("dilations:ints, pads:ints, strides:ints")
        .shape(ImageOperators::assembled);
    return family.schemas();
  }

  /** Linear interpolation reads two neighbours for each spatial axis, cubic four; nearest none. */
  private static long interpolation(
      Node node, List<@Nullable Shape> inputs, List<@Nullable Shape> outputs) {
    Shape output = Costs.at(outputs, 0);
    long taps =
        switch (node.stringAttribute("mode", "nearest")) {
          case "nearest" -> 0;
          case "cubic" -> 8;
          default -> 4;
        };
    int axes = output == null ? 0 : Math.max(0, output.rank() - 2);
    return Costs.product(taps * axes, Costs.elements(output));
  }

  private static @Nullable Shape resize(InferenceContext context) {
    Shape shape = context.shape(0);
    if (shape == null) {
      return null;
    }
    long[] axes = context.node().intsAttributeOrNull("axes");
    if (axes != null) {
      Axes.normalize(axes, shape.rank());
    }
    return context.hasInput(3) ? resized(context, shape, axes) : scaled(context, shape, 2, axes);
  }

  private static Shape resized(InferenceContext context, Shape shape, long @Nullable [] axes) {
    List<SymbolicInteger> sizes = context.integers(3);
    int count = axes == null ? shape.rank() : axes.length;
    if (sizes != null && sizes.size() != count) {
      throw new InputException("the sizes " + sizes + " do not fit " + count + " axes of " + shape);
    }
    String policy = context.node().stringAttribute("keep_aspect_ratio_policy", "stretch");
    double common = policy.equals("stretch") ? 0 : commonScale(shape, sizes, axes, policy);
    Shape resized = shape;
    for (int index = 0; index < count; index++) {
      int axis = axis(axes, index, shape.rank());
      Dimension length = Dimension.UNKNOWN;
      if (policy.equals("stretch")) {
        length = sizes == null ? Dimension.UNKNOWN : sizes.get(index).toDimension();
      } else if (common > 0) {
        long rounded = (long) Math.floor(common * shape.get(axis).lengthOrMinusOne() + 0.5);
        length = Dimension.of(rounded);
      }
      resized = resized.with(axis, length);
    }
    return resized;
  }

  /** The scale that keeps the aspect ratio, 0 when it is not known. */
  private static double commonScale(
      Shape shape, @Nullable List<SymbolicInteger> sizes, long @Nullable [] axes, String policy) {
    boolean notLarger = policy.equals("not_larger");
    double scale = notLarger ? Double.MAX_VALUE : 0;
    for (int index = 0; sizes != null && index < sizes.size(); index++) {
      Dimension length = shape.get(axis(axes, index, shape.rank()));
      if (!length.isKnown() || length.lengthOrMinusOne() == 0 || !sizes.get(index).isConstant()) {
        return 0;
      }
      double here = (double) sizes.get(index).constant() / length.lengthOrMinusOne();
      scale = notLarger ? Math.min(scale, here) : Math.max(scale, here);
    }
    return sizes == null || scale == Double.MAX_VALUE ? 0 : scale;
  }

  private static Shape scaled(
      InferenceContext context, Shape shape, int scalesInput, long @Nullable [] axes) {
    Tensor scales = context.constant(scalesInput);
    int count = axes == null ? shape.rank() : axes.length;
    if (scales != null && scales.size() != count) {
      throw new InputException(
          "there are " + scales.size() + " scales for " + count + " axes of " + shape);
    }
    Shape scaled = shape;
    for (int index = 0; index < count; index++) {
      int axis = axis(axes, index, shape.rank());
      SymbolicInteger length =
          scales == null
              ? SymbolicInteger.UNKNOWN
              : scaled(Axes.length(shape, axis), scales.floatAt(index));
      scaled = scaled.with(axis, length.toDimension());
    }
    return scaled;
  }

  /** {@code floor(length * scale)}. */
  private static SymbolicInteger scaled(SymbolicInteger length, float scale) {
    if (!(scale > 0) || Float.isInfinite(scale)) {
      throw new InputException("a scale should be above 0, found " + scale);
    }
    if (length.isConstant()) {
      // The product is rounded to float, as runtimes do.
      return SymbolicInteger.of((long) Math.floor((float) length.constant() * scale));
    }
    for (int denominator = 1; denominator <= 16; denominator++) {
      float numerator = scale * denominator;
      if (numerator == Math.rint(numerator)) {
        return length.times((long) numerator).floorDivide(denominator);
      }
    }
    return SymbolicInteger.UNKNOWN;
  }

  private static int axis(long @Nullable [] axes, int index, int rank) {
    return axes == null ? index : Axes.normalize(axes[index], rank);
  }

  private static @Nullable Shape sampled(InferenceContext context) {
    Shape image = context.shape(0);
    Shape grid = context.shape(1);
    if (image == null || grid == null) {
      Shape known = image == null ? grid : image;
      return known == null ? null : Axes.unknown(known.rank());
    }
    Axes.requireRankAtLeast(image, 3, "the input");
    Axes.requireRank(grid, image.rank(), "the grid over " + image);
    List<Dimension> dimensions = new ArrayList<>();
    dimensions.add(Axes.same(image.get(0), grid.get(0), "batches of image and grid"));
    dimensions.add(image.get(1));
    dimensions.addAll(grid.dimensions().subList(1, grid.rank() - 1));
    return new Shape(dimensions);
  }

  private static @Nullable Shape affine(InferenceContext context) {
    List<SymbolicInteger> size = context.integers(1);
    if (size == null || size.size() < 3) {
      return null;
    }
    List<SymbolicInteger> lengths = new ArrayList<>(size);
    lengths.remove(1);
    lengths.add(SymbolicInteger.of(size.size() - 2L));
    return Axes.shape(lengths);
  }

  private static @Nullable Shape blocks(InferenceContext context, boolean toSpace) {
    Shape shape = context.shape(0);
    Axes.requireRank(shape, 4, "the input");
    long block = context.node().intAttribute("blocksize", 0);
    if (block < 1 || block > 1 << 20) {
      throw new InputException("attribute blocksize should be 1 or more, found " + block);
    }
    if (shape == null) {
      return Axes.unknown(4);
    }
    List<SymbolicInteger> lengths = Axes.lengths(shape);
    for (int axis = 1; axis < 4; axis++) {
      long factor = axis == 1 ? block * block : block;
      boolean grows = (axis == 1) != toSpace;
      SymbolicInteger length = lengths.get(axis);
      if (!grows && length.isConstant() && length.constant() % factor != 0) {
        throw new InputException("axis " + axis + " of " + shape + " does not divide by " + factor);
      }
      lengths.set(
          axis, grows ? length.times(factor) : length.divideExactly(SymbolicInteger.of(factor)));
    }
    return Axes.shape(lengths);
  }

  private static @Nullable Shape assembled(InferenceContext context) {
    Shape columns = context.shape(0);
    List<SymbolicInteger> image = context.integers(1);
    List<SymbolicInteger> block = context.integers(2);
    if (image == null) {
      return null;
    }
    List<SymbolicInteger> lengths = new ArrayList<>();
    Axes.requireRank(columns, 3, "the input");
    lengths.add(columns == null ? SymbolicInteger.UNKNOWN : Axes.length(columns, 0));
    lengths.add(
        columns != null && block != null
            ? Axes.length(columns, 1).divideExactly(Axes.product(block))
            : SymbolicInteger.UNKNOWN);
    lengths.addAll(image);
    return Axes.shape(lengths);
  }
}
