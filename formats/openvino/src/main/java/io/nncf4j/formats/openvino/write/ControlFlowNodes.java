package io.nncf4j.formats.openvino.write;

import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.formats.openvino.ir.IrBody;
import io.nncf4j.formats.openvino.ir.IrBody.PortMapping;
import io.nncf4j.formats.openvino.ir.IrEdge;
import io.nncf4j.formats.openvino.ir.IrNetwork;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** If and Loop: what a body sees of the graphs around it comes in through ports. */
final class ControlFlowNodes {
  private ControlFlowNodes() {}

  static void addTo(Map<String, NodeRule> rules) {
    rules.put("If", ControlFlowNodes::branch);
    rules.put("Loop", ControlFlowNodes::loop);
  }

  /** Values that bodies read from outside and that are no constants, with their ports. */
  private static Map<String, Integer> captured(NodeContext node, List<Out> inputs) {
    TreeSet<String> names = new TreeSet<>();
    node.node().attributes().graphs().forEach(body -> names.addAll(body.captured()));
    Map<String, Integer> ports = new LinkedHashMap<>();
    for (String name : names) {
      if (node.graph().constant(name) == null) {
        ports.put(name, inputs.size());
        inputs.add(node.graph().value(name));
      }
    }
    return ports;
  }

  private static PortMapping mapping(int port, int layer) {
    return new PortMapping("", port, layer, null, 0, -1, 1, 1);
  }

  private static List<PortMapping> bind(
      NodeContext node, GraphEncoder body, Graph graph, Map<String, Integer> ports) {
    List<PortMapping> mappings = new ArrayList<>();
    ports.forEach(
        (name, port) -> {
          if (graph.captured().contains(name)) {
            Out parameter = body.parameter(name, node.graph().type(name));
            mappings.add(mapping(port, parameter.layer()));
          }
        });
    return mappings;
  }

  private static void branch(NodeContext node) {
    List<Out> inputs = new ArrayList<>(List.of(node.input(0)));
    Map<String, Integer> ports = captured(node, inputs);
    Map<String, IrBody> bodies = new TreeMap<>();
    bodies.put("then_body", branch(node, "then_branch", ports, inputs.size()));
    bodies.put("else_body", branch(node, "else_branch", ports, inputs.size()));
    finish(node, "If", 8, inputs, bodies, node.node().outputs().size());
  }

  private static IrBody branch(
      NodeContext node, String attribute, Map<String, Integer> ports, int firstOutput) {
    Graph graph = node.node().graphAttribute(attribute);
    GraphEncoder body = node.graph().body(graph);
    List<PortMapping> inputs = bind(node, body, graph, ports);
    body.encodeNodes();
    List<PortMapping> outputs = new ArrayList<>();
    for (Value output : graph.outputs()) {
      outputs.add(mapping(firstOutput + outputs.size(), body.result(output.name())));
    }
    IrNetwork network = body.layers().build(attribute, Map.of());
    return new IrBody(network, inputs, outputs, List.of());
  }

  private static void loop(NodeContext node) {
    Node loop = node.node();
    Graph graph = loop.graphAttribute("body");
    int carried = graph.inputs().size() - 2;
    int scanned = graph.outputs().size() - 1 - carried;
    if (carried < 0 || scanned < 0 || loop.inputs().size() != carried + 2) {
      throw new InexpressibleNodeException("its body does not fit its inputs");
    }
    List<Out> inputs = new ArrayList<>();
    inputs.add(node.hasInput(0) ? node.input(0) : node.integer(-1));
    inputs.add(
        node.hasInput(1)
            ? node.input(1)
            : node.constant(Tensor.ofBytes(DataType.BOOL, new byte[] {1})));
    for (int index = 0; index < carried; index++) {
      inputs.add(node.input(index + 2));
    }
    Map<String, Integer> ports = captured(node, inputs);
    GraphEncoder body = node.graph().body(graph);
    List<PortMapping> in = new ArrayList<>();
    Out iteration = body.parameter(graph.inputs().get(0).name(), TensorType.of(DataType.INT64));
    in.add(new PortMapping("current_iteration", -1, iteration.layer(), null, 0, -1, 1, 1));
    // Within the body the condition holds: else it would not be running.
    body.bind(
        graph.inputs().get(1).name(),
        body.layers().constant("holds", Tensor.ofBytes(DataType.BOOL, new byte[] {1})));
    List<Integer> parameters = new ArrayList<>();
    for (int index = 0; index < carried; index++) {
      Value input = graph.inputs().get(index + 2);
      Out parameter = body.parameter(input.name(), input.tensorType());
      parameters.add(parameter.layer());
      in.add(mapping(index + 2, parameter.layer()));
    }
    in.addAll(bind(node, body, graph, ports));
    body.encodeNodes();
    List<PortMapping> out = new ArrayList<>();
    List<IrEdge> backEdges = new ArrayList<>();
    int condition = body.result(graph.outputs().get(0).name());
    out.add(new PortMapping("execution_condition", -1, condition, null, 0, -1, 1, 1));
    int port = inputs.size();
    for (int index = 0; index < carried; index++) {
      int result = body.result(graph.outputs().get(index + 1).name());
      backEdges.add(new IrEdge(result, 0, parameters.get(index), 0));
      out.add(mapping(port++, result));
    }
    for (int index = 0; index < scanned; index++) {
      int result = scanned(body, graph.outputs().get(index + 1 + carried).name());
      out.add(new PortMapping("", port++, result, 0, 0, -1, 1, 1));
    }
    IrBody encoded = new IrBody(body.layers().build("body", Map.of()), in, out, backEdges);
    finish(node, "Loop", 5, inputs, Map.of("body", encoded), carried + scanned);
  }

  /** A Result with the leading axis along which iterations are put together. */
  private static int scanned(GraphEncoder body, String name) {
    Out value = body.value(name);
    TensorType type = value.type().withShape(null);
    Out wide =
        body.layers()
            .layer(
                name + "/row",
                "Unsqueeze",
                1,
                Map.of(),
                List.of(value, body.layers().constant(name + "/axis", Tensor.vector(0))),
                List.of(type))
            .get(0);
    body.layers().layer(name + "/result", "Result", 1, Map.of(), List.of(wide), List.of());
    return body.layers().count() - 1;
  }

  private static void finish(
      NodeContext node,
      String type,
      int opset,
      List<Out> inputs,
      Map<String, IrBody> bodies,
      int count) {
    List<TensorType> outputs = new ArrayList<>();
    for (int index = 0; index < count; index++) {
      outputs.add(node.outputType(index));
    }
    List<Out> made =
        node.graph()
            .layers()
            .layer(node.node().name(), type, opset, Map.of(), inputs, outputs, bodies);
    for (int index = 0; index < count; index++) {
      node.bind(index, made.get(index));
    }
  }
}
