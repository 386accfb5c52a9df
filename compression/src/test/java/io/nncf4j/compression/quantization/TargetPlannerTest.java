package io.nncf4j.compression.quantization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nncf4j.compression.options.IgnoredScope;
import io.nncf4j.compression.options.ModelType;
import io.nncf4j.compression.options.QuantizationOptions;
import io.nncf4j.compression.options.QuantizationPreset;
import io.nncf4j.compression.options.QuantizerConstraints;
import io.nncf4j.compression.options.Subgraph;
import io.nncf4j.compression.options.TargetDevice;
import io.nncf4j.compression.options.TargetRuntime;
import io.nncf4j.compression.quantization.plan.ActivationPlacement;
import io.nncf4j.compression.quantization.plan.FloatNode;
import io.nncf4j.compression.quantization.plan.QuantizationPlan;
import io.nncf4j.compression.quantization.plan.Quantizer;
import io.nncf4j.compression.quantization.plan.WeightPlacement;
import io.nncf4j.compression.quantization.runtime.TargetPlanner;
import io.nncf4j.core.Finding;
import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Model;
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
import org.junit.jupiter.params.provider.EnumSource;

/** Each option either changes the plan, or is an error or a finding. */
class TargetPlannerTest {
  private static final QuantizationOptions DEFAULTS = QuantizationOptions.defaults();

  private final Engine engine = new OnnxRuntimeEngine();
  private final Model model = TinyNetwork.model();

  private QuantizationPlan plan(QuantizationOptions options) {
    return new TargetPlanner().plan(model, options);
  }

  private static QuantizerConstraints constraints(
      Integer bits, Boolean symmetric, Boolean signed, Boolean perChannel, Boolean narrow) {
    return new QuantizerConstraints(bits, symmetric, signed, perChannel, narrow);
  }

  private static QuantizationOptions activations(QuantizerConstraints constraints) {
    return DEFAULTS.withConstraints(constraints, QuantizerConstraints.NONE);
  }

  private static QuantizationOptions weights(QuantizerConstraints constraints) {
    return DEFAULTS.withConstraints(QuantizerConstraints.NONE, constraints);
  }

  private Quantizer activation(QuantizationOptions options) {
    return plan(options).activations().get(0).quantizer();
  }

  private Quantizer weight(QuantizationOptions options) {
    return plan(options).weights().get(0).quantizer();
  }

  @ParameterizedTest
  @EnumSource(TargetDevice.class)
  void everyDeviceGivesAModelThatRuns(TargetDevice device) {
    Model quantized = quantize(DEFAULTS.withTargetDevice(device));
    Graph graph = quantized.graph();
    boolean onProcessor = DEFAULTS.withTargetDevice(device).runsInOnnxRuntimeOnCpu();
    assertThat(graph.nodes().stream().filter(node -> node.is("QuantizeLinear")))
        .extracting(node -> graph.constant(node.input(2)).dataType())
        .contains(onProcessor ? DataType.UINT8 : DataType.INT8);
    assertThat(cosine(quantized)).isGreaterThan(0.99);
    assertThat(plan(DEFAULTS.withTargetDevice(device)).findings())
        .extracting(Finding::code)
        .isEqualTo(
            device == TargetDevice.ANY || device == TargetDevice.CPU
                ? List.of()
                : List.of("target-device"));
  }

  @Test
  void openVinoTakesTheTableOfTheDevice() {
    QuantizationPlan plan = plan(DEFAULTS.withTargetRuntime(TargetRuntime.OPENVINO));
    assertThat(plan.activations().get(0).quantizer().isSymmetric()).isTrue();
    assertThat(plan.findings()).isEmpty();
  }

  @Test
  void trialTakesAnyWidth() {
    QuantizationOptions options =
        DEFAULTS
            .withTargetDevice(TargetDevice.TRIAL)
            .withConstraints(
                constraints(6, null, null, null, null), constraints(5, null, null, null, null));
    assertThat(activation(options).bits()).isEqualTo(6);
    assertThat(weight(options).bits()).isEqualTo(5);
    assertThat(cosine(quantize(options))).isGreaterThan(0.9);
  }

  @Test
  void presetsAndConstraintsDecideTheQuantizers() {
    assertThat(activation(DEFAULTS)).isEqualTo(Quantizer.asymmetric(8));
    assertThat(activation(DEFAULTS.withPreset(QuantizationPreset.PERFORMANCE)))
        .isEqualTo(Quantizer.symmetric(8));
    assertThat(activation(DEFAULTS.withPreset(QuantizationPreset.MIXED)))
        .isEqualTo(Quantizer.asymmetric(8));
    assertThat(activation(activations(constraints(null, true, true, null, true))))
        .isEqualTo(
            Quantizer.symmetric(8)
                .withSignedness(Quantizer.Signedness.SIGNED)
                .withNarrowRange(true));
    assertThat(weight(DEFAULTS)).isEqualTo(Quantizer.weight(8, true));
    assertThat(weight(weights(constraints(null, null, null, false, null))))
        .isEqualTo(Quantizer.weight(8, false));
    assertThat(weight(weights(constraints(null, null, null, null, false))).narrowRange()).isFalse();
  }

