package io.nncf4j.engines.onnxruntime;

import io.nncf4j.core.InputException;
import io.nncf4j.core.UnsupportedOperatorException;
import io.nncf4j.core.UnsupportedOperatorException.Unsupported;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.OperatorType;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.tensor.DataType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A model as the runtime gets it: probed values are outputs, and inputs of types that the runtime's
 * Java interface lacks come in as other types of the same bits.
 *
 * <pre>
 *   x: uint32 ── Add            x_bits: int32 ── Cast(to uint32) ── x ── Add
 * </pre>
 *
 * @param model what is given to the runtime
 * @param feedNames name of the runtime's input for each input of the original model
 * @param computed outputs and probes that the runtime computes, in order
 * @param outputs names of all outputs and probes, in order; those that are not computed are inputs
 *     or constants
 */
record RuntimeGraph(
    Model model, Map<String, String> feedNames, List<String> computed, List<String> outputs) {

  static RuntimeGraph of(Model original, List<String> probes) {
    Graph graph = original.graph();
    refuseForeignOperators(graph);
    GraphEditor editor = new GraphEditor(graph);
    Map<String, String> feedNames = adaptInputs(graph, editor);
    Set<String> computed = new LinkedHashSet<>();
    graph.outputs().forEach(output -> computed.add(output.name()));
    Set<String> outputs = new LinkedHashSet<>(computed);
    for (String probe : probes) {
      if (!graph.isDefined(probe)) {
        throw new InputException(
            "There is no value \""
                + probe
                + "\" to look at; values inside the bodies of If, Loop and Scan cannot be probed");
      }
      if (outputs.add(probe) && graph.producer(probe) != null) {
        computed.add(probe);
        editor.output(typedOrNot(graph.value(probe)));
      }
    }
    return new RuntimeGraph(
        original.withGraph(editor.build()), feedNames, List.copyOf(computed), List.copyOf(outputs));
  }

  /** The runtime finds out the type of an output that has none; half a type it refuses. */
  private static Value typedOrNot(Value value) {
    return value.type() instanceof TensorType type && type.dataType() == null
        ? new Value(value.name(), null)
        : value;
  }

  private static Map<String, String> adaptInputs(Graph graph, GraphEditor editor) {
    Map<String, String> feedNames = new LinkedHashMap<>();
    List<Value> inputs = new ArrayList<>();
    for (Value input : graph.inputs()) {
      if (input.type() != null && !(input.type() instanceof TensorType)) {
        throw new InputException(
            "The input \""
                + input.name()
                + "\" is "
                + input.type()
                + "; only tensors can be given");
      }
      DataType type = input.tensorType().dataType();
      if (type != null && !OrtTensors.isFeedable(type)) {
        throw new InputException(
            "The input \""
                + input.name()
                + "\" is of "
                + type.label()
                + ", which ONNX Runtime's Java interface cannot take; cast it inside the model");
      }
      Value feed = type == null ? input : adaptInput(input, type, editor);
      feedNames.put(input.name(), feed.name());
      inputs.add(feed);
    }
    editor.inputs(inputs);
    return feedNames;
  }

  private static Value adaptInput(Value input, DataType type, GraphEditor editor) {
    DataType sameBits =
        switch (type) {
          case UINT16 -> DataType.INT16;
          case UINT32 -> DataType.INT32;
          case UINT64 -> DataType.INT64;
          default -> type;
        };
    if (sameBits == type) {
      return input;
    }
    String feed = editor.freshName(input.name() + "_bits");
    editor.add(
        Node.onnx(
            editor.freshName(input.name() + "_cast"),
            "Cast",
            Attributes.NONE.with("to", type.onnxNumber()),
            List.of(feed),
            List.of(input.name())));
    return new Value(feed, input.tensorType().withDataType(sameBits));
  }

  /** The runtime would stop at the first operator of ours; a user wants to see all of them. */
  private static void refuseForeignOperators(Graph graph) {
    List<Unsupported> unsupported = new ArrayList<>();
    collectForeign(graph, unsupported);
    if (!unsupported.isEmpty()) {
      throw new UnsupportedOperatorException("ONNX Runtime", unsupported);
    }
  }

  private static void collectForeign(Graph graph, List<Unsupported> unsupported) {
    for (Node node : graph.nodes()) {
      if (node.operator().domain().equals(OperatorType.NNCF_DOMAIN)) {
        unsupported.add(
            new Unsupported(
                node.name(), node.operator().toString(), "lower it to ONNX operators first"));
      }
      node.attributes().graphs().forEach(body -> collectForeign(body, unsupported));
    }
  }
}
