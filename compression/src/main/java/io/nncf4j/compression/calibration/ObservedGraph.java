package io.nncf4j.compression.calibration;

import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Graph;
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
import java.util.List;

/**
 * The float model with small nodes beside the values to look at, which reduce each to a few numbers
 * inside the runtime; nothing else is handed out, and what is not needed for it is not computed.
 *
 * <pre>
 *   x -- GlobalMaxPool -- largest of each channel
 *     \- Neg -- GlobalMaxPool -- minus the smallest of each channel
 *     \- GlobalAveragePool -- mean of each channel
 * </pre>
 *
 * Values of two and four dimensions keep their channels; any other is viewed as one channel. The
 * smallest is not looked for where it cannot lie below zero, because a quantizer's range holds zero
 * anyway.
 */
final class ObservedGraph {
  /** How one value is looked at; names of graph outputs, empty where there is none. */
  record Tap(String value, String maximum, String negatedMinimum, String mean, String elements) {}

  /** A small number that is finite only where the value is; see {@link #checks}. */
  record Check(String value, String mean) {}

  private final GraphEditor editor;
  private final Graph graph;
  private final List<Value> outputs = new ArrayList<>();
  private final List<Tap> taps = new ArrayList<>();
  private final List<Check> checks = new ArrayList<>();
  private final Model model;

  private ObservedGraph(
      Model original,
      Collection<String> ranges,
      Collection<String> means,
      Collection<String> elements) {
    graph = original.graph();
    editor = new GraphEditor(graph);
    ranges.forEach(value -> taps.add(rangeTap(value)));
    means.forEach(value -> taps.add(new Tap(value, "", "", mean(value), "")));
    elements.forEach(value -> taps.add(elementsTap(value)));
    graph.outputs().stream()
        .filter(this::canBeChecked)
        .map(Value::name)
        .forEach(value -> checks.add(new Check(value, pool("GlobalAveragePool", value, value))));
    model = original.withGraph(editor.outputs(outputs).removeUnused().build());
  }

  /**
   * @param ranges values whose extremes are wanted
   * @param means values whose channel means are wanted
   */
  static ObservedGraph of(Model model, Collection<String> ranges, Collection<String> means) {
    return new ObservedGraph(model, ranges, means, List.of());
  }

  /** Hands out whole values, for what cannot be reduced inside the runtime. */
  static ObservedGraph ofElements(Model model, Collection<String> elements) {
    return new ObservedGraph(model, List.of(), List.of(), elements);
  }

  Model model() {
    return model;
  }

  List<Tap> taps() {
    return taps;
  }

  /**
   * Means of the model's outputs. The largest element of a channel that the runtime finds is no NaN
   * though the channel may hold one, but NaN runs through to the outputs.
   */
  List<Check> checks() {
    return checks;
  }

  /** A mean of no elements would be NaN itself. */
  private boolean canBeChecked(Value output) {
    TensorType type = graph.tensorType(output.name());
    Shape shape = type.shape();
    if (type.dataType() != DataType.FLOAT32
        || shape == null
        || shape.rank() < 2
        || graph.producer(output.name()) == null) {
      return false;
    }
    return shape.dimensions().stream()
        .skip(1)
        .allMatch(dimension -> dimension.lengthOrMinusOne() > 0);
  }

  private Tap rangeTap(String value) {
    String maximum = pool("GlobalMaxPool", value, value);
    String negatedMinimum = "";
    if (!isNeverNegative(value)) {
      String negated = editor.freshName(value + ".negated");
      add("Neg", Attributes.NONE, List.of(value), negated);
      negatedMinimum = pool("GlobalMaxPool", negated, value);
    }
    return new Tap(value, maximum, negatedMinimum, "", "");
  }

  private Tap elementsTap(String value) {
    String copy = editor.freshName(value + ".elements");
    add("Identity", Attributes.NONE, List.of(value), copy);
    outputs.add(new Value(copy, new TensorType(DataType.FLOAT32, null)));
    return new Tap(value, "", "", "", copy);
  }

  /** Values of three dimensions are rows of tokens, with the channels at the end. */
  private String mean(String value) {
    Shape shape = graph.tensorType(value).shape();
    if (shape == null || shape.rank() != 3) {
      return pool("GlobalAveragePool", value, value);
    }
    String turned = editor.freshName(value + ".channels_first");
    add("Transpose", Attributes.NONE.with("perm", 0, 2, 1), List.of(value), turned);
    String pooled = editor.freshName(value + ".mean");
    add("GlobalAveragePool", Attributes.NONE, List.of(turned), pooled);
    outputs.add(new Value(pooled, new TensorType(DataType.FLOAT32, null)));
    return pooled;
  }

  /** Reduces {@code value}, which has the shape of {@code original}. */
  private String pool(String type, String value, String original) {
    Shape shape = graph.tensorType(original).shape();
    String source = value;
    if (shape == null || shape.rank() != 4) {
      source = editor.freshName(value + ".flat");
      boolean isMatrix = shape != null && shape.rank() == 2;
      Tensor view = isMatrix ? Tensor.vector(0, 0, 1, 1) : Tensor.vector(1, 1, -1, 1);
      String flat = editor.addConstant(value + ".flat_shape", view);
      add("Reshape", Attributes.NONE, List.of(value, flat), source);
    }
    String pooled = editor.freshName(value + "." + type);
    add(type, Attributes.NONE, List.of(source), pooled);
    outputs.add(new Value(pooled, new TensorType(DataType.FLOAT32, null)));
    return pooled;
  }

  private void add(String type, Attributes attributes, List<String> inputs, String output) {
    editor.add(Node.onnx(editor.freshName(output), type, attributes, inputs, List.of(output)));
  }

  private boolean isNeverNegative(String value) {
    Node producer = graph.producer(value);
    while (producer != null
        && producer.is(
            "MaxPool",
            "AveragePool",
            "GlobalAveragePool",
            "Reshape",
            "Flatten",
            "Transpose",
            "Squeeze",
            "Unsqueeze",
            "Identity",
            "Dropout")) {
      producer = graph.producer(producer.input(0));
    }
    if (producer == null) {
      return false;
    }
    if (producer.is("Relu", "Sigmoid", "HardSigmoid", "Softmax", "Abs")) {
      return true;
    }
    Tensor low = producer.is("Clip") ? graph.constantValue(producer.input(1)) : null;
    return low != null && low.size() == 1 && low.doubleAt(0) >= 0;
  }
}