  @Test
  void asymmetricWeightsRunInTheRuntime() {
    QuantizationOptions options = weights(constraints(null, false, null, null, null));
    assertThat(weight(options)).isEqualTo(Quantizer.asymmetric(8));
    assertThat(plan(options).findings())
        .extracting(Finding::code)
        .containsExactly("one-scale-for-a-tensor");
    assertThat(cosine(quantize(options))).isGreaterThan(0.99);
  }

  @Test
  void narrowSignedActivationsRunInTheRuntime() {
    QuantizationOptions options = activations(constraints(null, true, true, null, true));
    assertThat(cosine(quantize(options))).isGreaterThan(0.99);
  }

  @Test
  void whatNoKernelCanDoIsRefusedAllAtOnce() {
    QuantizationOptions options =
        DEFAULTS.withConstraints(
            constraints(12, null, null, true, null), constraints(4, false, false, true, true));
    assertThatThrownBy(() -> plan(options))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("activations with a scale for each channel")
        .hasMessageContaining("activations of 12 bits")
        .hasMessageContaining("weights of 4 bits")
        .hasMessageContaining("unsigned weights")
        .hasMessageContaining("asymmetric weights with a scale for each channel")
        .hasMessageContaining("narrow");
  }

  @Test
  void whatGainsNothingIsTold() {
    assertThat(plan(activations(constraints(6, null, null, null, null))).findings())
        .extracting(Finding::code)
        .containsExactly("no-gain-from-fewer-bits");
    assertThat(plan(activations(constraints(16, null, null, null, null))).findings())
        .extracting(Finding::code)
        .containsExactly("no-integer-kernel");
  }

  @Test
  void outputsAreQuantizedWhenAsked() {
    assertThat(plan(DEFAULTS).activations())
        .extracting(ActivationPlacement::value)
        .doesNotContain("logits");
    assertThat(plan(DEFAULTS.withQuantizeOutputs(true)).activations())
        .extracting(ActivationPlacement::value)
        .contains("logits");
  }

  @Test
  void transformersKeepAdditionsInFloat() {
    assertThat(plan(DEFAULTS.withModelType(ModelType.TRANSFORMER)).floatNodes())
        .contains(
            new FloatNode(
                "add",
                "Add",
                "transformer-float",
                "this operator of a transformer loses accuracy in integers"));
  }

  @Test
  void whatReadsFloatsStaysInFloatAndSaysSo() {
    QuantizationPlan plan = plan(DEFAULTS.withIgnoredScope(IgnoredScope.ofNames("conv2", "gemm")));
    assertThat(plan.weights()).extracting(WeightPlacement::node).containsExactly("conv1");
    assertThat(plan.floatNodes())
        .extracting(FloatNode::node, FloatNode::code)
        .containsExactlyInAnyOrder(
            org.assertj.core.groups.Tuple.tuple("conv2", "ignored-scope"),
            org.assertj.core.groups.Tuple.tuple("gemm", "ignored-scope"),
            org.assertj.core.groups.Tuple.tuple("add", "reads-floats"),
            org.assertj.core.groups.Tuple.tuple("pool", "reads-floats"));
    assertThat(plan.toString()).contains("float       add (Add)");
  }

  @Test
  void ignoredSubgraphsPatternsAndTypes() {
    IgnoredScope scope =
        new IgnoredScope(
            List.of(),
            List.of("conv1$"),
            List.of("Gemm"),
            List.of(new Subgraph(List.of("conv2"), List.of("add"))),
            true);
    QuantizationOptions options = DEFAULTS.withIgnoredScope(scope);
    assertThat(plan(options).weights()).isEmpty();
  }

  @Test
  void allRulesThatMatchNothingAreListed() {
    IgnoredScope scope =
        new IgnoredScope(
            List.of("conv9"),
            List.of("layer.*"),
            List.of("LSTM"),
            List.of(new Subgraph(List.of("conv2"), List.of("conv8"))),
            true);
    assertThatThrownBy(() -> quantize(DEFAULTS.withIgnoredScope(scope)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("conv9")
        .hasMessageContaining("layer.*")
        .hasMessageContaining("LSTM")
        .hasMessageContaining("conv8");
  }

  private Model quantize(QuantizationOptions options) {
    return new PostTrainingQuantization(new TargetPlanner(), engine)
        .quantize(
            model,
            TinyNetwork.samples(TinyNetwork.images(20)),
            QuantizationParameters.defaults().withPlacement(options))
        .model();
  }

  private double cosine(Model quantized) {
    Map<String, Tensor> input = TinyNetwork.images(25).get(24);
    try (Session before = engine.compile(model, SessionOptions.defaults());
        Session after = engine.compile(quantized, SessionOptions.defaults())) {
      return TinyNetwork.cosine(before.run(input).get("logits"), after.run(input).get("logits"));
    }
  }
}
