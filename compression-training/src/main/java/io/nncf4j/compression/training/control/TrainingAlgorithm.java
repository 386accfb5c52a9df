package io.nncf4j.compression.training.control;

import io.nncf4j.core.graph.Model;

/**
 * One algorithm of compression while training: first it puts its nodes into the graph, and when the
 * session for the graph of all algorithms stands, it begins to guide.
 *
 * <p>An algorithm takes part in {@code CompressedModels} by a case in its {@code algorithm}.
 */
public interface TrainingAlgorithm {
  /**
   * Where in the way of a weight an algorithm works. Nodes are put in from the last of these to the
   * first, each before those that are there, and taken out from the first to the last.
   *
   * <pre>
   *   weight -- PRUNING -- SPARSITY -- QUANTIZATION -- layer
   * </pre>
   */
  enum Place {
    PRUNING,
    SPARSITY,
    QUANTIZATION,
    /** Nothing in the graph, such as another loss. */
    OUTSIDE
  }

  /** Name in configurations and states, such as {@code quantization}. */
  String name();

  Place place();

  /**
   * The graph with this algorithm in it.
   *
   * @param model normalised for training, with the nodes of algorithms that come later in the way
   */
  Model insert(Model model);

  /** Begins to guide; {@link #insert} has been called. */
  CompressionController begin(CompressedModel compressed);
}
