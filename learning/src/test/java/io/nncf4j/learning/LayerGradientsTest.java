package io.nncf4j.learning;

import static io.nncf4j.learning.OracleTrainingTest.tensor;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.libtorch.Libtorch;
import io.nncf4j.engines.libtorch.LibtorchEngine;
import io.nncf4j.engines.libtorch.Outputs;
import io.nncf4j.engines.libtorch.TrainingOptions;
import io.nncf4j.engines.libtorch.TrainingSession;
import io.nncf4j.engines.libtorch.operators.TensorExchange;
import io.nncf4j.layers.GraphBuilder;
import io.nncf4j.testing.SharedFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Outputs and gradients of single layers and losses, against PyTorch's. */
class LayerGradientsTest {
  private static final double TOLERANCE = 1e-4;
  private static final Attributes NONE = Attributes.NONE;

  private final Path folder = SharedFiles.oracle("training/layer_grads");

  @TestFactory
  Stream<DynamicTest> gradients() throws IOException {
    JsonNode cases = new ObjectMapper().readTree(folder.resolve("index.json").toFile());
    return StreamSupport.stream(cases.spliterator(), false)
        .map(one -> one.get("name").asText())
        .map(name -> DynamicTest.dynamicTest(name, () -> check(name)));
  }

  private void check(String name) {
    Libtorch.load();
    List<Tensor> hosts = new ArrayList<>();
    while (Files.exists(folder.resolve(name + "/input_" + hosts.size() + ".npy"))) {
      hosts.add(tensor(folder.resolve(name + "/input_" + hosts.size() + ".npy")));
    }
    List<org.bytedeco.pytorch.Tensor> inputs =
        hosts.stream()
            .map(
                host -> {
                  var leaf = TensorExchange.copyToTorch(host);
                  leaf.set_requires_grad(true);
                  return leaf;
                })
            .toList();
    if (name.startsWith("loss_")) {
      verify(name, loss(name, inputs), inputs);
    } else {
      try (TrainingSession session =
          new LibtorchEngine()
              .train(network(name, hosts), TrainingOptions.defaults().withThreads(1))) {
        session.setTraining(!name.endsWith("_eval"));
        session.setRecordingInEvaluation(true);
        Map<String, org.bytedeco.pytorch.Tensor> given = new LinkedHashMap<>();
        for (int index = 0; index < inputs.size(); index++) {
          given.put("x" + index, inputs.get(index));
        }
        try (Outputs outputs = session.forwardTensors(given)) {
          verify(name, outputs.first(), inputs);
        }
      }
    }
  }

  private void verify(
      String name, org.bytedeco.pytorch.Tensor output, List<org.bytedeco.pytorch.Tensor> inputs) {
    assertNear(name, TensorExchange.toHost(output), tensor(folder.resolve(name + "/output.npy")));
    var slope = TensorExchange.copyToTorch(tensor(folder.resolve(name + "/grad_output.npy")));
    output.backward(slope, new BoolOptional(), false, new TensorArrayRefOptional());
    for (int index = 0; index < inputs.size(); index++) {
      Path expected = folder.resolve(name + "/grad_" + index + ".npy");
      if (Files.exists(expected)) {
        assertNear(
            "gradient " + index + " of " + name,
            TensorExchange.toHost(inputs.get(index).grad()),
            tensor(expected));
      }
    }
  }

  private static void assertNear(String name, Tensor actual, Tensor expected) {
    assertThat(actual.shape()).as("shape of " + name).isEqualTo(expected.shape());
    double largest = 0;
    double difference = 0;
    for (int index = 0; index < expected.size(); index++) {
      largest = Math.max(largest, Math.abs(expected.doubleAt(index)));
      difference =
          Math.max(difference, Math.abs(actual.doubleAt(index) - expected.doubleAt(index)));
    }
    assertThat(difference).as("difference of " + name).isLessThanOrEqualTo(TOLERANCE * largest);
  }

