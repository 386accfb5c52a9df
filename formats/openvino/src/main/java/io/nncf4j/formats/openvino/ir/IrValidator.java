package io.nncf4j.formats.openvino.ir;

import io.nncf4j.core.InputException;
import io.nncf4j.core.NncfException;
import io.nncf4j.core.tensor.DataType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Says what is wrong with an IR of version 10 or 11: operators that no operator set has, ports that
 * are not numbered through, inputs that nothing or two things lead to, unknown element types,
 * constants outside the BIN, cycles.
 *
 * <p>Shapes are confirmed by reading the file and inferring them anew, which is the reader's part.
 */
public final class IrValidator {
  private final List<String> problems = new ArrayList<>();
  private final long weightsSize;

  private IrValidator(long weightsSize) {
    this.weightsSize = weightsSize;
  }

  /**
   * @param weightsSize length of the BIN
   * @return what is wrong, empty for a valid network
   */
  public static List<String> validate(IrNetwork network, long weightsSize) {
    IrValidator validator = new IrValidator(weightsSize);
    if (network.version() != 10 && network.version() != 11) {
      return List.of("version " + network.version() + " has no operator sets");
    }
    validator.network(network);
    return validator.problems;
  }

  /**
   * @throws NncfException when there is anything wrong: the writer's fault, not the model's
   */
  public static void requireValid(IrNetwork network, long weightsSize) {
    List<String> problems = validate(network, weightsSize);
    if (!problems.isEmpty()) {
      throw new NncfException(
          "The IR to be written is not valid; please report it:\n  "
              + String.join("\n  ", problems.subList(0, Math.min(10, problems.size()))));
    }
  }

  private void network(IrNetwork network) {
    Map<Integer, IrLayer> layers = new HashMap<>();
    for (IrLayer layer : network.layers()) {
      if (layers.put(layer.id(), layer) != null) {
        problems.add(layer.describe() + ": another layer has its number");
      }
      layer(layer);
    }
    Set<String> joined = new HashSet<>();
    Map<Integer, List<Integer>> readers = new HashMap<>();
    Map<Integer, Integer> waiting = new HashMap<>();
    for (IrEdge edge : network.edges()) {
      IrLayer from = layers.get(edge.fromLayer());
      IrLayer to = layers.get(edge.toLayer());
      if (from == null || from.outputs().stream().noneMatch(p -> p.id() == edge.fromPort())) {
        problems.add(edge + ": there is no such output port");
      } else if (to == null || to.inputs().stream().noneMatch(p -> p.id() == edge.toPort())) {
        problems.add(edge + ": there is no such input port");
      } else {
        if (!joined.add(to.id() + ":" + edge.toPort())) {
          problems.add(to.describe() + ": two edges lead to input port " + edge.toPort());
        }
        readers.computeIfAbsent(from.id(), key -> new ArrayList<>()).add(to.id());
        waiting.merge(to.id(), 1, Integer::sum);
      }
    }
    for (IrLayer layer : network.layers()) {
      for (IrPort port : layer.inputs()) {
        if (!joined.contains(layer.id() + ":" + port.id())) {
          problems.add(layer.describe() + ": nothing leads to input port " + port.id());
        }
      }
    }
    if (hasCycle(layers.keySet(), readers, waiting)) {
      problems.add("layers read their own outputs in a cycle");
    }
  }

  private static boolean hasCycle(
      Set<Integer> layers, Map<Integer, List<Integer>> readers, Map<Integer, Integer> waiting) {
    List<Integer> ready =
        new ArrayList<>(layers.stream().filter(id -> !waiting.containsKey(id)).toList());
    for (int next = 0; next < ready.size(); next++) {
      for (int reader : readers.getOrDefault(ready.get(next), List.of())) {
        if (waiting.merge(reader, -1, Integer::sum) == 0) {
          ready.add(reader);
        }
      }
    }
    return ready.size() < layers.size();
  }

  private void layer(IrLayer layer) {
    if (!OperatorSets.has(layer.type(), layer.opset())) {
      problems.add(layer.describe() + ": " + layer.opset() + " has no such operator");
    }
    int id = 0;
    for (IrPort port : layer.inputs()) {
      port(layer, port, id++);
    }
    for (IrPort port : layer.outputs()) {
      port(layer, port, id++);
      if (port.precision().isEmpty()) {
        problems.add(layer.describe() + ": output port " + port.id() + " has no element type");
      }
    }
    if (layer.type().equals("Const")) {
      constant(layer);
    }
    for (IrBody body : layer.bodies().values()) {
      Set<Integer> inside = new HashSet<>();
      body.network().layers().forEach(each -> inside.add(each.id()));
      List<IrBody.PortMapping> mappings = new ArrayList<>(body.inputs());
      mappings.addAll(body.outputs());
      for (IrBody.PortMapping mapping : mappings) {
        if (!inside.contains(mapping.internalLayer())) {
          problems.add(layer.describe() + ": its port map names layer " + mapping.internalLayer());
        }
      }
      network(body.network());
    }
  }

  private void port(IrLayer layer, IrPort port, int expected) {
    if (port.id() != expected) {
      problems.add(
          layer.describe() + ": port " + port.id() + " stands where " + expected + " should");
    }
    if (!port.precision().isEmpty()) {
      try {
        IrTypes.parse(port.precision());
      } catch (InputException e) {
        problems.add(layer.describe() + ": " + e.getMessage());
      }
    }
  }

  private void constant(IrLayer layer) {
    try {
      DataType type = IrTypes.parse(layer.data().getOrDefault("element_type", ""));
      long offset = Long.parseLong(layer.data().getOrDefault("offset", ""));
      long size = Long.parseLong(layer.data().getOrDefault("size", ""));
      String shape = layer.data().getOrDefault("shape", "");
      long elements = 1;
      for (String length : shape.isEmpty() ? new String[0] : shape.split(",", -1)) {
        elements = Math.multiplyExact(elements, Long.parseLong(length.strip()));
      }
      if (type.byteCount(elements) != size) {
        problems.add(layer.describe() + ": " + size + " bytes are not what its shape asks for");
      }
      if (offset < 0 || size < 0 || offset > weightsSize || size > weightsSize - offset) {
        problems.add(layer.describe() + ": its bytes are not all in the BIN of " + weightsSize);
      }
    } catch (InputException | NumberFormatException | ArithmeticException e) {
      problems.add(layer.describe() + ": " + e.getMessage());
    }
  }
}
