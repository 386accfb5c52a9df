package io.nncf4j.formats.openvino.read;

import io.nncf4j.core.InputException;
import io.nncf4j.formats.openvino.ir.IrEdge;
import io.nncf4j.formats.openvino.ir.IrLayer;
import io.nncf4j.formats.openvino.ir.IrNetwork;
import io.nncf4j.formats.openvino.ir.IrPort;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The layers of a network with what each input is joined to, each behind those it reads. */
final class LayerOrder {
  /** An output port of a layer. */
  record Source(IrLayer layer, int port) {}

  private final Map<Integer, IrLayer> layers = new LinkedHashMap<>();
  private final Map<Long, Source> sources = new HashMap<>();
  private final Map<Long, Integer> readers = new HashMap<>();
  private final List<IrLayer> sorted;

  LayerOrder(IrNetwork network) {
    for (IrLayer layer : network.layers()) {
      if (layers.put(layer.id(), layer) != null) {
        throw new InputException("Two layers have the number " + layer.id());
      }
    }
    Map<Integer, List<IrLayer>> consumers = new HashMap<>();
    Map<Integer, Integer> waiting = new HashMap<>();
    for (IrEdge edge : network.edges()) {
      IrLayer from = layer(edge.fromLayer());
      IrLayer to = layer(edge.toLayer());
      requirePort(from, from.outputs(), edge.fromPort(), "output");
      requirePort(to, to.inputs(), edge.toPort(), "input");
      Source source = new Source(from, edge.fromPort());
      if (sources.put(key(to.id(), edge.toPort()), source) != null) {
        throw new InputException(
            to.describe() + ": two edges lead to its input port " + edge.toPort());
      }
      readers.merge(key(from.id(), edge.fromPort()), 1, Integer::sum);
      consumers.computeIfAbsent(from.id(), key -> new ArrayList<>()).add(to);
      waiting.merge(to.id(), 1, Integer::sum);
    }
    sorted = sort(consumers, waiting);
  }

  private List<IrLayer> sort(Map<Integer, List<IrLayer>> consumers, Map<Integer, Integer> waiting) {
    Deque<IrLayer> ready = new ArrayDeque<>();
    layers.values().stream().filter(layer -> !waiting.containsKey(layer.id())).forEach(ready::add);
    List<IrLayer> order = new ArrayList<>();
    while (!ready.isEmpty()) {
      IrLayer layer = ready.removeFirst();
      order.add(layer);
      for (IrLayer consumer : consumers.getOrDefault(layer.id(), List.of())) {
        if (waiting.merge(consumer.id(), -1, Integer::sum) == 0) {
          ready.addLast(consumer);
        }
      }
    }
    if (order.size() < layers.size()) {
      IrLayer stuck =
          layers.values().stream()
              .filter(layer -> waiting.getOrDefault(layer.id(), 0) > 0)
              .findFirst()
              .orElseThrow();
      throw new InputException(stuck.describe() + " reads, by way of others, its own output");
    }
    return order;
  }

  private static void requirePort(IrLayer layer, List<IrPort> ports, int id, String kind) {
    if (ports.stream().noneMatch(port -> port.id() == id)) {
      throw new InputException(layer.describe() + " has no " + kind + " port " + id);
    }
  }

  private static long key(int layer, int port) {
    return ((long) layer << 32) | port;
  }

  /** Each layer behind those whose outputs it reads. */
  List<IrLayer> sorted() {
    return sorted;
  }

  IrLayer layer(int id) {
    IrLayer layer = layers.get(id);
    if (layer == null) {
      throw new InputException("An edge or a port map names layer " + id + ", which is not there");
    }
    return layer;
  }

  /** What input {@code index} of a layer, counted over its ports, is joined to; null if nothing. */
  @Nullable Source source(IrLayer layer, int index) {
    return index < layer.inputs().size()
        ? sources.get(key(layer.id(), layer.inputs().get(index).id()))
        : null;
  }

  boolean isRead(IrLayer layer, IrPort output) {
    return readers.containsKey(key(layer.id(), output.id()));
  }
}
