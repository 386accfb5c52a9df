package io.nncf4j.compression.quantization;

import io.nncf4j.compression.calibration.CalibrationSamples;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.data.Dataset;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * A residual network of two convolutions with random weights.
 *
 * <pre> input - conv1 - Relu -+- conv2 - Add - GlobalAveragePool - Flatten - Gemm - logits
 *                           \-----------/                                              </pre>
 */
public final class TinyNetwork {
  private TinyNetwork() {}

  public static Model model() {
    Random random = new Random(5);
    GraphEditor editor = GraphEditor.empty("tiny");
    editor.input(new Value("input", TensorType.of(DataType.FLOAT32, 1, 3, 8, 8)));
    editor.output(new Value("logits", TensorType.of(DataType.FLOAT32, 1, 5)));
    Attributes padded = Attributes.NONE.with("pads", 1, 1, 1, 1);
    editor.constant("w1", gaussian(random, 6, 3, 3, 3)).constant("b1", gaussian(random, 6));
    editor.constant("w2", gaussian(random, 6, 6, 3, 3)).constant("b2", gaussian(random, 6));
    editor.constant("w3", gaussian(random, 5, 6)).constant("b3", gaussian(random, 5));
    node(editor, "conv1", "Conv", padded, List.of("input", "w1", "b1"), "c1", 1, 6, 8, 8);
    node(editor, "relu", "Relu", Attributes.NONE, List.of("c1"), "r1", 1, 6, 8, 8);
    node(editor, "conv2", "Conv", padded, List.of("r1", "w2", "b2"), "c2", 1, 6, 8, 8);
    node(editor, "add", "Add", Attributes.NONE, List.of("c2", "r1"), "sum", 1, 6, 8, 8);
    node(editor, "pool", "GlobalAveragePool", Attributes.NONE, List.of("sum"), "p", 1, 6, 1, 1);
    node(editor, "flatten", "Flatten", Attributes.NONE, List.of("p"), "f", 1, 6);
    node(
        editor,
        "gemm",
        "Gemm",
        Attributes.NONE.with("transB", 1L),
        List.of("f", "w3", "b3"),
        "logits",
        1,
        5);
    return Model.of(editor.build());
  }

  private static void node(
      GraphEditor editor,
      String name,
      String type,
      Attributes attributes,
      List<String> inputs,
      String output,
      long... shape) {
    editor.add(Node.onnx(name, type, attributes, inputs, List.of(output)));
    editor.type(output, TensorType.of(DataType.FLOAT32, shape));
  }

  private static Tensor gaussian(Random random, long... shape) {
    float[] values = new float[Tensor.elementCount(shape)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextGaussian() * 0.3);
    }
    return Tensor.ofFloats(values, shape);
  }

  /** Random images. */
  public static List<Map<String, Tensor>> images(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> Map.of("input", gaussian(new Random(100 + i), 1, 3, 8, 8)))
        .toList();
  }

  public static CalibrationSamples samples(List<Map<String, Tensor>> images) {
    return CalibrationSamples.of(new Dataset<>(images, image -> image), images.size());
  }

  /** Cosine of the angle between two tensors. */
  public static double cosine(Tensor a, Tensor b) {
    double dot = 0;
    double squareA = 0;
    double squareB = 0;
    for (int i = 0; i < a.size(); i++) {
      dot += a.doubleAt(i) * b.doubleAt(i);
      squareA += a.doubleAt(i) * a.doubleAt(i);
      squareB += b.doubleAt(i) * b.doubleAt(i);
    }
    return dot / Math.sqrt(squareA * squareB);
  }
}
