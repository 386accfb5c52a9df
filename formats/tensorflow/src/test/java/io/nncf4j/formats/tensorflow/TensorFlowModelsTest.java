package io.nncf4j.formats.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nncf4j.core.InputException;
import io.nncf4j.core.compose.ForeignNodes;
import io.nncf4j.core.format.ModelFiles;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.operator.ShapeInference;
import io.nncf4j.core.pass.Verifier;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.testing.SharedFiles;
import java.awt.image.BufferedImage;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TensorFlowModelsTest {
  private static final String SAMPLE = "cross-format-samplenet/";

  private static Model read(String path) {
    return ModelFiles.read(SharedFiles.data("models").resolve(path));
  }

  private static Tensor noise(long... shape) {
    Random random = new Random(7);
    float[] values = new float[Tensor.elementCount(shape)];
    for (int index = 0; index < values.length; index++) {
      values[index] = random.nextFloat() * 2 - 1;
    }
    return Tensor.ofFloats(values, shape);
  }

  /** The frozen graph and the SavedModel hold the weights of the ONNX twin. */
  @Test
  void theFrozenSampleNetGivesWhatItsOnnxTwinGives() {
    Tensor input = noise(1, 3, 32, 32);
    Running.assertClose(
        Running.run(read(SAMPLE + "samplenet.pb"), input),
        Running.run(read(SAMPLE + "samplenet.onnx"), input),
        1e-5);
  }

  @ParameterizedTest
  @CsvSource({
    "cross-format-samplenet/samplenet.pb, 3, 0",
    "cross-format-samplenet/samplenet_tf2, 3, 0",
    "tensorflow/cifar-frozen.pb, 3, 0",
    "tensorflow/unet-person-128.pb, 3, 0",
    "tensorflow/mnist-conv-savedmodel, 1, 0",
    "tensorflow/keyword-spotting-savedmodel, 1, 0",
    "tensorflow/mnist-conv-savedmodel/saved_model.pb, 1, 0"
  })
  void everyModelRunsWithoutLeftOverTransposes(String path, long channels, int transposes) {
    Model model = read(path);
    assertThat(ForeignNodes.list(model.graph())).isEmpty();
    assertThat(Verifier.STANDARD.verify(model)).isEmpty();
    assertThat(ShapeInference.analyse(model).findings()).isEmpty();
    assertThat(model.graph().nodes().stream().filter(node -> node.is("Transpose")).map(Node::name))
        .hasSize(transposes);
    var shape = model.graph().inputs().get(0).tensorType().shape();
    assertThat(shape).isNotNull();
    assertThat(shape.get(1).lengthOrMinusOne()).isEqualTo(channels);
    long[] lengths =
        shape.dimensions().stream()
            .mapToLong(each -> each.isKnown() ? each.lengthOrMinusOne() : 2)
            .toArray();
    List<Tensor> outputs = Running.run(model, noise(lengths));
    assertThat(outputs).isNotEmpty();
    for (Tensor output : outputs) {
      for (int index = 0; index < output.size(); index++) {
        assertThat(output.doubleAt(index)).isFinite();
      }
    }
  }

  /**
   * Judge of layouts, padding and checkpoint: a NumPy program that computes this net with channels
   * last, from the same checkpoint, reads 389 of these 500 digits.
   */
  @Test
  void theDigitNetReadsDigits() throws IOException {
    Model model = read("tensorflow/mnist-conv-savedmodel");
    int count = 500;
    float[] pixels = new float[count * 784];
    int[] labels = new int[count];
    try (DataInputStream images = stream("t10k-images");
        DataInputStream names = stream("t10k-labels")) {
      images.skipBytes(16);
      names.skipBytes(8);
      for (int index = 0; index < pixels.length; index++) {
        pixels[index] = images.readUnsignedByte() / 255f;
      }
      for (int index = 0; index < count; index++) {
        labels[index] = names.readUnsignedByte();
      }
    }
    Tensor scores = Running.run(model, Tensor.ofFloats(pixels, count, 1, 28, 28)).get(0);
    int right = 0;
    for (int index = 0; index < count; index++) {
      int best = 0;
      for (int digit = 1; digit < 10; digit++) {
        best =
            scores.doubleAt(index * 10 + digit) > scores.doubleAt(index * 10 + best) ? digit : best;
      }
      right += best == labels[index] ? 1 : 0;
    }
    assertThat(right).isBetween(388, 390);
  }

  private static DataInputStream stream(String name) throws IOException {
    try (var files = Files.list(SharedFiles.data("mnist"))) {
      Path file =
          files
              .filter(each -> String.valueOf(each.getFileName()).startsWith(name))
              .findFirst()
              .orElseThrow();
      var raw = new java.io.BufferedInputStream(Files.newInputStream(file));
      return new DataInputStream(
          file.toString().endsWith(".gz") ? new java.util.zip.GZIPInputStream(raw) : raw);
    }
  }

  /** What was read can be trained. */
  @Test
  void batchNormalizationIsKept() {
    Model model = read("tensorflow/keyword-spotting-savedmodel");
    assertThat(model.graph().nodes().stream().filter(node -> node.is("BatchNormalization")))
        .hasSize(9);
    assertThat(model.graph().inputs().get(0).name()).isEqualTo("input_1");
    assertThat(model.graph().outputs().get(0).name()).isEqualTo("dense");
  }

  /** Loop, arrays, branches and parts of pictures: two people shake hands. */
  @Test
  void mtcnnFindsTwoFacesInAPhoto() throws IOException {
    Model model = read("tensorflow/mtcnn.pb");
    assertThat(ForeignNodes.list(model.graph())).isEmpty();
    assertThat(Verifier.STANDARD.verify(model)).isEmpty();
    assertThat(model.graph().inputs())
        .extracting(Value::name)
        .containsExactlyInAnyOrder("input", "min_size", "thresholds", "factor");
    BufferedImage photo = ImageIO.read(SharedFiles.data("faces/13.jpg").toFile());
    float[] colours = new float[photo.getWidth() * photo.getHeight() * 3];
    for (int index = 0; index < colours.length; index++) {
      int pixel = index / 3;
      int colour = photo.getRGB(pixel % photo.getWidth(), pixel / photo.getWidth());
      colours[index] = colour >> 8 * (index % 3) & 0xff;
    }
    Map<String, Tensor> inputs =
        Map.of(
            "input", Tensor.ofFloats(colours, photo.getHeight(), photo.getWidth(), 3),
            "min_size", Tensor.scalar(40f),
            "thresholds", Tensor.ofFloats(new float[] {0.6f, 0.7f, 0.7f}, 3),
            "factor", Tensor.scalar(0.709f));
    Tensor[] ordered =
        model.graph().inputs().stream()
            .map(input -> inputs.get(input.name()))
            .toArray(Tensor[]::new);
    List<Tensor> found = Running.run(model, ordered);
    assertThat(found)
        .extracting(tensor -> Arrays.toString(tensor.shape()))
        .containsExactlyInAnyOrder("[2, 4]", "[2]", "[2, 10]");
  }

  @Test
  void aSignatureThatIsNotThereIsNamedWithTheOthers() {
    Path folder = SharedFiles.data("models/tensorflow/mnist-conv-savedmodel");
    assertThat(TensorFlowReader.ofSignature("serving_default").read(folder).graph().inputs())
        .hasSize(1);
    assertThatThrownBy(() -> TensorFlowReader.ofSignature("other").read(folder))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("\"other\"")
        .hasMessageContaining("serving_default");
  }
}
