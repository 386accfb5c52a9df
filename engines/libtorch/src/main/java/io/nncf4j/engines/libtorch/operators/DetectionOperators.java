package io.nncf4j.engines.libtorch.operators;

import io.nncf4j.core.graph.Node;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Operators of detectors: boxes on the host, regions by gathering. */
final class DetectionOperators {
  private DetectionOperators() {}

  static void addTo(OperatorTable table) {
    table.add("NonMaxSuppression", DetectionOperators::suppression);
    table.add("RoiAlign", DetectionOperators::align);
    table.add("GridSample", DetectionOperators::gridSample);
    table.add("MaxUnpool", context -> Operations.scoped(a -> unpool(context.node(), a)));
  }

  private static Operation suppression(NodeContext context) {
    boolean centred = context.node().intAttribute("center_point_box", 0) != 0;
    return a -> {
      var boxes = a.host(0);
      var scores = a.host(1);
      long limit = (long) a.number(2, 0);
      float overlap = (float) a.number(3, 0);
      double lowest = a.number(4, Double.NEGATIVE_INFINITY);
      int batches = (int) scores.dimension(0);
      int classes = (int) scores.dimension(1);
      int count = (int) scores.dimension(2);
      float[] coordinates = boxes.toFloats();
      float[] values = scores.toFloats();
      List<long[]> kept = new ArrayList<>();
      for (int batch = 0; batch < batches; batch++) {
        for (int type = 0; type < classes; type++) {
          int offset = (batch * classes + type) * count;
          List<Integer> candidates = new ArrayList<>();
          for (int box = 0; box < count; box++) {
            if (values[offset + box] > lowest) {
              candidates.add(box);
            }
          }
          candidates.sort(Comparator.comparingDouble(box -> -values[offset + box]));
          List<Integer> chosen = new ArrayList<>();
          for (int box : candidates) {
            if (chosen.size() >= limit) {
              break;
            }
            int base = batch * count;
            boolean free =
                chosen.stream()
                    .noneMatch(
                        other -> overlap(coordinates, base + box, base + other, centred) > overlap);
            if (free) {
              chosen.add(box);
              kept.add(new long[] {batch, type, box});
            }
          }
        }
      }
      long[] flat = kept.stream().flatMapToLong(java.util.Arrays::stream).toArray();
      a.setHost(0, io.nncf4j.core.tensor.Tensor.ofLongs(flat, kept.size(), 3));
    };
  }

  /** Intersection over union of two boxes. */
  private static float overlap(float[] boxes, int first, int second, boolean centred) {
    float[] a = corners(boxes, first, centred);
    float[] b = corners(boxes, second, centred);
    float height = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
    float width = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
    if (height <= 0 || width <= 0) {
      return 0;
    }
    float common = height * width;
    float areaA = (a[2] - a[0]) * (a[3] - a[1]);
    float areaB = (b[2] - b[0]) * (b[3] - b[1]);
    return areaA <= 0 || areaB <= 0 ? 0 : common / (areaA + areaB - common);
  }

  private static float[] corners(float[] boxes, int box, boolean centred) {
    float p = boxes[4 * box];
    float q = boxes[4 * box + 1];
    float r = boxes[4 * box + 2];
    float s = boxes[4 * box + 3];
    if (centred) {
      return new float[] {q - s / 2, p - r / 2, q + s / 2, p + r / 2};
    }
    return new float[] {Math.min(p, r), Math.min(q, s), Math.max(p, r), Math.max(q, s)};
  }

  private static Operation gridSample(NodeContext context) {
    Node node = context.node();
    String mode = node.stringAttribute("mode", "linear");
    String padding = node.stringAttribute("padding_mode", "zeros");
    boolean aligned = node.intAttribute("align_corners", 0) != 0;
    int interpolation =
        switch (mode) {
          case "linear", "bilinear" -> 0;
          case "nearest" -> 1;
          case "cubic", "bicubic" -> 2;
          default -> throw new UnsupportedNode("sampling of mode \"" + mode + "\"");
        };
    int outside =
        switch (padding) {
          case "zeros" -> 0;
          case "border" -> 1;
          case "reflection" -> 2;
          default -> throw new UnsupportedNode("padding of mode \"" + padding + "\"");
        };
    return a ->
        a.set(torch.grid_sampler(a.tensor(0), a.tensor(1), interpolation, outside, aligned));
  }

