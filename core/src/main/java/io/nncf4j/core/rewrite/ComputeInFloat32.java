package io.nncf4j.core.rewrite;

import io.nncf4j.core.graph.Attribute;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Bodies;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.graph.ValueType;
import io.nncf4j.core.pass.Pass;
import io.nncf4j.core.pass.PassResult;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Turns float16, bfloat16 and float64 arithmetic into float32. Inputs and outputs keep their types.
 *
 * <pre>
 *   x: float16 -- Conv -- y: float16      x -- Cast(float32) -- Conv -- Cast(float16) -- y
 * </pre>
 *
 * <p>Runtimes have integer kernels between float32 values only, so a model of another type must be
 * computed in float32 before it can be quantized. Finite float64 constants beyond the range of
 * float32 become its largest numbers, not infinite.
 */
public record ComputeInFloat32() implements Pass {
  private static final String INTERFACE = ".in_float32";
  private static final List<String> TYPE_ATTRIBUTES = List.of("to", "dtype", "output_datatype");

  @Override
  public PassResult apply(Model model) {
    return computesInOtherFloats(model.graph())
        ? PassResult.of(model, withCasts(model.graph()))
        : PassResult.unchanged(model);
  }

  /** Any node but the casts that give outputs their type; types must have been inferred. */
  private static boolean computesInOtherFloats(Graph graph) {
    return graph.nodes().stream()
        .anyMatch(
            node ->
                node.outputs().stream()
                        .anyMatch(
                            output ->
                                isOtherFloat(graph.tensorType(output).dataType())
                                    && !(node.is("Cast") && graph.isOutput(output)))
                    || node.attributes().graphs().stream()
                        .anyMatch(ComputeInFloat32::computesInOtherFloats));
  }

  /** True when inputs or constants have another floating-point type: quick, needs no types. */
  public static boolean mentionsOtherFloats(Graph graph) {
    return graph.inputs().stream().anyMatch(input -> isOtherFloat(input.tensorType().dataType()))
        || graph.constants().values().stream().anyMatch(one -> isOtherFloat(one.dataType()))
        || graph.nodes().stream()
            .flatMap(node -> node.attributes().graphs().stream())
            .anyMatch(ComputeInFloat32::mentionsOtherFloats);
  }

  /** True when convolutions or matrix products compute in another floating-point type. */
  public static boolean isWanted(Graph graph) {
    return graph.nodes().stream()
        .anyMatch(
            node ->
                node.is("Conv", "ConvTranspose", "Gemm", "MatMul")
                        && isOtherFloat(graph.tensorType(node.output(0)).dataType())
                    || node.attributes().graphs().stream().anyMatch(ComputeInFloat32::isWanted));
  }

  private static boolean isOtherFloat(@Nullable DataType type) {
    return type == DataType.FLOAT16 || type == DataType.BFLOAT16 || type == DataType.FLOAT64;
  }

  private static long code(DataType type) {
    return switch (type) {
      case FLOAT16 -> 10;
      case FLOAT64 -> 11;
      case BFLOAT16 -> 16;
      default -> 1;
    };
  }

  private Graph withCasts(Graph graph) {
    Graph inner = converted(graph, graph.inputs());
    GraphEditor editor = new GraphEditor(inner);
    for (Value input : graph.inputs()) {
      if (isOtherFloat(input.tensorType().dataType())) {
        String converted = cast(editor, input.name(), input.name(), DataType.FLOAT32);
        for (String reader : editor.readers(input.name())) {
          if (!reader.equals(converted)) {
            editor.redirect(reader, input.name(), converted);
          }
        }
      }
    }
    List<Value> outputs = new ArrayList<>();
    for (Value output : graph.outputs()) {
      DataType type = graph.tensorType(output.name()).dataType();
      if (isOtherFloat(type) && type != null && inner.producer(output.name()) != null) {
        GraphEditor.Splice cut = editor.splice(output.name());
        String name = editor.freshName(output.name() + INTERFACE);
        editor.add(
            Node.onnx(
                name,
                "Cast",
                Attributes.NONE.with("to", code(type)),
                List.of(cut.source()),
                List.of(cut.target())));
        editor.type(cut.target(), graph.tensorType(output.name()));
      }
      outputs.add(output);
    }
    return editor.outputs(outputs).build();
  }

  private static String cast(GraphEditor editor, String source, String wish, DataType type) {
    String name = editor.freshName(wish + INTERFACE);
    editor.add(
        Node.onnx(
            name, "Cast", Attributes.NONE.with("to", code(type)), List.of(source), List.of(name)));
    return name;
  }

  /** The graph with all inner types, constants and attributes in float32. */
  private static Graph converted(Graph graph, List<Value> inputs) {
    Map<String, Tensor> constants = new LinkedHashMap<>();
    graph.constants().forEach((name, tensor) -> constants.put(name, converted(tensor)));
    List<Node> nodes =
        graph.nodes().stream()
            .map(node -> node.withAttributes(converted(node.attributes())))
            .toList();
    Map<String, ValueType> types = new HashMap<>();
    graph.types().forEach((name, type) -> types.put(name, converted(type)));
    List<Value> outputs =
        graph.outputs().stream()
            .map(
                output ->
                    new Value(
                        output.name(), output.type() == null ? null : converted(output.type())))
            .toList();
    return new Graph(graph.name(), inputs, outputs, constants, nodes, types);
  }

  private static Graph convertedBody(Graph body) {
    List<Value> inputs =
        body.inputs().stream()
            .map(
                input ->
                    new Value(input.name(), input.type() == null ? null : converted(input.type())))
            .toList();
    return converted(body, inputs);
  }

  private static ValueType converted(ValueType type) {
    if (type instanceof TensorType tensor) {
      return isOtherFloat(tensor.dataType()) ? tensor.withDataType(DataType.FLOAT32) : tensor;
    }
    if (type instanceof ValueType.SequenceType sequence && sequence.element() != null) {
      return new ValueType.SequenceType(converted(sequence.element()));
    }
    if (type instanceof ValueType.OptionalType optional && optional.element() != null) {
      return new ValueType.OptionalType(converted(optional.element()));
    }
    return type;
  }

  private static Tensor converted(Tensor tensor) {
    if (!isOtherFloat(tensor.dataType())) {
      return tensor;
    }
    double[] values = tensor.toDoubles();
    for (int index = 0; index < values.length; index++) {
      if (!Double.isInfinite(values[index])) {
        values[index] = Math.max(-Float.MAX_VALUE, Math.min(Float.MAX_VALUE, values[index]));
      }
    }
    return Tensor.ofDoubles(DataType.FLOAT32, values, tensor.shape());
  }

  private static Attributes converted(Attributes attributes) {
    Attributes result = attributes;
    for (Map.Entry<String, Attribute> entry : attributes.asMap().entrySet()) {
      if (entry.getValue() instanceof Attribute.TensorAttribute tensor
          && isOtherFloat(tensor.value().dataType())) {
        result = result.with(entry.getKey(), Attribute.of(converted(tensor.value())));
      } else if (entry.getValue() instanceof Attribute.IntAttribute number
          && TYPE_ATTRIBUTES.contains(entry.getKey())
          && isCodeOfOtherFloat(number.value())) {
        result = result.with(entry.getKey(), code(DataType.FLOAT32));
      }
    }
    return Bodies.map(result, ComputeInFloat32::convertedBody);
  }

  private static boolean isCodeOfOtherFloat(long code) {
    return code == code(DataType.FLOAT16)
        || code == code(DataType.BFLOAT16)
        || code == code(DataType.FLOAT64);
  }
}
