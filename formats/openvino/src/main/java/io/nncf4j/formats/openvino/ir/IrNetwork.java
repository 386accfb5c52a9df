package io.nncf4j.formats.openvino.ir;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A network or a body: layers joined by edges.
 *
 * @param name name of the network, may be empty
 * @param version version of the format, 2 to 11; bodies have that of their network
 * @param layers in file order
 * @param edges in file order
 * @param preprocessing what is done to inputs before the first layer, in old versions
 * @param information what {@code rt_info} and {@code meta_data} say, by path such as {@code
 *     nncf/quantization/preset}
 */
public record IrNetwork(
    String name,
    int version,
    List<IrLayer> layers,
    List<IrEdge> edges,
    List<IrPreprocessing> preprocessing,
    Map<String, String> information) {
  public IrNetwork {
    layers = List.copyOf(layers);
    edges = List.copyOf(edges);
    preprocessing = List.copyOf(preprocessing);
    information = java.util.Collections.unmodifiableMap(new TreeMap<>(information));
  }

  /** A network without pre-processing. */
  public IrNetwork(
      String name,
      int version,
      List<IrLayer> layers,
      List<IrEdge> edges,
      Map<String, String> information) {
    this(name, version, layers, edges, List.of(), information);
  }

  /**
   * True for the versions before operator sets: weights belong to layers, and attributes hold what
   * later became inputs.
   */
  public boolean isLegacy() {
    return version < 10;
  }
}
