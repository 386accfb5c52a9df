package io.nncf4j.compression.training.quantization;

import static org.assertj.core.api.Assertions.assertThat;

import io.nncf4j.compression.config.ExtraStruct;
import io.nncf4j.compression.config.NNCFConfig;
import io.nncf4j.compression.training.CompressedModels;
import io.nncf4j.compression.training.SmallNetwork;
import io.nncf4j.compression.training.control.CompressedModel;
import io.nncf4j.compression.training.control.CompressionController;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.Session;
import io.nncf4j.engines.SessionOptions;
import io.nncf4j.engines.libtorch.Outputs;
import io.nncf4j.engines.libtorch.TrainingOptions;
import io.nncf4j.engines.libtorch.TrainingSession;
import io.nncf4j.engines.onnxruntime.OnnxRuntimeEngine;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Double precision takes the order of sums out of the comparison with the exported file. */
class ExactEvaluationTest {
  private static CompressionController create() {
    NNCFConfig config = NNCFConfig.fromText("{\"compression\": {\"algorithm\": \"quantization\"}}");
    config.registerExtraStructs(
        List.of(new ExtraStruct.QuantizationRangeInitArgs(SmallNetwork.samples(8))));
    return CompressedModels.createCompressedModel(
        SmallNetwork.model(), config, null, TrainingOptions.defaults().withThreads(1), false);
  }

  @Test
  void givesWhatTheIntegersOfTheExportedFileGive() {
    CompressionController controller = create();
    try (CompressedModel compressed = controller.model();
        TrainingSession exact = ExactEvaluation.of(compressed);
        Session exported =
            new OnnxRuntimeEngine()
                .compile(controller.strip(), SessionOptions.defaults().withThreads(1))) {
      for (long seed = 1; seed <= 4; seed++) {
        Map<String, Tensor> inputs = Map.of("x", SmallNetwork.batch(seed).images());
        Tensor run = Objects.requireNonNull(exported.run(inputs).get("logits"));
        try (Outputs outputs = exact.forward(inputs)) {
          float[] found = outputs.read("logits").toFloats();
          float[] expected = run.toFloats();
          for (int index = 0; index < found.length; index++) {
            assertThat(Math.abs(found[index] - expected[index])).isLessThan(1e-5f);
          }
        }
      }
    }
  }

  @Test
  void inputsAndOutputsStayFloats() {
    CompressionController controller = create();
    try (CompressedModel compressed = controller.model()) {
      Model wide = ExactEvaluation.inDoubles(compressed.session().snapshot());
      assertThat(wide.graph().inputs())
          .allMatch(input -> input.tensorType().dataType() == DataType.FLOAT32);
      assertThat(wide.graph().outputs()).extracting(Value::name).containsExactly("logits");
      assertThat(Objects.requireNonNull(wide.graph().constant("conv1.weight")).dataType())
          .isEqualTo(DataType.FLOAT64);
    }
  }
}
