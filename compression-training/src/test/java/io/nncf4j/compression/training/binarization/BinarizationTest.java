package io.nncf4j.compression.training.binarization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.nncf4j.compression.config.ExtraStruct;
import io.nncf4j.compression.config.NNCFConfig;
import io.nncf4j.compression.training.CompressedModels;
import io.nncf4j.compression.training.SmallNetwork;
import io.nncf4j.compression.training.control.CompressedModel;
import io.nncf4j.compression.training.control.CompressionController;
import io.nncf4j.compression.training.control.CompressionStage;
import io.nncf4j.compression.training.control.CompressionState;
import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Dimension;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.rewrite.Normalization;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.Session;
import io.nncf4j.engines.SessionOptions;
import io.nncf4j.engines.libtorch.Outputs;
import io.nncf4j.engines.libtorch.TrainingOptions;
import io.nncf4j.engines.libtorch.TrainingState;
import io.nncf4j.engines.onnxruntime.OnnxRuntimeEngine;
import io.nncf4j.layers.Convolution;
import io.nncf4j.layers.GraphBuilder;
import io.nncf4j.learning.ParameterGroups;
import io.nncf4j.learning.StochasticGradientDescent;
import io.nncf4j.learning.TrainingStep;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeSet;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Weights and inputs of one bit: formulas, gradients, stages, and what is exported. */
class BinarizationTest {
  private static final String AT_ONCE =
      "\"params\": {\"activations_quant_start_epoch\": 0, \"weights_quant_start_epoch\": 0}";

  private static String binarization(String more) {
    return "{\"algorithm\": \"binarization\", " + more + "}";
  }

  private static CompressionController create(
      Model model, String compression, @Nullable CompressionState state) {
    NNCFConfig config = NNCFConfig.fromText("{\"compression\": " + compression + "}");
    config.registerExtraStructs(
        List.of(
            new ExtraStruct.QuantizationRangeInitArgs(SmallNetwork.samples(8)),
            new ExtraStruct.BNAdaptationInitArgs(SmallNetwork.samples(8))));
    return CompressedModels.createCompressedModel(
        model, config, state, TrainingOptions.defaults().withThreads(1), false);
  }

  /** One convolution by one pixel, two channels to three. */
  private static Model convolution() {
    return GraphBuilder.network(
        "convolution",
        1,
        "x",
        Shape.of(Dimension.symbol("batch"), Dimension.of(2), Dimension.of(2), Dimension.of(3)),
        Convolution.of("conv", 2, 3, 1),
        "y");
  }

  private static Tensor image() {
    float[] values = new float[12];
    Random random = new Random(4);
    for (int index = 0; index < values.length; index++) {
      values[index] = (float) random.nextGaussian();
    }
    values[3] = 0;
    values[8] = 2.5f;
    return Tensor.ofFloats(values, 1, 2, 2, 3);
  }

  private static float[] read(CompressionController controller, String name) {
    return controller.model().session().state().read(name).toFloats();
  }

