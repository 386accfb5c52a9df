package io.nncf4j.formats.openvino.write;

import io.nncf4j.core.graph.Dimension;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.formats.openvino.ir.IrBody;
import io.nncf4j.formats.openvino.ir.IrEdge;
import io.nncf4j.formats.openvino.ir.IrLayer;
import io.nncf4j.formats.openvino.ir.IrNetwork;
import io.nncf4j.formats.openvino.ir.IrPort;
import io.nncf4j.formats.openvino.ir.IrTypes;
import io.nncf4j.formats.openvino.ir.WeightsLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Collects the layers and edges of a network, numbered in the order in which they are added. */
final class LayerBuilder {
  static final int VERSION = 11;

  /** A layer whose output names may still grow. */
  private record Draft(
      int id,
      String name,
      String type,
      String opset,
      Map<String, String> data,
      Map<String, String> information,
      List<Out> inputs,
      List<TensorType> outputs,
      List<List<String>> names,
      Map<String, IrBody> bodies) {}

  private final WeightsLayout weights;
  private final List<Draft> drafts = new ArrayList<>();
  private final Set<String> taken = new HashSet<>();
  private final Map<String, Integer> lastNumbers = new HashMap<>();
  private final Map<Tensor, Out> constants = new IdentityHashMap<>();

  LayerBuilder(WeightsLayout weights) {
    this.weights = weights;
  }

  WeightsLayout weights() {
    return weights;
  }

  private String fresh(String wish) {
    String plain = wish.isEmpty() ? "layer" : wish;
    if (taken.add(plain)) {
      return plain;
    }
    int number = lastNumbers.getOrDefault(plain, 0) + 1;
    while (!taken.add(plain + "_" + number)) {
      number++;
    }
    lastNumbers.put(plain, number);
    return plain + "_" + number;
  }

  /** Adds a layer; its outputs are its ports from 0. */
  List<Out> layer(
      String wish,
      String type,
      int opset,
      Map<String, String> data,
      List<Out> inputs,
      List<TensorType> outputs) {
    return layer(wish, type, opset, data, inputs, outputs, Map.of());
  }

  List<Out> layer(
      String wish,
      String type,
      int opset,
      Map<String, String> data,
      List<Out> inputs,
      List<TensorType> outputs,
      Map<String, IrBody> bodies) {
    int id = drafts.size();
    List<List<String>> names = new ArrayList<>();
    List<Out> result = new ArrayList<>();
    for (int port = 0; port < outputs.size(); port++) {
      names.add(new ArrayList<>());
      result.add(new Out(id, port, outputs.get(port)));
    }
    drafts.add(
        new Draft(
            id,
            fresh(wish),
            type,
            "opset" + opset,
            data,
            new HashMap<>(),
            inputs,
            outputs,
            names,
            bodies));
    return result;
  }

  /** A constant, stored once however often it is asked for. */
  Out constant(String wish, Tensor tensor) {
    Out known = constants.get(tensor);
    if (known != null) {
      return known;
    }
    DataType type = tensor.dataType();
    String element = IrTypes.attribute(type);
    if (element.isEmpty() || type == DataType.STRING) {
      throw new InexpressibleNodeException("OpenVINO IR stores no constants of " + type.label());
    }
    long offset = weights.place(tensor);
    Map<String, String> data =
        Map.of(
            "element_type", element,
            "shape", NodeContext.list(tensor.shape()),
            "offset", Long.toString(offset),
            "size", Long.toString(tensor.byteCount()));
    Out made = layer(wish, "Const", 1, data, List.of(), List.of(TensorType.of(tensor))).get(0);
    constants.put(tensor, made);
    return made;
  }

  /** Number of layers so far, which is the number of the next one. */
  int count() {
    return drafts.size();
  }

  /** Gives a value one more name by which callers know it, or makes one of them the first. */
  void name(Out out, String name, boolean first) {
    List<String> names = drafts.get(out.layer()).names.get(out.port());
    if (first) {
      names.remove(name);
    }
    if (!names.contains(name)) {
      names.add(first ? 0 : names.size(), name);
    }
  }

  /** Adds runtime information to the layer that defines a value. */
  void inform(Out out, String path, String value) {
    drafts.get(out.layer()).information.put(path, value);
  }

  IrNetwork build(String name, Map<String, String> information) {
    List<IrLayer> layers = new ArrayList<>();
    List<IrEdge> edges = new ArrayList<>();
    for (Draft draft : drafts) {
      List<IrPort> inputs = new ArrayList<>();
      for (Out input : draft.inputs) {
        Draft source = drafts.get(input.layer());
        edges.add(
            new IrEdge(
                input.layer(), source.inputs.size() + input.port(), draft.id, inputs.size()));
        inputs.add(port(inputs.size(), source.outputs.get(input.port()), List.of()));
      }
      List<IrPort> outputs = new ArrayList<>();
      for (int port = 0; port < draft.outputs.size(); port++) {
        outputs.add(port(inputs.size() + port, draft.outputs.get(port), draft.names.get(port)));
      }
      layers.add(
          new IrLayer(
              draft.id,
              draft.name,
              draft.type,
              draft.opset,
              "",
              draft.data,
              inputs,
              outputs,
              Map.of(),
              draft.bodies,
              draft.information));
    }
    return new IrNetwork(name, VERSION, layers, edges, information);
  }

  private static IrPort port(int id, TensorType type, List<String> names) {
    DataType element = type.dataType();
    Shape shape = type.shape();
    return new IrPort(
        id,
        element == null ? "" : IrTypes.port(element),
        shape == null ? List.of() : lengths(shape),
        names,
        shape == null);
  }

  private static List<Long> lengths(Shape shape) {
    return shape.dimensions().stream().map(Dimension::lengthOrMinusOne).toList();
  }

  /** A shape as an attribute: {@code ?} for what is not known. */
  static String text(@Nullable Shape shape) {
    return shape == null
        ? "..."
        : shape.dimensions().stream()
            .map(each -> each.isKnown() ? Long.toString(each.lengthOrMinusOne()) : "?")
            .collect(Collectors.joining(","));
  }
}
