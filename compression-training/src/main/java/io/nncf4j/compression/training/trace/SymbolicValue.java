package io.nncf4j.compression.training.trace;

import io.nncf4j.core.graph.Attributes;
import java.util.List;

/**
 * Stands for a tensor while code is traced. What is computed with it becomes nodes of the graph;
 * shapes are checked when the trace is over.
 */
public final class SymbolicValue {
  private final TracedModel trace;
  private final String name;

  SymbolicValue(TracedModel trace, String name) {
    this.trace = trace;
    this.name = name;
  }

  /** The value's name in the graph. */
  public String name() {
    return name;
  }

  TracedModel trace() {
    return trace;
  }

  /**
   * Marks an input of the graph: what comes before is left to the caller of the compressed model.
   *
   * @param input the name by which it is handed in
   * @return what the model is to be called with
   */
  public SymbolicValue asInput(String input) {
    return trace.markInput(this, input);
  }

  /**
   * Marks an output of the graph: what comes behind is left to the caller of the compressed model.
   */
  public SymbolicValue asOutput(String output) {
    return trace.markOutput(this, output);
  }

  public SymbolicValue plus(SymbolicValue other) {
    return operator("Add", Attributes.NONE, other);
  }

  /** Adds a number to all elements, which are float32. */
  public SymbolicValue plus(float number) {
    return plus(trace.scalar(number));
  }

  public SymbolicValue minus(SymbolicValue other) {
    return operator("Sub", Attributes.NONE, other);
  }

  public SymbolicValue times(SymbolicValue other) {
    return operator("Mul", Attributes.NONE, other);
  }

  /** Multiplies all elements, which are float32, by a number. */
  public SymbolicValue times(float number) {
    return times(trace.scalar(number));
  }

  /**
   * Any operator of ONNX with one output.
   *
   * @param others its inputs behind this one
   */
  public SymbolicValue operator(String type, Attributes attributes, SymbolicValue... others) {
    List<SymbolicValue> inputs = new java.util.ArrayList<>(List.of(this));
    inputs.addAll(List.of(others));
    return trace.operator(type, attributes, inputs);
  }

  @Override
  public String toString() {
    return name;
  }
}
