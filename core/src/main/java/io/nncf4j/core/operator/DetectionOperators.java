package io.nncf4j.core.operator;

import io.nncf4j.core.graph.Dimension;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.symbolic.SymbolicInteger;
import java.util.List;

/** Boxes and regions of interest. */
final class DetectionOperators {
  private DetectionOperators() {}

  static List<OperatorSchema> schemas() {
    Family family = new Family("Detection");
    family
        .onnx(
            "NonMaxSuppression",
            "boxes:float32, scores:float32, max_output_boxes_per_class?:int64,"
                + " iou_threshold?:float32, score_threshold?:float32 -> selected_indices:int64",
            "")
        .attributes("center_point_box:int=0")
        .shape(
            context -> {
              Axes.requireRank(context.shape(0), 3, "boxes");
              Axes.requireRank(context.shape(1), 3, "scores");
              return Shape.of(context.dataDependent(0, 0), Dimension.of(3));
            });
    family
        .onnx("RoiAlign", "X:T1, rois:T1, batch_indices:int64 -> Y:T1", "T1=float")
        .attributes(
            "coordinate_transformation_mode:string=half_pixel, mode:string=avg,"
                + " output_height:int=1, output_width:int=1, sampling_ratio:int=0,"
                + " spatial_scale:float=1.0")
        .shape(
            context ->
                regions(
                    context,
                    SymbolicInteger.of(context.node().intAttribute("output_height", 1)),
                    SymbolicInteger.of(context.node().intAttribute("output_width", 1))));
    family
        .microsoft(
            "CropAndResize",
            "X:T1, rois:T1, batch_indices:int32, crop_size:int32 -> Y:T1",
            "T1=float")
        .attributes("extrapolation_value:float=0.0, mode:string=bilinear")
        .shape(
            context -> {
              List<SymbolicInteger> size = context.integers(3);
              return size != null && size.size() == 2
                  ? regions(context, size.get(0), size.get(1))
                  : regions(context, SymbolicInteger.UNKNOWN, SymbolicInteger.UNKNOWN);
            });
    return family.schemas();
  }

  private static Shape regions(
      InferenceContext context, SymbolicInteger height, SymbolicInteger width) {
    Shape image = context.shape(0);
    Shape regions = context.shape(1);
    Axes.requireRank(image, 4, "X");
    Axes.requireRank(regions, 2, "rois");
    return Shape.of(
        regions == null ? Dimension.UNKNOWN : regions.get(0),
        image == null ? Dimension.UNKNOWN : image.get(1),
        height.toDimension(),
        width.toDimension());
  }
}