  /** Output and all gradients, held against the formulas written out. */
  @ParameterizedTest
  @ValueSource(strings = {"xnor", "dorefa"})
  void computesAndLearnsByTheFormulas(String mode) {
    CompressionController controller =
        create(
            convolution(),
            binarization(
                "\"mode\": \"" + mode + "\", \"compression_lr_multiplier\": 3, " + AT_ONCE),
            null);
    try (CompressedModel model = controller.model()) {
      TrainingState state = model.session().state();
      float[] weight = {0.5f, -0.25f, 0, 1, -2, 0.75f};
      float[] logits = {-1, 0.5f};
      double scale = 1.25;
      state.write("conv.weight", Tensor.ofFloats(weight, 3, 2, 1, 1));
      state.write(scaleName(model), Tensor.ofFloats(new float[] {(float) Math.log(scale)}, 1));
      state.write(name(model, ".threshold"), Tensor.ofFloats(logits, 1, 2, 1, 1));
      state.write(name(model, ".started"), Tensor.ofFloats(new float[] {1}, 1));
      Tensor image = image();
      double[] means = means(weight, mode.equals("xnor"));
      double[] signs = {1, -1, -1, 1, -1, 1};
      double[] bits = new double[12];
      for (int at = 0; at < 12; at++) {
        bits[at] = image.floatAt(at) > sigmoid(logits[at / 6]) * scale ? scale : 0;
      }
      model.session().setTraining(true);
      try (Outputs outputs = model.session().forward(Map.of("x", image));
          org.bytedeco.pytorch.Tensor squares = torch.square(outputs.first());
          org.bytedeco.pytorch.Tensor loss = torch.sum(squares)) {
        float[] found = outputs.read("y").toFloats();
        double[] expected = new double[18];
        for (int filter = 0; filter < 3; filter++) {
          for (int place = 0; place < 6; place++) {
            for (int channel = 0; channel < 2; channel++) {
              expected[filter * 6 + place] +=
                  signs[filter * 2 + channel] * means[filter] * bits[channel * 6 + place];
            }
            expected[filter * 6 + place] += bias(state)[filter];
            assertThat((double) found[filter * 6 + place])
                .isCloseTo(expected[filter * 6 + place], within(1e-5));
          }
        }
        loss.backward();
        checkGradients(state, model, image, bits, expected, means, signs, logits, scale);
      }
    }
  }

  private static float[] bias(TrainingState state) {
    return state.byName().containsKey("conv.bias")
        ? state.read("conv.bias").toFloats()
        : new float[3];
  }

  private static void checkGradients(
      TrainingState state,
      CompressedModel model,
      Tensor image,
      double[] bits,
      double[] outputs,
      double[] means,
      double[] signs,
      float[] logits,
      double scale) {
    double ofScale = 0;
    double[] ofThreshold = new double[2];
    double[] ofWeight = new double[6];
    for (int channel = 0; channel < 2; channel++) {
      for (int place = 0; place < 6; place++) {
        int at = channel * 6 + place;
        double gradient = 0;
        for (int filter = 0; filter < 3; filter++) {
          double ofOutput = 2 * outputs[filter * 6 + place];
          gradient += ofOutput * signs[filter * 2 + channel] * means[filter];
          ofWeight[filter * 2 + channel] += ofOutput * bits[at];
        }
        double x = image.floatAt(at);
        ofScale += gradient * (x <= scale ? (bits[at] - x) / scale : 1);
        ofThreshold[channel] -= x > 0 && x < scale ? gradient : 0;
      }
    }
    assertThat((double) state.readGradient(scaleName(model)).floatAt(0))
        .as("through the exponential, three times")
        .isCloseTo(3 * ofScale * scale, within(1e-3));
    for (int channel = 0; channel < 2; channel++) {
      double t = sigmoid(logits[channel]);
      assertThat((double) state.readGradient(name(model, ".threshold")).floatAt(channel))
          .isCloseTo(3 * ofThreshold[channel] * t * (1 - t), within(1e-3));
    }
    for (int at = 0; at < 6; at++) {
      assertThat((double) state.readGradient("conv.weight").floatAt(at))
          .as("as it is")
          .isCloseTo(ofWeight[at], within(1e-3));
    }
  }

  private static double[] means(float[] weight, boolean byFilter) {
    double all = 0;
    double[] means = new double[3];
    for (int at = 0; at < 6; at++) {
      means[at / 2] += Math.abs(weight[at]) / 2;
      all += Math.abs(weight[at]) / 6;
    }
    if (!byFilter) {
      Arrays.fill(means, all);
    }
    return means;
  }

  private static double sigmoid(double value) {
    return 1 / (1 + Math.exp(-value));
  }

  private static String scaleName(CompressedModel model) {
    return name(model, ".log_scale");
  }

  private static String name(CompressedModel model, String ending) {
    return model.session().state().byName().keySet().stream()
        .filter(each -> each.endsWith(ending))
        .findFirst()
        .orElseThrow();
  }