  private static org.bytedeco.pytorch.Tensor loss(
      String name, List<org.bytedeco.pytorch.Tensor> inputs) {
    var first = inputs.get(0);
    return switch (name) {
      case "loss_cross_entropy" -> Losses.crossEntropy(first, classes());
      case "loss_cross_entropy_ls" ->
          Losses.crossEntropy(
              first,
              classes(),
              0.1,
              TensorExchange.copyToTorch(Tensor.ofFloats(new float[] {1, 2, 0.5f, 1, 1.5f}, 5)));
      case "loss_smooth_l1" -> Losses.smoothL1(first, inputs.get(1), 1);
      case "loss_mse" -> Losses.meanSquaredError(first, inputs.get(1));
      case "loss_kl_temperature" -> Losses.distillation(first, inputs.get(1), 4);
      case "loss_bce_logits" -> {
        float[] targets = new float[30];
        for (int index = 0; index < targets.length; index += 3) {
          targets[index] = 1;
        }
        yield Losses.binaryCrossEntropy(
            first, TensorExchange.copyToTorch(Tensor.ofFloats(targets, 6, 5)));
      }
      default -> throw new AssertionError("no loss for " + name);
    };
  }

  private static org.bytedeco.pytorch.Tensor classes() {
    return TensorExchange.copyToTorch(Tensor.vector(0, 2, 4, 1, 3, 2));
  }

  private static Model network(String name, List<Tensor> inputs) {
    GraphBuilder graph = new GraphBuilder(name, 1);
    for (int index = 0; index < inputs.size(); index++) {
      graph.input("x" + index, TensorType.of(inputs.get(index)));
    }
    graph.output(graph.identity(layer(name, graph), "y"));
    return Model.of(graph.finish());
  }

  private static String layer(String name, GraphBuilder g) {
    return switch (name) {
      case "conv2d_s2_p1_d1" ->
          g.node(
              "n", "Conv", NONE.with("strides", 2, 2).with("pads", 1, 1, 1, 1), "x0", "x1", "x2");
      case "conv2d_dilation2_groups2" ->
          g.node(
              "n",
              "Conv",
              NONE.with("pads", 2, 2, 2, 2).with("dilations", 2, 2).with("group", 2),
              "x0",
              "x1",
              "x2");
      case "conv2d_depthwise" ->
          g.node("n", "Conv", NONE.with("pads", 1, 1, 1, 1).with("group", 4), "x0", "x1", "x2");
      case "conv1d" ->
          g.node(
              "n",
              "Conv",
              NONE.with("strides", new long[] {2}).with("pads", 1, 1),
              "x0",
              "x1",
              "x2");
      case "conv3d" -> g.node("n", "Conv", NONE.with("pads", 1, 1, 1, 1, 1, 1), "x0", "x1", "x2");
      case "conv_transpose2d_s2" ->
          g.node(
              "n",
              "ConvTranspose",
              NONE.with("strides", 2, 2).with("pads", 1, 1, 1, 1).with("output_padding", 1, 1),
              "x0",
              "x1",
              "x2");
      case "linear" -> {
        String turned = g.node("t", "Transpose", NONE.with("perm", 1, 0), "x1");
        yield g.node("b", "Add", NONE, g.node("n", "MatMul", NONE, "x0", turned), "x2");
      }
      case "batch_norm_train", "batch_norm_eval" -> {
        String mean = g.constant("mean", Tensor.ofFloats(new float[] {.1f, -.2f, .3f, 0}, 4));
        String variance = g.constant("var", Tensor.ofFloats(new float[] {.5f, 1, 2, .7f}, 4));
        yield g.node("n", "BatchNormalization", NONE, "x0", "x1", "x2", mean, variance);
      }
      case "layer_norm" -> g.node("n", "LayerNormalization", NONE, "x0", "x1", "x2");
      case "group_norm" ->
          g.node("n", "GroupNormalization", NONE.with("num_groups", 2), "x0", "x1", "x2");
      case "max_pool2d" -> g.node("n", "MaxPool", window(), "x0");
      case "avg_pool2d" -> g.node("n", "AveragePool", window(), "x0");
      // 7 to 3 and 5 to 2: windows of 3 that move by 2, as adaptive pooling cuts them.
      case "adaptive_avg_pool2d" ->
          g.node("n", "AveragePool", NONE.with("kernel_shape", 3, 3).with("strides", 2, 2), "x0");
      case "prelu" -> {
        String shape = g.constant("shape", Tensor.vector(3, 1, 1));
        yield g.node("n", "PRelu", NONE, "x0", g.node("r", "Reshape", NONE, "x1", shape));
      }
      case "interpolate_bilinear" -> resize(g, "linear", "half_pixel", "round_prefer_floor");
      case "interpolate_nearest" -> resize(g, "nearest", "asymmetric", "floor");
      case "matmul_broadcast" -> g.node("n", "MatMul", NONE, "x0", "x1");
      case "mul_broadcast" -> g.node("n", "Mul", NONE, "x0", "x1");
      case "div_broadcast" -> g.node("n", "Div", NONE, "x0", "x1");
      case "sdpa" -> g.node("n", "Attention", NONE, "x0", "x1", "x2");
      case "mean_dims" ->
          g.node(
              "n",
              "ReduceMean",
              NONE.with("keepdims", 0),
              "x0",
              g.constant("axes", Tensor.vector(2, 3)));
      case "pad_concat_slice" -> {
        String pads = g.constant("pads", Tensor.vector(0, 0, 0, 1, 0, 0, 1, 2));
        String padded = g.node("p", "Pad", NONE, "x0", pads);
        String joined = g.node("c", "Concat", NONE.with("axis", 1), padded, "x1");
        yield g.node(
            "s",
            "Slice",
            NONE,
            joined,
            g.constant("starts", Tensor.vector(1, 0)),
            g.constant("ends", Tensor.vector(5, 5)),
            g.constant("along", Tensor.vector(1, 2)),
            g.constant("steps", Tensor.vector(1, 2)));
      }
      default -> activation(name.substring("act_".length()), g);
    };
  }

