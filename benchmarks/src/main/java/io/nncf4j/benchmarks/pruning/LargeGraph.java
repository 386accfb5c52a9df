package io.nncf4j.benchmarks.pruning;

import io.nncf4j.compression.pruning.channel.ChannelAnalysis;
import io.nncf4j.compression.pruning.channel.ChannelGroup;
import io.nncf4j.compression.pruning.channel.ChannelUnit;
import io.nncf4j.compression.pruning.channel.RemoveChannels;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.operator.ShapeInference;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How long finding groups and removing channels takes on a residual network of 1,000 nodes, with 64
 * channels and 32 inside each block.
 *
 * <pre>  LargeGraph ROUNDS  </pre>
 */
public final class LargeGraph {
  private static final int NODES = 1000;

  private LargeGraph() {}

  public static void main(String[] arguments) {
    Model model = network();
    System.out.println(model.graph().nodes().size() + " nodes");
    for (int round = 0; round < Integer.parseInt(arguments[0]); round++) {
      long start = System.nanoTime();
      ChannelAnalysis analysis = ChannelAnalysis.of(model);
      long found = System.nanoTime();
      List<ChannelUnit> half = new ArrayList<>();
      for (ChannelGroup group : analysis.groups()) {
        half.addAll(group.units().subList(0, group.units().size() / 2));
      }
      Model smaller = new RemoveChannels(analysis).remove(half);
      long removed = System.nanoTime();
      System.out.printf(
          Locale.ROOT,
          "%d groups in %.3f s, %d units of channels removed in %.3f s, %d nodes left%n",
          analysis.groups().size(),
          (found - start) / 1e9,
          half.size(),
          (removed - found) / 1e9,
          smaller.graph().nodes().size());
    }
  }

  private static Model network() {
    GraphEditor editor = GraphEditor.empty("large");
    editor.input(new Value("x", TensorType.of(DataType.FLOAT32, 1, 3, 32, 32)));
    String value = convolution(editor, "stem", "x", 3, 64);
    for (int block = 0; 2 + 5 * block < NODES; block++) {
      String name = "block" + block;
      String inner = convolution(editor, name + "a", value, 64, 32);
      String active = put(editor, name + "relu", "Relu", inner);
      String outer = convolution(editor, name + "b", active, 32, 64);
      String sum = put(editor, name + "add", "Add", value, outer);
      value = put(editor, name + "out", "Relu", sum);
    }
    editor.output(new Value(convolution(editor, "head", value, 64, 10), null));
    return ShapeInference.infer(Model.of(editor.build()));
  }

  private static String convolution(
      GraphEditor editor, String name, String input, long inputs, long outputs) {
    float[] weight = new float[(int) (outputs * inputs * 9)];
    for (int index = 0; index < weight.length; index++) {
      weight[index] = (index * 31 % 17 - 8) / 64f;
    }
    editor.constant(name + ".w", Tensor.ofFloats(weight, outputs, inputs, 3, 3));
    editor.constant(name + ".b", Tensor.ofFloats(new float[(int) outputs], outputs));
    editor.add(
        Node.onnx(
            name,
            "Conv",
            Attributes.NONE.with("pads", 1L, 1L, 1L, 1L),
            List.of(input, name + ".w", name + ".b"),
            List.of(name + "_y")));
    return name + "_y";
  }

  private static String put(GraphEditor editor, String name, String type, String... inputs) {
    editor.add(Node.onnx(name, type, Attributes.NONE, List.of(inputs), List.of(name + "_y")));
    return name + "_y";
  }
}
