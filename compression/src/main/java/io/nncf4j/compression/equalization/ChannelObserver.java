package io.nncf4j.compression.equalization;

import io.nncf4j.compression.calibration.CalibrationSamples;
import io.nncf4j.compression.calibration.Calibrator;
import io.nncf4j.compression.calibration.Observations;
import io.nncf4j.compression.calibration.ValueRange;
import io.nncf4j.compression.statistics.MinMax;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * Looks at values channel by channel, on any axis, over calibration samples.
 *
 * <pre>  x -- Abs -- ReduceMax over all other axes -- largest magnitude of each channel  </pre>
 */
final class ChannelObserver {
  private final Calibrator calibrator;
  private final GraphEditor editor;
  private final Model model;

  private ChannelObserver(Calibrator calibrator, Model model) {
    this.calibrator = calibrator;
    this.model = model;
    editor = new GraphEditor(model.graph());
  }

  /** Largest magnitude of each channel over all samples. */
  static Map<ChannelValue, float[]> absoluteMaxima(
      Calibrator calibrator,
      Model model,
      Collection<ChannelValue> values,
      CalibrationSamples samples) {
    return new ChannelObserver(calibrator, model).absoluteMaxima(values, samples);
  }

  /** Means over samples of each sample's smallest and largest value of each channel. */
  static Map<ChannelValue, double[][]> meanExtremes(
      Calibrator calibrator,
      Model model,
      Collection<ChannelValue> values,
      CalibrationSamples samples) {
    return new ChannelObserver(calibrator, model).meanExtremes(values, samples);
  }

  private Map<ChannelValue, float[]> absoluteMaxima(
      Collection<ChannelValue> values, CalibrationSamples samples) {
    Map<ChannelValue, String> views = new LinkedHashMap<>();
    for (ChannelValue value : values) {
      String absolute = node("Abs", value.value(), List.of(value.value()));
      views.put(value, view("ReduceMax", absolute, value));
    }
    Observations seen = run(views.values(), List.of(), samples);
    Map<ChannelValue, float[]> found = new LinkedHashMap<>();
    views.forEach(
        (value, view) -> {
          ValueRange range = seen.range(view);
          MinMax channels = range == null ? null : range.channels();
          if (channels != null) {
            found.put(value, channels.max());
          }
        });
    return found;
  }

  private Map<ChannelValue, double[][]> meanExtremes(
      Collection<ChannelValue> values, CalibrationSamples samples) {
    Map<ChannelValue, List<String>> views = new LinkedHashMap<>();
    List<String> all = new ArrayList<>();
    for (ChannelValue value : values) {
      List<String> pair =
          List.of(view("ReduceMin", value.value(), value), view("ReduceMax", value.value(), value));
      views.put(value, pair);
      all.addAll(pair);
    }
    Observations seen = run(List.of(), all, samples);
    Map<ChannelValue, double[][]> found = new LinkedHashMap<>();
    views.forEach(
        (value, pair) -> {
          double[] low = seen.channelMeans(pair.get(0));
          double[] high = seen.channelMeans(pair.get(1));
          if (low != null && high != null) {
            found.put(value, new double[][] {low, high});
          }
        });
    return found;
  }

  private Observations run(
      Collection<String> ranges, Collection<String> means, CalibrationSamples samples) {
    List<Value> outputs = new ArrayList<>(model.graph().outputs());
    ranges.forEach(view -> outputs.add(new Value(view, null)));
    means.forEach(view -> outputs.add(new Value(view, null)));
    Model observed = model.withGraph(editor.outputs(outputs).build());
    return calibrator.run(observed, ranges, means, samples).observations();
  }

  /** All but the channels reduced away, as a matrix of one row. */
  private String view(String reduction, String source, ChannelValue value) {
    Shape shape = model.graph().tensorType(value.value()).shape();
    int rank = shape == null ? value.axis() + 1 : shape.rank();
    String reduced = source;
    if (rank > 1) {
      long[] axes = LongStream.range(0, rank).filter(axis -> axis != value.axis()).toArray();
      String named = editor.addConstant(value.value() + ".other_axes", Tensor.vector(axes));
      reduced = editor.freshName(value.value() + "." + reduction);
      editor.add(
          Node.onnx(
              reduced,
              reduction,
              Attributes.NONE.with("keepdims", 0L),
              List.of(source, named),
              List.of(reduced)));
    }
    String row = editor.addConstant(value.value() + ".row", Tensor.vector(1, -1));
    String view = node("Reshape", value.value(), List.of(reduced, row));
    editor.type(view, TensorType.of(DataType.FLOAT32, 1, channels(shape, value)));
    return view;
  }

  private static long channels(@org.jspecify.annotations.Nullable Shape shape, ChannelValue value) {
    return shape == null ? 1 : shape.get(value.axis()).lengthOrMinusOne();
  }

  private String node(String type, String wish, List<String> inputs) {
    String output = editor.freshName(wish + "." + type);
    editor.add(Node.onnx(output, type, Attributes.NONE, inputs, List.of(output)));
    return output;
  }
}
