package io.nncf4j.cli;

import io.nncf4j.core.format.ModelFiles;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Dimension;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.nio.file.Path;
import java.util.List;

/** Models of a few nodes, written to files. */
final class SmallModels {
  private SmallModels() {}

  /**
   * Tells the colour of an 8 x 8 picture: scores are the mean of each of the three channels, times
   * {@code weight}.
   */
  static Path colours(Path file, Dimension batch, float weight) {
    return colours(file, batch, weight, DataType.FLOAT32);
  }

  /** Likewise, computed in another floating-point type. */
  static Path colours(Path file, Dimension batch, float weight, DataType type) {
    TensorType input =
        new TensorType(type, Shape.of(batch, Dimension.of(3), Dimension.of(8), Dimension.of(8)));
    double[] identity = new double[9];
    for (int channel = 0; channel < 3; channel++) {
      identity[channel * 4] = weight;
    }
    Model model =
        Model.of(
            GraphEditor.empty("colours")
                .input(new Value("image", input))
                .constant("weight", Tensor.ofDoubles(type, identity, 3, 3, 1, 1))
                .add(node("convolution", "Conv", List.of("image", "weight"), "features"))
                .add(node("pooling", "GlobalAveragePool", List.of("features"), "pooled"))
                .add(node("flatten", "Flatten", List.of("pooled"), "scores"))
                .output(new Value("scores", new TensorType(type, Shape.of(batch, Dimension.of(3)))))
                .build());
    ModelFiles.write(model, file, true);
    return file;
  }

  /** Sees the same two things in each picture: class 1 at (0, 0, 4, 4), class 0 at (2, 2, 8, 8). */
  static Path detector(Path file) {
    TensorType input = new TensorType(DataType.FLOAT32, Shape.of(1, 3, 8, 8));
    Model model =
        Model.of(
            GraphEditor.empty("detector")
                .input(new Value("image", input))
                .constant("zero", Tensor.ofFloats(new float[] {0}))
                .constant("places", Tensor.ofFloats(new float[] {0, 0, 4, 4, 2, 2, 8, 8}, 1, 2, 4))
                .constant("sureness", Tensor.ofFloats(new float[] {0, 0.9f, 0.8f, 0}, 1, 2, 2))
                .add(node("pool", "GlobalAveragePool", List.of("image"), "pooled"))
                .add(node("reduce", "ReduceMean", List.of("pooled"), "mean"))
                .add(node("squeeze", "Squeeze", List.of("mean"), "scalar"))
                .add(node("nothing", "Mul", List.of("scalar", "zero"), "none"))
                .add(node("boxes", "Add", List.of("none", "places"), "boxes"))
                .add(node("scores", "Add", List.of("none", "sureness"), "scores"))
                .output(new Value("boxes", new TensorType(DataType.FLOAT32, Shape.of(1, 2, 4))))
                .output(new Value("scores", new TensorType(DataType.FLOAT32, Shape.of(1, 2, 2))))
                .build());
    ModelFiles.write(model, file, true);
    return file;
  }

  /** Knows nothing of the next byte: each of 256 is as likely. */
  static Path languageModel(Path file) {
    Shape shape = Shape.of(Dimension.of(1), Dimension.symbol("length"));
    Model model =
        Model.of(
            GraphEditor.empty("language")
                .input(new Value("tokens", new TensorType(DataType.INT64, shape)))
                .constant("table", Tensor.ofFloats(new float[256 * 256], 256, 256))
                .add(node("embedding", "Gather", List.of("table", "tokens"), "logits"))
                .output(new Value("logits", new TensorType(DataType.FLOAT32, null)))
                .build());
    ModelFiles.write(model, file, true);
    return file;
  }

  private static Node node(String name, String type, List<String> inputs, String output) {
    return Node.onnx(name, type, Attributes.NONE, inputs, List.of(output));
  }
}