  /** The scale starts at the first step of training with one bit, where the largest values are. */
  @Test
  void theScaleStartsAtTheHighestValues() {
    CompressionController controller = create(convolution(), binarization(AT_ONCE), null);
    try (CompressedModel model = controller.model()) {
      evaluate(controller, Map.of("x", image()));
      assertThat(read(controller, scaleName(model))).containsExactly(0);
      model.session().setTraining(true);
      model.session().forward(Map.of("x", image())).close();
      assertThat((double) read(controller, scaleName(model))[0])
          .isCloseTo(Math.log(2.5), within(1e-6));
      float[] doubled = image().toFloats();
      for (int at = 0; at < doubled.length; at++) {
        doubled[at] *= 2;
      }
      model.session().forward(Map.of("x", Tensor.ofFloats(doubled, 1, 2, 2, 3))).close();
      assertThat((double) read(controller, scaleName(model))[0])
          .as("once")
          .isCloseTo(Math.log(2.5), within(1e-6));
    }
  }

  private static float[] evaluate(CompressionController controller, Map<String, Tensor> inputs) {
    try (Outputs outputs = controller.model().evaluate(inputs)) {
      return outputs.read(controller.model().session().outputs().get(0)).toFloats();
    }
  }

  private static void train(CompressionController controller, int epochs) {
    CompressedModel model = controller.model();
    try (ParameterGroups optimizer =
        new ParameterGroups(
            0.02,
            List.of(
                new ParameterGroups.Group(
                    new StochasticGradientDescent(
                        model.parameters(), StochasticGradientDescent.Options.of(0.02)),
                    1),
                new ParameterGroups.Group(
                    new StochasticGradientDescent(
                        model.compressionParameters(), StochasticGradientDescent.Options.of(0.02)),
                    1)))) {
      TrainingStep step = new TrainingStep(model.session(), optimizer, 0);
      for (int epoch = 0; epoch < epochs; epoch++) {
        controller.scheduler().epochStep();
        for (int number = 0; number < 4; number++) {
          controller.scheduler().step();
          SmallNetwork.Labelled batch = SmallNetwork.batch(4 * epoch + number);
          step.runClassifier(Map.of("x", batch.images()), batch.labels(), controller::loss);
        }
      }
    }
  }

  /** Inputs are switched at their epoch, weights at theirs; what is exported computes the same. */
  @Test
  void stagesFollowTheEpochsAndTheFileComputesWhatTrainingDoes() {
    CompressionController controller =
        create(
            SmallNetwork.model(),
            binarization(
                "\"ignored_scopes\": [\"{re}^conv1\"],"
                    + " \"params\": {\"weights_quant_start_epoch\": 2}"),
            null);
    Map<String, Tensor> inputs = Map.of("x", SmallNetwork.batch(77).images());
    try (CompressedModel model = controller.model()) {
      assertThat(controller.compressionStage()).isEqualTo(CompressionStage.UNCOMPRESSED);
      train(controller, 1);
      assertSame(controller, inputs);
      assertThat(read(controller, scaleName(model))).containsExactly(0);
      train(controller, 1);
      assertThat(controller.compressionStage()).isEqualTo(CompressionStage.PARTIALLY_COMPRESSED);
      assertThat(read(controller, scaleName(model))[0]).isNotZero();
      Model half = assertSame(controller, inputs);
      assertThat(half.graph().nodes()).filteredOn(node -> node.is("Greater")).hasSize(1);
      assertThat(magnitudes(half, "conv2")).hasSizeGreaterThan(8);
      train(controller, 1);
      assertThat(controller.compressionStage()).isEqualTo(CompressionStage.FULLY_COMPRESSED);
      Model whole = assertSame(controller, inputs);
      assertThat(magnitudes(whole, "conv2")).as("one for each of 8 filters").hasSize(8);
      assertThat(magnitudes(whole, "conv1")).as("ignored").hasSizeGreaterThan(8);
      BinarizationStatistics statistics = ((BinarizationController) controller).statistics();
      assertThat(statistics.layers()).hasSize(1);
      double all = 216 * 64 + 576 * 64 + 32;
      assertThat(statistics.products()).isCloseTo(100 * 576 * 64 / all, within(1e-6));
      assertThat(statistics.toString()).contains("Share of all multiplications");
    }
  }

