package io.nncf4j.engines.openvino;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nncf4j.core.InputException;
import io.nncf4j.core.NncfException;
import io.nncf4j.core.format.ModelFiles;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.Engine;
import io.nncf4j.engines.Session;
import io.nncf4j.engines.SessionOptions;
import io.nncf4j.engines.SyntheticInputs;
import io.nncf4j.engines.onnxruntime.OnnxRuntimeEngine;
import io.nncf4j.testing.Closeness;
import io.nncf4j.testing.SharedFiles;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** OpenVINO against ONNX Runtime; all but the first test need the library of OpenVINO. */
class OpenVinoEngineTest {
  private static final String SAMPLE = "models/cross-format-samplenet/samplenet.onnx";

  private final OpenVinoEngine engine = new OpenVinoEngine();

  private void needsLibrary() {
    try {
      assertThat(engine.version()).isNotBlank();
    } catch (NncfException absent) {
      Assumptions.abort(absent.getMessage());
    }
  }

  @Test
  void isAServiceThatTellsItsVersionOrHowToGetTheLibrary() {
    Engine found =
        ServiceLoader.load(Engine.class).stream()
            .map(ServiceLoader.Provider::get)
            .filter(each -> each.name().equals("openvino"))
            .findFirst()
            .orElseThrow();
    try {
      assertThat(found.version()).isNotBlank();
    } catch (NncfException absent) {
      assertThat(absent).hasMessageContaining("OPENVINO_DIR").hasMessageContaining("install");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "models/cross-format-samplenet/samplenet.onnx",
        "models/classification/squeezenet1.1.onnx",
        "models/classification/mobilenet_v1_0.25_224.onnx",
        "models/classification/resnet20-cifar10.onnx",
        "models/detection/yunet_n_320_320.onnx",
        "models/openvino/squeezenet1.1-v6/squeezenet1.1.xml"
      })
  void outputsAreThoseOfOnnxRuntime(String path) {
    needsLibrary();
    Model model = ModelFiles.read(SharedFiles.data(path));
    Map<String, Tensor> inputs = SyntheticInputs.ofSeed(3).generate(model.graph().inputs());
    Map<String, Tensor> found;
    try (Session session = engine.compile(model, SessionOptions.defaults())) {
      found = session.run(inputs);
      assertThat(session.run(inputs)).isEqualTo(found);
    }
    try (Session session = new OnnxRuntimeEngine().compile(model, SessionOptions.defaults())) {
      Map<String, Tensor> expected = session.run(inputs);
      assertThat(found.keySet()).containsExactlyElementsOf(expected.keySet());
      expected.forEach(
          (name, tensor) -> assertClose(Objects.requireNonNull(found.get(name)), tensor));
    }
  }

  @Test
  void shapesThatTheModelLeavesOpenMayChange() {
    needsLibrary();
    Model model = ModelFiles.read(SharedFiles.data("models/classification/resnet20-cifar10.onnx"));
    String input = model.graph().inputs().get(0).name();
    try (Session session = engine.compile(model, SessionOptions.defaults())) {
      for (int batch : List.of(1, 3, 2)) {
        float[] pixels = new float[batch * 3 * 32 * 32];
        Map<String, Tensor> outputs =
            session.run(Map.of(input, Tensor.ofFloats(pixels, batch, 3, 32, 32)));
        assertThat(outputs.values().iterator().next().dimension(0)).isEqualTo(batch);
      }
    }
  }

  @Test
  void probesComeBehindTheOutputs() {
    needsLibrary();
    Model model = ModelFiles.read(SharedFiles.data(SAMPLE));
    String inner = model.graph().nodes().get(0).outputs().get(0);
    SessionOptions options = SessionOptions.defaults().withProbes(List.of(inner));
    try (Session session = engine.compile(model, options)) {
      assertThat(session.outputs()).hasSize(2).endsWith(inner);
      assertThat(session.run(SyntheticInputs.ofSeed(3).generate(model.graph().inputs())))
          .containsKey(inner);
    }
  }

  @Test
  void anInputOfAnotherShapeIsRefused() {
    needsLibrary();
    Model model = ModelFiles.read(SharedFiles.data(SAMPLE));
    try (Session session = engine.compile(model, SessionOptions.defaults())) {
      Tensor wrong = Tensor.ofFloats(new float[4], 4);
      assertThatThrownBy(() -> session.run(Map.of(session.inputs().get(0).name(), wrong)))
          .isInstanceOf(InputException.class);
    }
  }

  private static void assertClose(Tensor found, Tensor expected) {
    assertThat(found.shape()).isEqualTo(expected.shape());
    assertThat(Closeness.difference(expected.size(), found::doubleAt, expected::doubleAt))
        .isLessThanOrEqualTo(1e-4);
  }
}
