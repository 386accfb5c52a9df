package io.nncf4j.formats.openvino;

import static org.assertj.core.api.Assertions.assertThat;

import io.nncf4j.core.format.ModelFiles;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.operator.ShapeInference;
import io.nncf4j.core.pass.Verifier;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.testing.SharedFiles;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real IRs of three generations give what their twins or the saved results say. */
class OpenVinoReaderModelsTest {
  private static final String MODELS = "data/models/";

  private static Model read(String path) {
    return ModelFiles.read(SharedFiles.path(MODELS + path));
  }

  /** The same weights, but the IR was made to take the colours in the other order. */
  @Test
  void sampleNetGivesWhatItsOnnxTwinGives() {
    Model network = read("cross-format-samplenet/SampLeNet.xml");
    Model twin = read("cross-format-samplenet/samplenet.onnx");
    Map<String, Tensor> inputs = Running.inputs(network, 1);
    List<Tensor> found = Running.run(network, inputs);
    List<Tensor> expected = Running.run(twin, Map.of("data", reversedChannels(inputs)));
    Running.assertClose(found, expected, 1e-5);
  }

  private static Tensor reversedChannels(Map<String, Tensor> inputs) {
    Tensor picture = inputs.values().iterator().next();
    float[] values = picture.toFloats();
    int plane = values.length / 3;
    float[] reversed = new float[values.length];
    for (int channel = 0; channel < 3; channel++) {
      System.arraycopy(values, channel * plane, reversed, (2 - channel) * plane, plane);
    }
    return Tensor.ofFloats(reversed, picture.shape());
  }

  /** What the file says of types and shapes is what our own inference finds. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "cross-format-samplenet/SampLeNet.xml",
        "openvino/squeezenet1.1-v6/squeezenet1.1.xml",
        "openvino/mobilefacenet-v10/mobilefacenet.xml",
        "openvino/face-detection-retail-0004-v3/face-detection-retail-0004.xml"
      })
  void recordedTypesAreConfirmedByInference(String path) {
    Model model = read(path);
    assertThat(Verifier.STANDARD.verify(model)).isEmpty();
    assertThat(ShapeInference.analyse(model).findings()).isEmpty();
    List<Tensor> outputs = Running.run(model, Running.inputs(model, 1));
    assertThat(outputs).hasSize(1);
    assertThat(model.graph().outputs().get(0).tensorType())
        .isEqualTo(io.nncf4j.core.graph.TensorType.of(outputs.get(0)));
  }
}