  /** Checks the stripped model in ONNX Runtime against the training graph. */
  private static Model assertSame(CompressionController controller, Map<String, Tensor> inputs) {
    Model stripped = controller.strip();
    assertThat(stripped.graph().nodes())
        .noneMatch(node -> node.operator().domain().equals("io.nncf4j"));
    float[] expected = evaluate(controller, inputs);
    try (Session session = new OnnxRuntimeEngine().compile(stripped, SessionOptions.defaults())) {
      String output = stripped.graph().outputs().get(0).name();
      float[] found = Objects.requireNonNull(session.run(inputs).get(output)).toFloats();
      assertThat(found).hasSameSizeAs(expected);
      for (int at = 0; at < found.length; at++) {
        assertThat((double) found[at]).isCloseTo(expected[at], within(1e-4));
      }
    }
    return stripped;
  }

  /** How many different magnitudes the weight of a layer has. */
  private static TreeSet<Float> magnitudes(Model model, String layer) {
    TreeSet<Float> found = new TreeSet<>();
    Model folded = Normalization.standard().apply(model).model();
    for (Node node : folded.graph().nodes()) {
      if (node.is("Conv") && node.name().startsWith(layer)) {
        Tensor weight = Objects.requireNonNull(folded.graph().constantValue(node.input(1)));
        for (float value : weight.toFloats()) {
          found.add(Math.abs(value));
        }
      }
    }
    return found;
  }

  @Test
  void aCheckpointGoesOnInItsStage() {
    String compression =
        "["
            + binarization("\"mode\": \"dorefa\"")
            + ", {\"algorithm\": \"magnitude_sparsity\","
            + " \"sparsity_init\": 0.25},"
            + " {\"algorithm\": \"knowledge_distillation\", \"type\": \"mse\"}]";
    CompressionController controller = create(SmallNetwork.model(), compression, null);
    Map<String, Tensor> inputs = Map.of("x", SmallNetwork.batch(77).images());
    Map<String, Tensor> tensors = new HashMap<>();
    CompressionState state;
    float[] before;
    try (CompressedModel model = controller.model()) {
      train(controller, 2);
      before = evaluate(controller, inputs);
      state = CompressionState.fromJson(controller.compressionState().toJson());
      for (String name : model.session().state().byName().keySet()) {
        tensors.put(name, model.session().state().read(name));
      }
    }
    CompressionController restored = create(SmallNetwork.model(), compression, state);
    try (CompressedModel model = restored.model()) {
      tensors.forEach(model.session().state()::write);
      assertThat(evaluate(restored, inputs)).isEqualTo(before);
      assertSame(restored, inputs);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"params\": {\"weights_quant_start_epoch\": -1}#weights_quant_start_epoch#found -1",
        "\"mode\": \"ternary\"#mode#xnor",
        "\"target_scopes\": [\"fc\"], \"validate_scopes\": false#binarization#no convolution",
      })
  void badValuesAreNamed(String what) {
    String[] parts = what.split("#");
    assertThatThrownBy(() -> create(SmallNetwork.model(), binarization(parts[0]), null))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(parts[1])
        .hasMessageContaining(parts[2]);
  }

  @Test
  void itExcludesQuantizationAndFilterPruning() {
    for (String other : List.of("quantization", "filter_pruning")) {
      String both = "[" + binarization(AT_ONCE) + ", {\"algorithm\": \"" + other + "\"}]";
      assertThatThrownBy(() -> create(SmallNetwork.model(), both, null))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("binarization")
          .hasMessageContaining("exclude each other");
    }
  }
}
