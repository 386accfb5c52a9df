package io.nncf4j.core.graph;

import io.nncf4j.core.InputException;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A neural network: a graph with its weights, and what is to be known about it. Immutable, free of
 * any file format, with ONNX operator semantics.
 *
 * <p>Readers make models, passes turn one into another, engines run them, writers save them. A
 * model never changes: weights are shared between a model and all models derived from it, and may
 * be mapped from the file they were read from.
 *
 * @param graph the main graph
 * @param opsets version of every operator domain that the graph uses; the ONNX domain is the empty
 *     string
 * @param metadata free properties, in alphabetical order: what a file carried, and the provenance
 *     of what was done since
 * @param producer name and version of the program that made the model, such as {@code pytorch
 *     2.6.0}; may be empty
 */
public record Model(
    Graph graph, Map<String, Integer> opsets, Map<String, String> metadata, String producer) {
  /**
   * The ONNX opset version that readers raise older models to, so that each operator has one form
   * inside.
   */
  public static final int CANONICAL_OPSET = 21;

  public Model {
    Set<String> undefined = graph.captured();
    if (!undefined.isEmpty()) {
      throw new InputException(
          "The model reads values that nothing defines: " + undefined.stream().limit(5).toList());
    }
    opsets = Collections.unmodifiableMap(new TreeMap<>(opsets));
    metadata = Collections.unmodifiableMap(new TreeMap<>(metadata));
  }

  /** A model of ONNX operators in their canonical version, without metadata. */
  public static Model of(Graph graph) {
    return new Model(graph, Map.of("", CANONICAL_OPSET), Map.of(), "");
  }

  /** Version of the ONNX operators. */
  public int opset() {
    return opsets.getOrDefault("", CANONICAL_OPSET);
  }

  public Model withGraph(Graph newGraph) {
    return new Model(newGraph, opsets, metadata, producer);
  }

  /** The same model with a version for one more domain, or another version for it. */
  public Model withOpset(String domain, int version) {
    Map<String, Integer> changed = new TreeMap<>(opsets);
    changed.put(domain, version);
    return new Model(graph, changed, metadata, producer);
  }

  public Model withMetadata(String key, String value) {
    Map<String, String> changed = new TreeMap<>(metadata);
    changed.put(key, value);
    return new Model(graph, opsets, changed, producer);
  }
}