  /** "Mask R-CNN" (He et al. 2017): bilinear samples of each bin, averaged or the largest. */
  private static Operation align(NodeContext context) {
    Node node = context.node();
    long height = node.intAttribute("output_height", 1);
    long width = node.intAttribute("output_width", 1);
    long ratio = node.intAttribute("sampling_ratio", 0);
    float scale = node.floatAttribute("spatial_scale", 1);
    boolean largest = node.stringAttribute("mode", "avg").equals("max");
    double shift =
        node.stringAttribute("coordinate_transformation_mode", "half_pixel").equals("half_pixel")
            ? 0.5
            : 0;
    return Operations.scoped(
        a -> {
          float[] regions = a.host(1).toFloats();
          long[] images = a.longs(2);
          List<Tensor> results = new ArrayList<>();
          for (int region = 0; region < images.length; region++) {
            double x1 = regions[4 * region] * scale - shift;
            double y1 = regions[4 * region + 1] * scale - shift;
            double w = regions[4 * region + 2] * scale - shift - x1;
            double h = regions[4 * region + 3] * scale - shift - y1;
            if (shift == 0) {
              w = Math.max(w, 1);
              h = Math.max(h, 1);
            }
            Tensor image = torch.select(a.tensor(0), 0, images[region]);
            results.add(sample(image, x1, y1, w, h, height, width, ratio, largest));
          }
          return torch.stack(Operations.vector(results), 0);
        });
  }

  private static Tensor sample(
      Tensor image,
      double x,
      double y,
      double w,
      double h,
      long height,
      long width,
      long ratio,
      boolean largest) {
    int rows = (int) (ratio > 0 ? ratio : Math.max(1, Math.ceil(h / height)));
    int columns = (int) (ratio > 0 ? ratio : Math.max(1, Math.ceil(w / width)));
    Axis vertical = Axis.of(y, h, height, rows, image.size(1));
    Axis horizontal = Axis.of(x, w, width, columns, image.size(2));
    Tensor sum = null;
    for (int corner = 0; corner < 4; corner++) {
      boolean lower = corner >= 2;
      boolean right = corner % 2 == 1;
      Tensor picked =
          torch.index_select(
              torch.index_select(image, 1, Operations.longs(vertical.index(lower))),
              2,
              Operations.longs(horizontal.index(right)));
      Tensor weight =
          torch.outer(
              Operations.floats(vertical.weight(lower)),
              Operations.floats(horizontal.weight(right)));
      Tensor part = torch.mul(picked, weight);
      if (largest) {
        // ONNX takes the largest weighted corner of all samples, not the largest sample.
        sum = sum == null ? part : torch.maximum(sum, part);
      } else {
        sum = sum == null ? part : torch.add(sum, part);
      }
    }
    Tensor bins =
        torch.reshape(
            java.util.Objects.requireNonNull(sum), image.size(0), height, rows, width, columns);
    return largest
        ? torch.amax(bins, new long[] {2, 4}, false)
        : torch.mean(bins, new long[] {2, 4}, false, new ScalarTypeOptional());
  }

  /** Samples along one side of a region: the two neighbours of each and their weights. */
  private record Axis(long[] low, long[] high, float[] lowWeight, float[] highWeight) {
    static Axis of(double start, double extent, long bins, int perBin, long size) {
      int count = (int) bins * perBin;
      Axis axis = new Axis(new long[count], new long[count], new float[count], new float[count]);
      double bin = extent / bins;
      for (int index = 0; index < count; index++) {
        double at = start + (index / perBin) * bin + (index % perBin + 0.5) * bin / perBin;
        if (at < -1 || at > size) {
          continue;
        }
        double inside = Math.max(at, 0);
        long first = Math.min((long) inside, size - 1);
        double share = first >= size - 1 ? 0 : inside - first;
        axis.low[index] = first;
        axis.high[index] = Math.min(first + 1, size - 1);
        axis.lowWeight[index] = (float) (1 - share);
        axis.highWeight[index] = (float) share;
      }
      return axis;
    }

    long[] index(boolean isHigh) {
      return isHigh ? high : low;
    }

    float[] weight(boolean isHigh) {
      return isHigh ? highWeight : lowWeight;
    }
  }

  /** Puts each element back where a pool took it from. */
  private static Tensor unpool(Node node, Arguments a) {
    Tensor input = a.tensor(0);
    int spatial = (int) input.dim() - 2;
    long[] kernel = node.intsAttribute("kernel_shape");
    long[] strides = node.intsAttribute("strides", ConvolutionOperators.ones(spatial));
    long[] pads = node.intsAttribute("pads", new long[2 * spatial]);
    long[] shape = TensorExchange.shape(input);
    for (int axis = 0; axis < spatial; axis++) {
      shape[axis + 2] =
          (shape[axis + 2] - 1) * strides[axis] - pads[axis] - pads[axis + spatial] + kernel[axis];
    }
    long[] inner = shape;
    long[] outer = a.has(2) ? a.longs(2) : shape;
    long elements = 1;
    for (long size : inner) {
      elements *= size;
    }
    Tensor flat = torch.zeros(new long[] {elements}, input.options());
    Tensor filled =
        torch.scatter(
            flat, 0, torch.reshape(a.tensor(1).to(ScalarType.Long), -1), torch.reshape(input, -1));
    Tensor result = torch.reshape(filled, inner);
    long[] growth = new long[2 * outer.length];
    for (int axis = 0; axis < outer.length; axis++) {
      growth[axis + outer.length] = outer[axis] - inner[axis];
    }
    return torch.constant_pad_nd(result, Padding.reversed(growth), new Scalar(0.0));
  }
}
