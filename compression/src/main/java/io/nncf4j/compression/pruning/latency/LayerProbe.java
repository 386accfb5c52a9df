package io.nncf4j.compression.pruning.latency;

import io.nncf4j.compression.pruning.channel.PrunableLayer;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.operator.ShapeInference;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A convolution or linear layer cut out of its network, to be timed alone with other numbers of
 * channels.
 *
 * @param data lengths of its input, channels at axis 1
 * @param weight lengths of its weight
 */
record LayerProbe(
    String type,
    Attributes attributes,
    PrunableLayer.Kind kind,
    int filterDimension,
    int inputDimension,
    List<Long> data,
    List<Long> weight) {

  /** The probe of a layer in a model of known shapes; null when it cannot be timed alone. */
  static @Nullable LayerProbe of(PrunableLayer layer, Graph graph) {
    Node node = graph.node(layer.node());
    if (node == null || !node.is("Conv", "Gemm", "ConvTranspose")) {
      return null;
    }
    Shape data = graph.tensorType(node.input(0)).shape();
    Shape weight = graph.tensorType(layer.weight().value()).shape();
    if (data == null || weight == null || !data.isStatic() || !weight.isStatic()) {
      return null;
    }
    return new LayerProbe(
        node.type(),
        node.attributes(),
        layer.kind(),
        layer.filterDimension(),
        layer.inputDimension(),
        java.util.Arrays.stream(data.toArray()).boxed().toList(),
        java.util.Arrays.stream(weight.toArray()).boxed().toList());
  }

  long filters() {
    return weight.get(filterDimension);
  }

  long inputs() {
    return weight.get(inputDimension);
  }

  /** The layer alone, with weights of other lengths. */
  Model model(long filters, long inputs) {
    long[] lengths = weight.stream().mapToLong(Long::longValue).toArray();
    lengths[filterDimension] = filters;
    lengths[inputDimension] = inputs;
    long[] given = data.stream().mapToLong(Long::longValue).toArray();
    Attributes fitted = attributes;
    if (type.equals("Gemm")) {
      given[1] = inputs;
    } else if (kind == PrunableLayer.Kind.DEPTHWISE || kind == PrunableLayer.Kind.GROUPED) {
      // Whole groups go: channels and groups shrink as the first dimension of the weight does.
      long first = weight.get(0);
      given[1] = given[1] * lengths[0] / first;
      long groups = groups() * lengths[0] / first;
      fitted = attributes.with("group", groups);
    } else {
      given[1] = type.equals("ConvTranspose") ? lengths[0] : lengths[1] * groups();
    }
    float[] values = new float[Tensor.elementCount(lengths)];
    for (int index = 0; index < values.length; index++) {
      values[index] = (index * 31 % 17 - 8) / 64f;
    }
    GraphEditor editor = GraphEditor.empty("layer");
    editor.input(new Value("x", TensorType.of(DataType.FLOAT32, given)));
    editor.constant("w", Tensor.ofFloats(values, lengths));
    editor.add(Node.onnx("layer", type, fitted, List.of("x", "w"), List.of("y")));
    editor.output(new Value("y", null));
    return ShapeInference.infer(Model.of(editor.build()));
  }

  private long groups() {
    return attributes.get("group") instanceof io.nncf4j.core.graph.Attribute.IntAttribute given
        ? given.value()
        : 1;
  }
}
