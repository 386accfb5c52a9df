package io.nncf4j.compression.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nncf4j.compression.calibration.CalibrationSamples;
import io.nncf4j.compression.config.ExtraStruct;
import io.nncf4j.compression.config.NNCFConfig;
import io.nncf4j.compression.training.control.CompressedModel;
import io.nncf4j.compression.training.control.CompressionController;
import io.nncf4j.compression.training.quantization.QuantizationController;
import io.nncf4j.compression.training.quantization.TrainedQuantizer;
import io.nncf4j.compression.training.trace.DummyForward;
import io.nncf4j.compression.training.trace.ModelTrace;
import io.nncf4j.compression.training.trace.SymbolicValue;
import io.nncf4j.compression.training.trace.WrapValues;
import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.data.Dataset;
import io.nncf4j.engines.libtorch.LibtorchEngine;
import io.nncf4j.engines.libtorch.Outputs;
import io.nncf4j.engines.libtorch.TrainingOptions;
import io.nncf4j.engines.libtorch.TrainingSession;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The compressed graph is what lies between the values that code marks. */
class ModelTraceTest {
  private static final WrapValues AS_THEY_ARE = values -> values;

  private static final DummyForward TWO_PICTURES =
      model -> {
        TensorType picture = model.inputs().get(0).tensorType();
        SymbolicValue left = model.mock("left", picture).asInput("left").times(0.5f);
        SymbolicValue right = model.mock("right", picture).asInput("right").times(0.5f);
        model.call(left).get(0).minus(model.call(right).get(0)).asOutput("difference");
      };

  private static List<String> names(List<Value> values) {
    return values.stream().map(Value::name).toList();
  }

  private static float[] run(Model model, Map<String, Tensor> inputs, String output) {
    try (TrainingSession session =
        new LibtorchEngine().train(model, TrainingOptions.defaults().withThreads(1))) {
      session.setTraining(false);
      try (Outputs outputs = session.forward(inputs)) {
        return outputs.read(output).toFloats();
      }
    }
  }

  @Test
  void aModelThatIsCalledTwiceSharesItsWeights() {
    Model model = SmallNetwork.model();
    Model traced = ModelTrace.of(model, TWO_PICTURES, AS_THEY_ARE, AS_THEY_ARE);

    Graph graph = traced.graph();
    assertThat(names(graph.inputs())).containsExactly("left", "right");
    assertThat(names(graph.outputs())).containsExactly("difference");
    assertThat(graph.nodes().stream().filter(node -> node.is("Conv"))).hasSize(4);
    assertThat(graph.constants().keySet().stream().filter(name -> name.endsWith("conv1.weight")))
        .hasSize(1);

    Tensor one = SmallNetwork.batch(1).images();
    Tensor other = SmallNetwork.batch(2).images();
    float[] left = run(model, Map.of("x", halved(one)), "logits");
    float[] right = run(model, Map.of("x", halved(other)), "logits");
    float[] difference = run(traced, Map.of("left", one, "right", other), "difference");
    for (int index = 0; index < left.length; index++) {
      assertThat(difference[index]).isEqualTo(left[index] - right[index]);
    }
  }

  private static Tensor halved(Tensor tensor) {
    float[] values = tensor.toFloats();
    for (int index = 0; index < values.length; index++) {
      values[index] *= 0.5f;
    }
    return Tensor.ofFloats(values, tensor.shape());
  }

  @Test
  void whatCodeMarksIsCompressedAndExported() {
    NNCFConfig config = NNCFConfig.fromText("{\"compression\": {\"algorithm\": \"quantization\"}}");
    config.registerExtraStructs(List.of(new ExtraStruct.QuantizationRangeInitArgs(pairs())));
    CompressionController controller =
        CompressedModels.createCompressedModel(
            SmallNetwork.model(), config, null, TWO_PICTURES, AS_THEY_ARE, null, false);
    try (CompressedModel compressed = controller.model()) {
      QuantizationController quantization =
          controller.part(QuantizationController.class).orElseThrow();
      assertThat(
              quantization.quantizers().stream()
                  .filter(TrainedQuantizer::isWeight)
                  .map(TrainedQuantizer::id))
          .as("shared weights have one quantizer")
          .hasSize(3);
      assertThat(names(controller.strip().graph().inputs())).containsExactly("left", "right");
      assertThat(names(compressed.session().inputs())).containsExactly("left", "right");
    }
  }

  private static CalibrationSamples pairs() {
    List<Map<String, Tensor>> inputs = new java.util.ArrayList<>();
    for (int seed = 0; seed < 4; seed++) {
      inputs.add(Map.of("left", picture(seed), "right", picture(seed + 50)));
    }
    return CalibrationSamples.of(new Dataset<>(inputs, each -> each), inputs.size());
  }

  private static Tensor picture(long seed) {
    float[] all = SmallNetwork.batch(seed).images().toFloats();
    return Tensor.ofFloats(java.util.Arrays.copyOf(all, 3 * 8 * 8), 1, 3, 8, 8);
  }

  @Test
  void marksCutOffWhatLiesOutside() {
    Model model = SmallNetwork.model();
    Model traced =
        ModelTrace.of(
            model,
            null,
            values -> List.of(values.get(0).times(2).asInput("scaled")),
            values -> List.of(values.get(0).asOutput("scores").plus(1)));
    assertThat(names(traced.graph().inputs())).containsExactly("scaled");
    assertThat(names(traced.graph().outputs())).containsExactly("scores");
    assertThat(traced.graph().nodes().stream().filter(node -> node.is("Mul", "Add"))).hasSize(1);
    assertThat(traced.graph().inputs().get(0).tensorType().shape())
        .isEqualTo(model.graph().inputs().get(0).tensorType().shape());
  }

  @Test
  void withoutFunctionsAllIsMarkedUnderItsOwnName() {
    Model traced = ModelTrace.of(SmallNetwork.model(), null, null, null);
    assertThat(names(traced.graph().inputs())).containsExactly("x");
    assertThat(names(traced.graph().outputs())).containsExactly("logits");
    Map<String, Tensor> batch = Map.of("x", SmallNetwork.batch(3).images());
    assertThat(run(traced, batch, "logits"))
        .containsExactly(run(SmallNetwork.model(), batch, "logits"));
  }

  @Test
  void marksThatLeaveNoGraphAreNamed() {
    Model model = SmallNetwork.model();
    refused(model, TWO_PICTURES, null, null, "dummyForward needs wrapInputs");
    refused(model, traced -> {}, AS_THEY_ARE, null, "No input of the traced model is marked");
    refused(model, null, null, AS_THEY_ARE, "No output of the traced model is marked");
    refused(model, null, values -> List.of(), null, "has 1 values from wrapInputs; found 0");
    refused(
        model,
        traced -> {
          TensorType type = traced.inputs().get(0).tensorType();
          SymbolicValue free = traced.mock("free", type);
          traced.call(traced.mock("bound", type).asInput("x").plus(free));
        },
        AS_THEY_ARE,
        null,
        "depend on the made-up value \"mock/free\"");
    refused(
        model,
        null,
        values -> List.of(values.get(0).asInput("conv1.weight").asInput("conv1.weight")),
        null,
        "The name \"conv1.weight\" is taken");
  }

  private static void refused(
      Model model,
      DummyForward dummyForward,
      WrapValues wrapInputs,
      WrapValues wrapOutputs,
      String message) {
    assertThatThrownBy(() -> ModelTrace.of(model, dummyForward, wrapInputs, wrapOutputs))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(message);
  }
}