  private static Attributes window() {
    return NONE.with("kernel_shape", 3, 3).with("strides", 2, 2).with("pads", 1, 1, 1, 1);
  }

  private static String resize(GraphBuilder g, String mode, String coordinates, String rounding) {
    return g.node(
        "n",
        "Resize",
        NONE.with("mode", mode)
            .with("coordinate_transformation_mode", coordinates)
            .with("nearest_mode", rounding),
        "x0",
        "",
        g.constant("scales", Tensor.ofFloats(new float[] {1, 1, 2, 2}, 4)));
  }

  private static String activation(String name, GraphBuilder g) {
    return switch (name) {
      case "relu" -> g.node("n", "Relu", NONE, "x0");
      case "relu6" ->
          g.node(
              "n",
              "Clip",
              NONE,
              "x0",
              g.constant("low", Tensor.scalar(0f)),
              g.constant("high", Tensor.scalar(6f)));
      case "leaky_relu" -> g.node("n", "LeakyRelu", NONE.with("alpha", 0.1f), "x0");
      case "elu" -> g.node("n", "Elu", NONE, "x0");
      case "selu" -> g.node("n", "Selu", NONE, "x0");
      case "gelu_erf" -> g.node("n", "Gelu", NONE, "x0");
      case "gelu_tanh" -> g.node("n", "Gelu", NONE.with("approximate", "tanh"), "x0");
      case "silu" -> g.node("m", "Mul", NONE, "x0", g.node("n", "Sigmoid", NONE, "x0"));
      case "hardswish" -> g.node("n", "HardSwish", NONE, "x0");
      case "hardsigmoid" ->
          g.node("n", "HardSigmoid", NONE.with("alpha", 1 / 6f).with("beta", 0.5f), "x0");
      case "sigmoid" -> g.node("n", "Sigmoid", NONE, "x0");
      case "tanh" -> g.node("n", "Tanh", NONE, "x0");
      case "softplus" -> g.node("n", "Softplus", NONE, "x0");
      case "mish" -> g.node("n", "Mish", NONE, "x0");
      case "exp" -> g.node("n", "Exp", NONE, "x0");
      case "softmax" -> g.node("n", "Softmax", NONE, "x0");
      case "log_softmax" -> g.node("n", "LogSoftmax", NONE.with("axis", 1), "x0");
      default -> throw new AssertionError("no layer for " + name);
    };
  }
}
