package io.nncf4j.compression.analysis;

import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A graph in Q/DQ form, looked at as if the quantizers were marks on its values. */
record QuantizedGraph(Graph graph) {
  static boolean isQuantizer(Node node) {
    return node.is("QuantizeLinear", "DequantizeLinear");
  }

  /**
   * The value behind quantizers that {@code value} has gone through; itself when there are none.
   */
  String origin(String value) {
    String current = value;
    Node producer = graph.producer(current);
    while (producer != null && isQuantizer(producer)) {
      current = producer.input(0);
      producer = graph.producer(current);
    }
    return current;
  }

  /** The value as its readers see it: behind the quantizers that stand on it, if they do. */
  String seen(String value) {
    for (Node reader : graph.consumers(value)) {
      if (reader.is("QuantizeLinear")) {
        for (Node next : graph.consumers(reader.output(0))) {
          if (next.is("DequantizeLinear")) {
            return next.output(0);
          }
        }
      }
    }
    return value;
  }

  /**
   * True when the node reads nothing but quantized values, vectors and scalars aside (biases,
   * bounds), and reads at least one.
   */
  boolean isInteger(Node node) {
    boolean any = false;
    for (int index = 0; index < node.inputs().size(); index++) {
      String input = node.input(index);
      Node producer = node.hasInput(index) ? graph.producer(input) : null;
      boolean quantized = producer != null && producer.is("DequantizeLinear");
      Tensor constant = node.hasInput(index) ? graph.constantValue(input) : null;
      boolean small = constant != null && constant.rank() < 2;
      if (!quantized && !small && node.hasInput(index)) {
        return false;
      }
      any |= quantized;
    }
    return any;
  }

  /** Bytes of the constants that the node reads, directly or through quantizers. */
  long weightBytes(Node node) {
    long bytes = 0;
    for (int index = 0; index < node.inputs().size(); index++) {
      if (node.hasInput(index)) {
        bytes += constantBytes(node.input(index));
      }
    }
    return bytes;
  }

  private long constantBytes(String value) {
    Tensor constant = graph.constantValue(value);
    if (constant != null) {
      return constant.byteCount();
    }
    Node producer = graph.producer(value);
    if (producer == null || !isQuantizer(producer) || graph.constantValue(origin(value)) == null) {
      return 0;
    }
    long bytes = 0;
    for (int index = 0; index < producer.inputs().size(); index++) {
      if (producer.hasInput(index)) {
        bytes += constantBytes(producer.input(index));
      }
    }
    return bytes;
  }

  /**
   * What a QuantizeLinear node keeps.
   *
   * @param low lowest number, over all channels
   * @param high highest number
   * @param channels number of scales
   */
  record Kept(double low, double high, int channels) {}

  /** The range that the first quantizer on {@code value} keeps; null when there is none. */
  @Nullable Kept kept(String value) {
    for (Node reader : graph.consumers(value)) {
      if (reader.is("QuantizeLinear") && reader.input(0).equals(value)) {
        return kept(reader);
      }
    }
    return null;
  }

  @Nullable Kept kept(Node quantize) {
    Tensor scale = graph.constantValue(quantize.input(1));
    Tensor zero = quantize.hasInput(2) ? graph.constantValue(quantize.input(2)) : null;
    if (scale == null || zero == null || !zero.dataType().isInteger()) {
      return null;
    }
    int bits = zero.dataType().bits();
    long lowest = zero.dataType().isSigned() ? -(1L << (bits - 1)) : 0;
    long highest = lowest + (1L << bits) - 1;
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (int channel = 0; channel < scale.size(); channel++) {
      double step = scale.doubleAt(channel);
      long middle = zero.longAt(Math.min(channel, zero.size() - 1));
      low = Math.min(low, (lowest - middle) * step);
      high = Math.max(high, (highest - middle) * step);
    }
    return new Kept(low, high, scale.size());
  }

  /** Nodes that are no quantizers, in order. */
  List<Node> nodes() {
    return graph.nodes().stream().filter(node -> !isQuantizer(node)).toList();
  }
}
