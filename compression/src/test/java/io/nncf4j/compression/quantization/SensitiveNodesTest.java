package io.nncf4j.compression.quantization;

import static org.assertj.core.api.Assertions.assertThat;

import io.nncf4j.compression.options.QuantizationOptions;
import io.nncf4j.compression.options.RangeEstimator;
import io.nncf4j.compression.quantization.plan.ActivationPlacement;
import io.nncf4j.compression.quantization.plan.FloatNode;
import io.nncf4j.compression.quantization.plan.PlanJson;
import io.nncf4j.compression.quantization.plan.QuantizationPlan;
import io.nncf4j.compression.quantization.plan.WeightPlacement;
import io.nncf4j.compression.quantization.runtime.OnnxRuntimePlanner;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.operator.ShapeInference;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.onnxruntime.OnnxRuntimeEngine;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SensitiveNodesTest {
  private static final int LAYERS = 8;
  private static final int CHANNELS = 4;

  private final Model model = ShapeInference.infer(chain(1));
  private final QuantizationPlan plan =
      new OnnxRuntimePlanner().plan(model, QuantizationOptions.defaults());
  private final AtomicInteger measured = new AtomicInteger();

  /**
   * Convolutions and ReLUs in turn. The third ReLU gives a channel that is {@code outlier} times as
   * large as others, and that nobody needs.
   */
  private static Model chain(float outlier) {
    Random random = new Random(7);
    GraphEditor editor = GraphEditor.empty("chain");
    editor.input(new Value("input", type()));
    editor.output(new Value("r" + LAYERS, type()));
    Attributes padded = Attributes.NONE.with("pads", 1, 1, 1, 1);
    String value = "input";
    for (int layer = 1; layer <= LAYERS; layer++) {
      float[] weight = new float[CHANNELS * CHANNELS * 9];
      for (int index = 0; index < weight.length; index++) {
        weight[index] = (float) (random.nextGaussian() * 0.25);
        int input = index / 9 % CHANNELS;
        if (layer == 3 && index < 9 * CHANNELS) {
          weight[index] *= outlier;
        }
        if (layer == 4 && input == 0) {
          weight[index] = 0;
        }
      }
      float[] bias = {0.5f, 0.5f, 0.5f, 0.5f};
      editor.constant("w" + layer, Tensor.ofFloats(weight, CHANNELS, CHANNELS, 3, 3));
      editor.constant("b" + layer, Tensor.ofFloats(bias, CHANNELS));
      List<String> inputs = List.of(value, "w" + layer, "b" + layer);
      editor.add(Node.onnx("conv" + layer, "Conv", padded, inputs, List.of("c" + layer)));
      value = "r" + layer;
      editor.add(
          Node.onnx("relu" + layer, "Relu", Attributes.NONE, List.of("c" + layer), List.of(value)));
      editor.type("c" + layer, type()).type(value, type());
    }
    return Model.of(editor.build());
  }

  private static TensorType type() {
    return TensorType.of(DataType.FLOAT32, 1, CHANNELS, 8, 8);
  }

  private Set<String> find(Map<String, Double> errors, double others) {
    return SensitiveNodes.find(
        model.graph(),
        plan,
        0.001,
        some -> {
          measured.incrementAndGet();
          return some.stream()
              .map(ActivationPlacement::value)
              .mapToDouble(value -> errors.getOrDefault(value, others))
              .sum();
        });
  }

  @Test
  void whatGivesAndWhatReadsTheValueStaysInFloat() {
    assertThat(find(Map.of("r3", 0.01), 1e-5)).containsExactlyInAnyOrder("conv3", "relu3", "conv4");
    assertThat(measured.get()).isLessThan(plan.activations().size());
  }

  @Test
  void severalAreFound() {
    assertThat(find(Map.of("r2", 0.01, "r6", 0.004), 1e-5))
        .containsExactlyInAnyOrder("conv2", "relu2", "conv3", "conv6", "relu6", "conv7");
  }

  @Test
  void noneStandsOutWhereAllCostLittle() {
    assertThat(find(Map.of(), 4e-4)).isEmpty();
    assertThat(measured.get()).as("ends after two ways down").isLessThanOrEqualTo(22);
  }

  private CalibratedModel calibrate(QuantizationParameters parameters, QuantizationPlan given) {
    List<Map<String, Tensor>> images =
        TinyNetwork.images(16).stream()
            .map(image -> image.get("input").toFloats())
            .map(values -> java.util.Arrays.copyOf(values, CHANNELS * 64))
            .map(values -> Map.of("input", Tensor.ofFloats(values, 1, CHANNELS, 8, 8)))
            .toList();
    return new PostTrainingQuantization(new OnnxRuntimePlanner(), new OnnxRuntimeEngine())
        .calibrate(chain(300), TinyNetwork.samples(images), parameters, given);
  }

  @Test
  void aChannelThatWastesAllLevelsKeepsItsNeighboursInFloat() {
    QuantizationParameters parameters =
        QuantizationParameters.defaults().withRange(RangeEstimator.MIN_MAX);
    CalibratedModel found = calibrate(parameters, null);
    assertThat(found.plan().weights())
        .extracting(WeightPlacement::node)
        .contains("conv1", "conv2", "conv5", "conv8")
        .doesNotContain("conv3", "conv4");
    assertThat(found.plan().floatNodes())
        .filteredOn(node -> node.code().equals("costs-accuracy"))
        .extracting(FloatNode::node)
        .contains("conv3", "conv4");
    assertThat(found.planWithout(Set.of("conv8")).weights())
        .as("also when others go back to float")
        .extracting(WeightPlacement::node)
        .contains("conv1")
        .doesNotContain("conv3", "conv4", "conv8");
    QuantizationPlan saved = PlanJson.read(PlanJson.write(found.plan()));
    CalibratedModel again = calibrate(QuantizationParameters.defaults(), saved);
    assertThat(again.plan()).isEqualTo(saved);
    assertThat(again.build(again.plan())).isEqualTo(found.build(found.plan()));
    CalibratedModel whole = calibrate(parameters.withSensitiveInFloat(false), null);
    assertThat(whole.plan().weights()).hasSize(LAYERS);
  }
}
