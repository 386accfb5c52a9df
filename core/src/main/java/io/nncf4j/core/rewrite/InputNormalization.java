package io.nncf4j.core.rewrite;

import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Dimension;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What callers do to pixels before they run a model, made a part of the model, so that it takes
 * pixels as they are: {@code (x - mean[c]) / scale[c]} for each channel c of axis 1, after the
 * channels have been put in reverse order if asked for. Means and scales are in the order of the
 * channels that the model had so far.
 *
 * <p>Where convolutions alone read the input, scales and order go into their weights, which costs
 * nothing at run time. Means go into their biases unless they pad: padding puts zeros behind the
 * subtraction, and a folded mean would be missing there.
 *
 * @param means one for each channel, one for all, or none
 * @param scales likewise; divisors
 */
public record InputNormalization(List<Double> means, List<Double> scales, boolean reverseChannels) {
  public InputNormalization {
    means = List.copyOf(means);
    scales = List.copyOf(scales);
    for (double mean : means) {
      if (!Double.isFinite(mean)) {
        throw new InputException("A mean is " + mean + "; it must be a finite number");
      }
    }
    for (double scale : scales) {
      if (!Double.isFinite(scale) || scale == 0) {
        throw new InputException("A scale is " + scale + "; it must be finite and not 0");
      }
    }
  }

  public boolean isNone() {
    return means.isEmpty() && scales.isEmpty() && !reverseChannels;
  }

  /**
   * @param name of the input; null where the model has only one
   * @throws InputException when there is no such input, it holds no floating-point numbers, or its
   *     channels are not as many as means and scales
   */
  public Model into(Model model, @Nullable String name) {
    if (isNone()) {
      return model;
    }
    Graph graph = model.graph();
    Value input = input(graph, name);
    if (graph.isOutput(input.name())) {
      throw new InputException(
          "The input \"" + input.name() + "\" is an output too; it cannot be normalized");
    }
    DataType type = input.tensorType().dataType();
    if (type == null || !type.isFloatingPoint()) {
      throw new InputException(
          "The input \"" + input.name() + "\" is " + input + "; normalizing it takes floats");
    }
    int channels = channels(input);
    double[] mean = new double[channels];
    double[] scale = new double[channels];
    for (int raw = 0; raw < channels; raw++) {
      int channel = source(raw, channels);
      mean[raw] = of(means, channel, 0);
      scale[raw] = of(scales, channel, 1);
    }
    GraphEditor editor = new GraphEditor(graph);
    if (onlyConvolutionsRead(graph, input, editor)) {
      fold(graph, input, type, mean, scale, editor);
    } else {
      insert(input, type, mean, scale, editor);
    }
    return model.withGraph(editor.removeUnused().build());
  }

  private int source(int channel, int channels) {
    return reverseChannels ? channels - 1 - channel : channel;
  }

  private static double of(List<Double> values, int channel, double absent) {
    return values.isEmpty() ? absent : values.get(values.size() == 1 ? 0 : channel);
  }

  private static Value input(Graph graph, @Nullable String name) {
    List<Value> inputs = graph.inputs();
    List<Value> named =
        name == null ? inputs : inputs.stream().filter(each -> each.name().equals(name)).toList();
    if (named.size() != 1) {
      throw new InputException(
          (name == null
                  ? "The model has " + inputs.size() + " inputs: name the one to normalize, of "
                  : "The model has no input \"" + name + "\", but ")
              + inputs.stream().map(Value::name).collect(Collectors.joining(", ")));
    }
    return named.get(0);
  }

  private int channels(Value input) {
    Shape shape = input.tensorType().shape();
    Dimension second = shape == null || shape.rank() < 2 ? null : shape.get(1);
    if (second == null || !second.isKnown()) {
      throw new InputException(
          "The input " + input + " has no known number of channels on axis 1 to normalize");
    }
    long channels = second.lengthOrMinusOne();
    for (List<Double> values : List.of(means, scales)) {
      if (values.size() > 1 && values.size() != channels) {
        throw new InputException(
            "The input \""
                + input.name()
                + "\" has "
                + channels
                + " channels, but there are "
                + values.size()
                + " means or scales");
      }
    }
    // Nothing is allocated for each channel of a shape that a file made up.
    if (channels < 1 || channels > 65_536) {
      throw new InputException("The input " + input + " has " + channels + " channels");
    }
    return (int) channels;
  }

  private static boolean onlyConvolutionsRead(Graph graph, Value input, GraphEditor editor) {
    // Readers within bodies are no uses, but nodes that read the value nevertheless.
    return graph.uses(input.name()).stream().allMatch(use -> isFoldable(graph, use))
        && editor.readers(input.name()).size() == graph.consumers(input.name()).size();
  }

  private static boolean isFoldable(Graph graph, Graph.Use use) {
    Node node = use.node();
    if (use.index() != 0 || !node.is("Conv") || node.intAttribute("group", 1) != 1) {
      return false;
    }
    Tensor weight = graph.constant(node.input(1));
    return weight != null
        && weight.dataType().isFloatingPoint()
        && (!node.hasInput(2) || graph.constant(node.input(2)) != null);
  }

