package io.nncf4j.compression.pruning.channel;

import java.util.ArrayList;
import java.util.List;

/** Collects, while a graph is analysed, which nodes are layers with a weight. */
final class LayerRoles {
  private final List<PrunableLayer> layers = new ArrayList<>();

  void add(PrunableLayer layer) {
    layers.add(layer);
  }

  List<PrunableLayer> layers() {
    return layers;
  }
}
