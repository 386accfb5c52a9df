package io.nncf4j.layers;

import java.util.List;

/** Layers one after the other. */
public record Sequential(List<Layer> layers) implements Layer {
  public Sequential {
    layers = List.copyOf(layers);
  }

  public static Sequential of(Layer... layers) {
    return new Sequential(List.of(layers));
  }

  @Override
  public String build(GraphBuilder graph, String input) {
    String value = input;
    for (Layer layer : layers) {
      value = layer.build(graph, value);
    }
    return value;
  }
}
