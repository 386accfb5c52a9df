package io.nncf4j.compression.quantization;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nncf4j.compression.calibration.CalibrationOptions;
import io.nncf4j.compression.calibration.CalibrationSamples;
import io.nncf4j.compression.calibration.Calibrator;
import io.nncf4j.compression.calibration.Observations;
import io.nncf4j.compression.hardware.HardwareProfile;
import io.nncf4j.compression.options.OverflowFix;
import io.nncf4j.compression.options.QuantizationOptions;
import io.nncf4j.compression.options.QuantizationPreset;
import io.nncf4j.compression.options.RangeEstimator;
import io.nncf4j.compression.options.TargetRuntime;
import io.nncf4j.compression.quantization.plan.ActivationPlacement;
import io.nncf4j.compression.quantization.plan.QuantizationPlan;
import io.nncf4j.compression.quantization.plan.QuantizerPlacement;
import io.nncf4j.compression.quantization.propagation.ConfigurationMerge;
import io.nncf4j.compression.quantization.propagation.PropagationPlanner;
import io.nncf4j.core.format.ModelFiles;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.operator.ShapeInference;
import io.nncf4j.core.quantize.IntegerGrid;
import io.nncf4j.core.rewrite.FoldConstants;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.data.Dataset;
import io.nncf4j.engines.onnxruntime.OnnxRuntimeEngine;
import io.nncf4j.testing.NpyArray;
import io.nncf4j.testing.SharedFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Scale and zero point of every quantizer, from real statistics, with the tables, the placement and
 * the estimators of the original framework: against what it gave, and what its own tests expect.
 */
class ReferenceScalesTest {
  private static final double RELATIVE = 1e-5;

  private static final PropagationPlanner ORIGINAL =
      new PropagationPlanner(
          HardwareProfile.cpu(), ConfigurationMerge.MERGE_ALL_IN_ONE, Set.of(DataType.FLOAT32));

  /** One file of expected values. */
  record Case(Path folder, String run, String file) {
    @Override
    public String toString() {
      return folder.getFileName() + " " + file;
    }
  }

  static Stream<Case> cases() throws IOException {
    Path folder = SharedFiles.oracle("nncf-synthetic");
    JsonNode index = new ObjectMapper().readTree(Files.readString(folder.resolve("index.json")));
    List<Case> cases = new ArrayList<>();
    for (JsonNode model : index) {
      for (JsonNode run : model.path("runs")) {
        String name = run.get("name").asText();
        Path of = folder.resolve(model.get("class").asText());
        for (String kind : List.of("reference_scales", "q_params")) {
          if (run.has(kind) && !name.equals("transformer") && !name.equals("ignore_split")) {
            cases.add(new Case(of, name, run.get(kind).asText()));
          }
        }
      }
    }
    assertThat(cases.stream().filter(one -> one.file().startsWith("reference_"))).hasSize(19);
    return cases.stream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void areThoseOfTheOriginal(Case one) throws IOException {
    Model read = ModelFiles.read(one.folder().resolve("model_as_quantized_input.onnx"));
    Model model = ShapeInference.infer(FoldConstants.defaults().apply(read).model());
    QuantizationOptions options =
        QuantizationOptions.defaults().withTargetRuntime(TargetRuntime.NONE);
    if (one.run().equals("mixed")) {
      options = options.withPreset(QuantizationPreset.MIXED);
    }
    QuantizationPlan plan = ORIGINAL.plan(model, options);
    OverflowFix fix =
        switch (one.run()) {
          case "overflow_fix_enable" -> OverflowFix.ENABLE;
          case "overflow_fix_disable" -> OverflowFix.DISABLE;
          default -> OverflowFix.FIRST_LAYER;
        };
    QuantizerGrids grids =
        QuantizerGrids.of(
            model.graph(),
            plan,
            observe(model, plan, one.folder()),
            // The mean of one sample's extremes; rows of the first axis are no samples there.
            RangeEstimator.MIN_MAX,
            HalfRangeNodes.find(model.graph(), plan, fix),
            RangeEstimator.MIN_MAX);
    Map<String, IntegerGrid> found = named(plan, grids);
    JsonNode expected = new ObjectMapper().readTree(one.folder().resolve(one.file()).toFile());
    assertThat(found.keySet()).isEqualTo(names(expected));
    found.forEach((name, grid) -> check(name, expected.get(name), grid));
  }

  private static Observations observe(Model model, QuantizationPlan plan, Path folder) {
    Map<String, Tensor> sample = new LinkedHashMap<>();
    for (Value input : model.graph().inputs()) {
      NpyArray array = NpyArray.read(folder.resolve("calib_" + sample.size() + ".npy"));
      DataType type = input.tensorType().dataType();
      sample.put(
          input.name(),
          Tensor.ofDoubles(type == null ? DataType.FLOAT32 : type, array.doubles(), array.shape()));
    }
    return new Calibrator(new OnnxRuntimeEngine(), CalibrationOptions.defaults().withWorkers(1))
        .run(
            model,
            plan.activations().stream().map(ActivationPlacement::value).distinct().toList(),
            List.of(),
            CalibrationSamples.of(new Dataset<>(List.of(sample), item -> item), 1))
        .observations();
  }

  /** Named as the original names its nodes, numbered from 1 for each tensor. */
  private static Map<String, IntegerGrid> named(QuantizationPlan plan, QuantizerGrids grids) {
    Map<String, IntegerGrid> named = new TreeMap<>();
    Map<String, IntegerGrid> weights = new TreeMap<>();
    Map<String, Integer> counts = new TreeMap<>();
    for (ActivationPlacement placement : plan.activations()) {
      int number = counts.merge(placement.value(), 1, Integer::sum);
      named.put("QuantizeLinear_" + placement.value() + "_" + number, grids.grid(placement));
    }
    for (QuantizerPlacement placement : plan.weights()) {
      weights.put("QuantizeLinear_" + placement.value() + "_1", grids.grid(placement));
    }
    named.putAll(weights);
    return named;
  }

  private static Set<String> names(JsonNode expected) {
    Set<String> names = new TreeSet<>();
    expected.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static void check(String name, JsonNode expected, IntegerGrid found) {
    double[] scales = numbers(expected.get("scale"));
    double[] zeroPoints = numbers(expected.get("zero_point"));
    assertThat(found.scale().size()).as(name).isEqualTo(scales.length);
    for (int channel = 0; channel < scales.length; channel++) {
      assertThat(found.scale().doubleAt(channel))
          .as("%s scale %d", name, channel)
          .isCloseTo(scales[channel], Percentage.withPercentage(100 * RELATIVE));
      assertThat(found.zeroPoint().doubleAt(channel))
          .as("%s zero point %d", name, channel)
          .isEqualTo(zeroPoints[channel]);
    }
  }

  private static double[] numbers(JsonNode value) {
    return value.isArray()
        ? IntStream.range(0, value.size()).mapToDouble(at -> value.get(at).doubleValue()).toArray()
        : new double[] {value.doubleValue()};
  }
}
