package io.nncf4j.compression.training.quantization;

import io.nncf4j.compression.training.control.CompressedModel;
import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Attribute;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.OperatorType;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.graph.ValueType;
import io.nncf4j.core.quantize.FakeQuantize;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.libtorch.LibtorchEngine;
import io.nncf4j.engines.libtorch.TrainingSession;
import java.util.List;
import java.util.Map;

/**
 * Evaluates a compressed model in double precision. Quantized networks jump: where a sum lies
 * between two levels, the order in which float32 adds it up decides, and one value in ten thousand
 * is such. Integer kernels add exactly, and so do doubles; what a model measures in this way is
 * what the exported file gives, but for the last bit of scales.
 *
 * <pre>
 *   x -- Cast to float64 -- the graph with constants of float64 -- Cast to float32 -- y
 * </pre>
 */
public final class ExactEvaluation {
  private static final long FLOAT = 1;
  private static final long DOUBLE = 11;

  private final Graph graph;
  private final GraphEditor editor;

  private ExactEvaluation(Graph graph) {
    this.graph = graph;
    editor = new GraphEditor(graph);
  }

  /**
   * A session with the weights and ranges of now, switched to evaluation; the caller closes it.
   *
   * @throws InputException when the graph has bodies, whose types are not changed
   */
  public static TrainingSession of(CompressedModel compressed) {
    TrainingSession exact =
        new LibtorchEngine()
            .train(inDoubles(compressed.session().snapshot()), compressed.session().options());
    exact.setTraining(false);
    return exact;
  }

  static Model inDoubles(Model model) {
    return model.withGraph(new ExactEvaluation(model.graph()).widened());
  }

  private Graph widened() {
    graph.constants().forEach(this::widen);
    graph.types().forEach((name, type) -> editor.type(name, widened(type)));
    graph.nodes().forEach(this::widen);
    for (Value input : graph.inputs()) {
      if (input.tensorType().dataType() == DataType.FLOAT32) {
        String wide = editor.freshName(input.name() + ".wide");
        editor.readers(input.name()).forEach(each -> editor.redirect(each, input.name(), wide));
        cast(input.name(), wide, DOUBLE);
      }
    }
    for (Value output : graph.outputs()) {
      if (graph.producer(output.name()) != null
          && graph.tensorType(output.name()).dataType() == DataType.FLOAT32) {
        GraphEditor.Splice ends = editor.splice(output.name());
        cast(ends.source(), ends.target(), FLOAT);
        editor.type(ends.source(), widened(graph.tensorType(output.name())));
        editor.type(output.name(), graph.tensorType(output.name()));
      }
    }
    return editor.build();
  }

  private void cast(String from, String to, long type) {
    editor.add(
        Node.onnx(
            editor.freshName(to + ".cast"),
            "Cast",
            io.nncf4j.core.graph.Attributes.NONE.with("to", type),
            List.of(from),
            List.of(to)));
  }

  private void widen(String name, Tensor constant) {
    if (constant.dataType() == DataType.FLOAT32 && !isKept(name)) {
      editor.constant(name, wide(constant));
    }
  }

  private static Tensor wide(Tensor tensor) {
    return Tensor.ofDoubles(DataType.FLOAT64, tensor.toDoubles(), tensor.shape());
  }

  /** Ranges of quantizers are float32 in the exported file too; scales of Resize always are. */
  private boolean isKept(String constant) {
    return graph.uses(constant).stream()
        .anyMatch(
            use ->
                use.index() > 0
                    && (FakeQuantize.is(use.node()) || use.node().is("Resize", "Upsample")));
  }

  private static ValueType widened(ValueType type) {
    return type instanceof TensorType tensor && tensor.dataType() == DataType.FLOAT32
        ? tensor.withDataType(DataType.FLOAT64)
        : type;
  }

  private void widen(Node node) {
    if (!node.attributes().graphs().isEmpty()) {
      throw new InputException(
          "The node \""
              + node.name()
              + "\" ("
              + node.operator()
              + ") has a body, and bodies are not evaluated in double precision");
    }
    if (node.operator().equals(OperatorType.onnx("Cast")) && node.intAttribute("to", 0) == FLOAT) {
      editor.replace(node.withAttributes(node.attributes().with("to", DOUBLE)));
    }
    for (Map.Entry<String, Attribute> entry : node.attributes().asMap().entrySet()) {
      if (entry.getValue() instanceof Attribute.TensorAttribute tensor
          && tensor.value().dataType() == DataType.FLOAT32) {
        Attribute wide = new Attribute.TensorAttribute(wide(tensor.value()));
        editor.replace(node.withAttributes(node.attributes().with(entry.getKey(), wide)));
      }
    }
  }
}