  private void fold(
      Graph graph, Value input, DataType type, double[] mean, double[] scale, GraphEditor editor) {
    boolean zeroMeans = means.stream().allMatch(each -> each == 0);
    boolean padded = graph.consumers(input.name()).stream().anyMatch(InputNormalization::pads);
    String read = input.name();
    if (padded && !zeroMeans) {
      int rank = Objects.requireNonNull(input.tensorType().shape()).rank();
      read = subtract(read, perChannel(type, mean, rank), editor);
    }
    for (Node node : graph.consumers(input.name())) {
      Tensor weight = folded(graph.constantValue(node.input(1)), scale);
      Node changed =
          node.withInput(0, read).withInput(1, editor.addConstant(node.input(1) + "_raw", weight));
      if (!padded && !zeroMeans) {
        Tensor bias = node.hasInput(2) ? graph.constantValue(node.input(2)) : null;
        String wish = node.hasInput(2) ? node.input(2) + "_raw" : node.name() + "_bias";
        changed = changed.withInput(2, editor.addConstant(wish, shifted(weight, bias, mean)));
      }
      editor.replace(changed);
    }
  }

  private static boolean pads(Node node) {
    String automatic = node.stringAttribute("auto_pad", "NOTSET");
    if (automatic.startsWith("SAME")) {
      return true;
    }
    for (long each : node.intsAttribute("pads")) {
      if (each != 0) {
        return true;
      }
    }
    return false;
  }

  /** Weights {@code [O, C, ...]} that take the raw channels. */
  private Tensor folded(@Nullable Tensor weight, double[] scale) {
    double[] from = Objects.requireNonNull(weight).toDoubles();
    double[] to = new double[from.length];
    int channels = scale.length;
    int filters = (int) weight.dimension(0);
    int taps = from.length / Math.max(1, filters * channels);
    for (int filter = 0; filter < filters; filter++) {
      for (int raw = 0; raw < channels; raw++) {
        int start = (filter * channels + raw) * taps;
        int origin = (filter * channels + source(raw, channels)) * taps;
        for (int tap = 0; tap < taps; tap++) {
          to[start + tap] = from[origin + tap] / scale[raw];
        }
      }
    }
    return Tensor.ofDoubles(weight.dataType(), to, weight.shape());
  }

  private static Tensor shifted(Tensor weight, @Nullable Tensor bias, double[] mean) {
    int filters = (int) weight.dimension(0);
    double[] sums = bias == null ? new double[filters] : bias.toDoubles();
    int taps = weight.size() / Math.max(1, filters * mean.length);
    for (int filter = 0; filter < filters; filter++) {
      for (int index = 0; index < mean.length * taps; index++) {
        sums[filter] -= weight.doubleAt(filter * mean.length * taps + index) * mean[index / taps];
      }
    }
    return Tensor.ofDoubles(weight.dataType(), sums, filters);
  }

  private void insert(
      Value input, DataType type, double[] mean, double[] scale, GraphEditor editor) {
    List<String> readers = editor.readers(input.name());
    int rank = Objects.requireNonNull(input.tensorType().shape()).rank();
    String read = input.name();
    if (reverseChannels) {
      long[] order = new long[mean.length];
      for (int channel = 0; channel < order.length; channel++) {
        order[channel] = order.length - 1 - channel;
      }
      String indices = editor.addConstant(input.name() + "_order", Tensor.vector(order));
      read =
          add(
              input.name() + "_reversed",
              "Gather",
              Attributes.NONE.with("axis", 1L),
              List.of(read, indices),
              editor);
    }
    // Behind the reversal the channels stand as the model had them.
    if (means.stream().anyMatch(each -> each != 0)) {
      read = subtract(read, perChannel(type, inModelOrder(mean), rank), editor);
    }
    if (scales.stream().anyMatch(each -> each != 1)) {
      String divisor =
          editor.addConstant(input.name() + "_scale", perChannel(type, inModelOrder(scale), rank));
      read = add(input.name() + "_scaled", "Div", Attributes.NONE, List.of(read, divisor), editor);
    }
    for (String reader : readers) {
      editor.redirect(reader, input.name(), read);
    }
  }

  /** The same rearrangement takes raw order to the model's and back. */
  private double[] inModelOrder(double[] raw) {
    double[] ordered = new double[raw.length];
    for (int channel = 0; channel < raw.length; channel++) {
      ordered[channel] = raw[source(channel, raw.length)];
    }
    return ordered;
  }

  private static Tensor perChannel(DataType type, double[] values, int rank) {
    long[] shape = new long[rank];
    Arrays.fill(shape, 1);
    shape[1] = values.length;
    return Tensor.ofDoubles(type, values, shape);
  }

  private static String subtract(String read, Tensor mean, GraphEditor editor) {
    String constant = editor.addConstant(read + "_mean", mean);
    return add(read + "_centred", "Sub", Attributes.NONE, List.of(read, constant), editor);
  }

  private static String add(
      String wish, String type, Attributes attributes, List<String> inputs, GraphEditor editor) {
    String name = editor.freshName(wish);
    editor.add(Node.onnx(name, type, attributes, inputs, List.of(name)));
    return name;
  }
}
