package io.nncf4j.compression.pruning.compensation;

import io.nncf4j.core.NncfException;
import io.nncf4j.core.graph.Dimension;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.Engine;
import io.nncf4j.engines.Session;
import io.nncf4j.engines.SessionOptions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A model for single samples made to take several at once, to measure with. Moments of a batch tell
 * more than those of each sample, after which no two samples differ.
 */
public final class FreeBatch {
  private static final double TOLERANCE = 1e-3;

  private FreeBatch() {}

  /**
   * The model with a free first dimension of its inputs where that is 1: at reshapes, too. The
   * model itself where it is not. Whether it computes the same is for {@link #isPossible} to say.
   */
  public static Model of(Model model) {
    Graph graph = model.graph();
    if (graph.inputs().stream().noneMatch(FreeBatch::isSingle)) {
      return model;
    }
    GraphEditor editor = new GraphEditor(graph);
    editor.inputs(graph.inputs().stream().map(FreeBatch::freed).toList());
    for (Node node : graph.nodes()) {
      Tensor shape = node.is("Reshape") ? graph.constant(node.input(1)) : null;
      if (shape != null && node.intAttribute("allowzero", 0) == 0) {
        long[] lengths = freed(shape.toLongs());
        editor.redirect(
            node.name(), 1, editor.addConstant(node.input(1) + "_free", Tensor.vector(lengths)));
      }
    }
    editor.outputs(graph.outputs().stream().map(each -> new Value(each.name(), null)).toList());
    return model.withGraph(editor.removeUnused().build().withTypes(Map.of()));
  }

  private static boolean isSingle(Value input) {
    Shape shape = input.type() instanceof TensorType type ? type.shape() : null;
    return shape != null
        && shape.rank() > 0
        && shape.get(0) instanceof Dimension.Known known
        && known.length() == 1;
  }

  private static Value freed(Value input) {
    Shape shape = input.type() instanceof TensorType type ? type.shape() : null;
    return isSingle(input) && shape != null
        ? new Value(
            input.name(), input.tensorType().withShape(shape.with(0, Dimension.symbol("batch"))))
        : input;
  }

  /** A first length of 1 becomes what is left over, or else that of the input. */
  private static long[] freed(long[] lengths) {
    if (lengths.length > 1 && lengths[0] == 1) {
      boolean infers = false;
      for (long length : lengths) {
        infers |= length == -1;
      }
      lengths[0] = infers ? 0 : -1;
    }
    return lengths;
  }

  /**
   * Whether a model of one input can be run on two samples at once, and its last layers compute
   * what they do for each alone; tried out. What comes behind them, such as the boxes of a
   * detector, is not looked at, as nothing is fitted there.
   *
   * @param samples two of them
   */
  public static boolean isPossible(
      Engine engine, SessionOptions options, Model model, List<Map<String, Tensor>> samples) {
    if (model.graph().inputs().size() != 1
        || !isSingle(model.graph().inputs().get(0))
        || samples.size() < 2) {
      return false;
    }
    List<Value> last = lastLayers(model.graph());
    if (last.isEmpty()) {
      return false;
    }
    Model layers =
        model.withGraph(new GraphEditor(model.graph()).outputs(last).removeUnused().build());
    try (Session single = engine.compile(layers, options);
        Session several = engine.compile(of(layers), options)) {
      List<Map<String, Tensor>> alone = new ArrayList<>();
      for (Map<String, Tensor> sample : samples) {
        alone.add(single.run(sample));
      }
      Map<String, Tensor> together = several.run(Batching.joined(samples));
      return together.keySet().stream().allMatch(name -> isSame(together, alone, name));
    } catch (NncfException cannotRun) {
      // What the model holds for one sample only is found by running it: then it stays as it is.
      return false;
    }
  }

  /** Outputs of the layers behind which there is no other layer. */
  private static List<Value> lastLayers(Graph graph) {
    List<Value> last = new ArrayList<>();
    Set<String> read = new HashSet<>();
    List<Node> nodes = graph.nodes();
    for (int index = nodes.size() - 1; index >= 0; index--) {
      Node node = nodes.get(index);
      boolean leads = node.outputs().stream().anyMatch(read::contains);
      if (node.is("Conv", "Gemm")) {
        if (!leads) {
          last.add(new Value(node.output(0), null));
        }
        leads = true;
      }
      if (leads) {
        read.addAll(node.inputs());
      }
    }
    return last;
  }

  private static boolean isSame(
      Map<String, Tensor> together, List<Map<String, Tensor>> alone, String name) {
    float[] all = together.getOrDefault(name, Tensor.vector()).toFloats();
    int start = 0;
    for (Map<String, Tensor> each : alone) {
      float[] one = each.getOrDefault(name, Tensor.vector()).toFloats();
      float largest = 0;
      for (float value : one) {
        largest = Math.max(largest, Math.abs(value));
      }
      for (int index = 0; index < one.length; index++) {
        if (start + index >= all.length
            || !(Math.abs(all[start + index] - one[index]) <= TOLERANCE * largest)) {
          return false;
        }
      }
      start += one.length;
    }
    return start == all.length;
  }
}
