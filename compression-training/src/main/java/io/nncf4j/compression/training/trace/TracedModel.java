package io.nncf4j.compression.training.trace;

import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.operator.ShapeInference;
import io.nncf4j.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A model that code calls with symbolic values. Each call adds the model's nodes once more, with
 * the same weights; the first call keeps their names.
 */
public final class TracedModel {
  private final Model model;
  private final WrapValues wrapInputs;
  private final WrapValues wrapOutputs;
  private final GraphEditor editor;
  private final Map<String, TensorType> mocks = new LinkedHashMap<>();
  private final Map<String, String> inputMarks = new LinkedHashMap<>();
  private final List<String> outputs = new ArrayList<>();
  private final CopiedGraph copies;

  TracedModel(Model model, WrapValues wrapInputs, WrapValues wrapOutputs) {
    this.model = model;
    this.wrapInputs = wrapInputs;
    this.wrapOutputs = wrapOutputs;
    editor = GraphEditor.empty(model.graph().name());
    copies = new CopiedGraph(editor, model.graph());
  }

  /** The model's own inputs, with all that it says of their types. */
  public List<Value> inputs() {
    return model.graph().inputs();
  }

  /**
   * A value for code to begin with, in the place of a tensor with made-up numbers.
   *
   * @param wish a name that tells it from others in messages
   * @param type element type and shape; a dimension may be a symbol, as the batch should be
   */
  public SymbolicValue mock(String wish, TensorType type) {
    String name = editor.freshName("mock/" + wish);
    editor.input(new Value(name, type));
    mocks.put(name, type);
    return new SymbolicValue(this, name);
  }

  /** A tensor that stays as it is. */
  public SymbolicValue constant(String wish, Tensor tensor) {
    return new SymbolicValue(this, editor.addConstant(wish, tensor));
  }

  SymbolicValue scalar(float number) {
    return constant("number", Tensor.ofFloats(new float[] {number}));
  }

  /**
   * Calls the model.
   *
   * @param arguments one value for each of {@link #inputs}, in that order
   * @return one value for each output of the model
   */
  public List<SymbolicValue> call(SymbolicValue... arguments) {
    List<SymbolicValue> given = own(Arrays.asList(arguments), inputs().size(), "arguments");
    List<SymbolicValue> wrapped =
        own(wrapInputs.wrap(given), inputs().size(), "values from wrapInputs");
    List<SymbolicValue> results =
        copies.add(wrapped.stream().map(SymbolicValue::name).toList()).stream()
            .map(name -> new SymbolicValue(this, name))
            .toList();
    return own(wrapOutputs.wrap(results), results.size(), "values from wrapOutputs");
  }

  private List<SymbolicValue> own(List<SymbolicValue> values, int expected, String what) {
    if (values.size() != expected) {
      throw new InputException(
          "A call of the model has " + expected + " " + what + "; found " + values.size());
    }
    for (SymbolicValue value : values) {
      if (value.trace() != this) {
        throw new InputException("The value \"" + value + "\" belongs to another trace");
      }
    }
    return List.copyOf(values);
  }

  SymbolicValue operator(String type, Attributes attributes, List<SymbolicValue> inputs) {
    List<String> names =
        own(inputs, inputs.size(), "inputs").stream().map(SymbolicValue::name).toList();
    String node = editor.freshName("traced/" + type);
    String output = editor.freshName(node + "/output");
    editor.add(Node.onnx(node, type, attributes, names, List.of(output)));
    return new SymbolicValue(this, output);
  }

  SymbolicValue markInput(SymbolicValue value, String name) {
    inputMarks.put(name, rename(value, name));
    return new SymbolicValue(this, name);
  }

  SymbolicValue markOutput(SymbolicValue value, String name) {
    if (!value.name().equals(name)) {
      rename(value, name);
    }
    if (outputs.contains(name)) {
      throw new InputException("Two values are marked as the output \"" + name + "\"");
    }
    outputs.add(name);
    return new SymbolicValue(this, name);
  }

  /** Gives a value another name by a node whose name is returned. */
  private String rename(SymbolicValue value, String name) {
    if (!editor.freshName(name).equals(name)) {
      throw new InputException(
          "The name \""
              + name
              + "\" is taken by another value of the trace; mark \""
              + value
              + "\" under a name of its own");
    }
    String node = editor.freshName(name + "/mark");
    editor.add(Node.onnx(node, "Identity", Attributes.NONE, List.of(value.name()), List.of(name)));
    return node;
  }

  /** The graph between the marks. */
  Model finish() {
    requireMarks();
    editor.outputs(outputs.stream().map(name -> new Value(name, null)).toList());
    Graph whole = ShapeInference.infer(model.withGraph(editor.build())).graph();
    GraphEditor cut = new GraphEditor(whole);
    inputMarks.values().forEach(cut::remove);
    cut.inputs(
        inputMarks.keySet().stream().map(name -> new Value(name, whole.tensorType(name))).toList());
    cut.removeUnused();
    for (String mock : mocks.keySet()) {
      if (!cut.readers(mock).isEmpty()) {
        throw new InputException(
            "The outputs depend on the made-up value \""
                + mock
                + "\" through "
                + cut.readers(mock)
                + ", and it is not marked: mark it with asInput in wrapInputs, or take a constant");
      }
    }
    return model.withGraph(cut.build());
  }

  private void requireMarks() {
    if (inputMarks.isEmpty()) {
      throw new InputException(
          "No input of the traced model is marked: wrapInputs must hand back value.asInput(name)"
              + ", and dummyForward must call the model");
    }
    if (outputs.isEmpty()) {
      throw new InputException(
          "No output of the traced model is marked: wrapOutputs must hand back"
              + " value.asOutput(name)");
    }
  }
}
