package io.nncf4j.compression.quantization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nncf4j.compression.calibration.CalibrationOptions;
import io.nncf4j.compression.options.BiasCorrectionMode;
import io.nncf4j.compression.options.IgnoredScope;
import io.nncf4j.compression.options.QuantizationOptions;
import io.nncf4j.compression.options.QuantizationPreset;
import io.nncf4j.compression.quantization.plan.ActivationPlacement;
import io.nncf4j.compression.quantization.plan.QuantizationPlan;
import io.nncf4j.compression.quantization.plan.WeightPlacement;
import io.nncf4j.compression.quantization.runtime.OnnxRuntimePlanner;
import io.nncf4j.compression.quantization.runtime.TargetPlanner;
import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Attribute;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.Engine;
import io.nncf4j.engines.Session;
import io.nncf4j.engines.SessionOptions;
import io.nncf4j.engines.onnxruntime.OnnxRuntimeEngine;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PostTrainingQuantizationTest {
  private final Engine engine = new OnnxRuntimeEngine();
  private final Model model = TinyNetwork.model();

  private PostTrainingQuantization.Result quantize(QuantizationOptions options, int workers) {
    return new PostTrainingQuantization(new OnnxRuntimePlanner(), engine)
        .quantize(
            model,
            TinyNetwork.samples(TinyNetwork.images(20)),
            QuantizationParameters.defaults()
                .withPlacement(options)
                .withBiasCorrection(BiasCorrectionMode.FULL)
                .withCalibration(CalibrationOptions.defaults().withWorkers(workers)));
  }

  @Test
  void planTakesRangesBehindReluAndUnitesWhatOnlyMoves() {
    QuantizationPlan plan = new OnnxRuntimePlanner().plan(model, QuantizationOptions.defaults());
    assertThat(plan.activations())
        .extracting(ActivationPlacement::value)
        .containsExactlyInAnyOrder("input", "r1", "c2", "sum", "p", "f");
    assertThat(plan.weights()).extracting(WeightPlacement::channelAxis).containsOnly(0);
    assertThat(plan.activations().stream().filter(p -> p.unifiedGroup() == 1))
        .extracting(ActivationPlacement::value)
        .containsExactlyInAnyOrder("p", "f");
  }

  @Test
  void staysCloseToFloat() {
    for (QuantizationPreset preset : QuantizationPreset.values()) {
      Model quantized = quantize(QuantizationOptions.defaults().withPreset(preset), 2).model();
      List<Map<String, Tensor>> fresh = TinyNetwork.images(30);
      try (Session before = engine.compile(model, SessionOptions.defaults());
          Session after = engine.compile(quantized, SessionOptions.defaults())) {
        for (int i = 20; i < fresh.size(); i++) {
          Map<String, Tensor> input = fresh.get(i);
          assertThat(
                  TinyNetwork.cosine(
                      before.run(input).get("logits"), after.run(input).get("logits")))
              .isGreaterThan(0.995);
        }
      }
    }
  }

  @Test
  void storesIntegersOnly() {
    Graph graph = quantize(QuantizationOptions.defaults(), 1).model().graph();
    assertThat(graph.constants().values())
        .filteredOn(tensor -> tensor.size() > 6)
        .extracting(Tensor::dataType)
        .containsOnly(DataType.INT8);
    assertThat(graph.nodes().stream().filter(node -> node.is("QuantizeLinear")))
        .extracting(node -> graph.constant(node.input(2)).dataType())
        .containsOnly(DataType.UINT8);
    assertThat(graph.nodes()).extracting(Node::type).doesNotContain("FakeQuantize");
  }

  @Test
  void sameModelWithAnyNumberOfWorkers() {
    QuantizationOptions options = QuantizationOptions.defaults();
    assertThat(quantize(options, 3).model()).isEqualTo(quantize(options, 1).model());
  }

  @Test
  void ignoredNodesStayInFloatAndSayWhy() {
    PostTrainingQuantization.Result result =
        quantize(QuantizationOptions.defaults().withIgnoredScope(IgnoredScope.ofNames("conv2")), 1);
    assertThat(result.plan().weights()).extracting(WeightPlacement::node).doesNotContain("conv2");
    assertThat(result.findings()).anyMatch(finding -> finding.nodes().equals(List.of("conv2")));
    assertThat(result.model().graph().node("conv2").input(1)).isEqualTo("w2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"QuantizeLinear", "QLinearConv", "MatMulInteger", "MatMulNBits"})
  void aModelThatIsQuantizedAlreadyIsRefused(String type) {
    Graph body =
        GraphEditor.empty("then")
            .add(Node.onnx("inside", type, Attributes.NONE, List.of("input"), List.of("t")))
            .output(new Value("t", null))
            .build();
    GraphEditor editor = new GraphEditor(TinyNetwork.model().graph());
    editor.constant("yes", Tensor.ofBytes(DataType.BOOL, new byte[] {1}));
    editor.add(
        Node.onnx(
            "if",
            "If",
            Attributes.NONE.with("then_branch", Attribute.of(body)),
            List.of("yes"),
            List.of("unused")));
    Model quantized = Model.of(editor.build());
    assertThatThrownBy(
            () ->
                new PostTrainingQuantization(new TargetPlanner(), new OnnxRuntimeEngine())
                    .quantize(
                        quantized,
                        TinyNetwork.samples(TinyNetwork.images(1)),
                        QuantizationParameters.defaults()))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("\"inside\" is a " + type);
  }
}
