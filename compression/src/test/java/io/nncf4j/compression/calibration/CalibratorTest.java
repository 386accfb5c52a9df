package io.nncf4j.compression.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nncf4j.compression.quantization.TinyNetwork;
import io.nncf4j.compression.statistics.MinMax;
import io.nncf4j.compression.statistics.SampleStatistic;
import io.nncf4j.compression.statistics.TensorDistribution;
import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.data.BrokenSampleException;
import io.nncf4j.data.Dataset;
import io.nncf4j.engines.Engine;
import io.nncf4j.engines.Session;
import io.nncf4j.engines.SessionOptions;
import io.nncf4j.engines.onnxruntime.OnnxRuntimeEngine;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CalibratorTest {
  private static final List<String> VALUES = List.of("input", "r1", "sum", "f");
  private final Engine engine = new OnnxRuntimeEngine();
  private final Model model = TinyNetwork.model();

  private Calibrator.Result run(int workers, CalibrationSamples samples) {
    return new Calibrator(engine, CalibrationOptions.defaults().withWorkers(workers))
        .run(model, VALUES, List.of("r1"), samples);
  }

  @Test
  void seesWhatTapsSee() {
    List<Map<String, Tensor>> samples = TinyNetwork.images(7);
    Observations observed = run(2, TinyNetwork.samples(samples)).observations();
    float[] smallest = new float[VALUES.size()];
    float[] largest = new float[VALUES.size()];
    double mean = 0;
    try (Session session = engine.compile(model, SessionOptions.defaults().withProbes(VALUES))) {
      for (int sample = 0; sample < samples.size(); sample++) {
        Map<String, Tensor> seen = session.run(samples.get(sample));
        for (int value = 0; value < VALUES.size(); value++) {
          for (float one : seen.get(VALUES.get(value)).toFloats()) {
            smallest[value] = Math.min(smallest[value], one);
            largest[value] = Math.max(largest[value], one);
          }
        }
        float[] relu = seen.get("r1").toFloats();
        for (int pixel = 0; pixel < 64; pixel++) {
          mean += relu[64 + pixel] / 64.0 / samples.size();
        }
      }
    }
    for (int value = 0; value < VALUES.size(); value++) {
      MinMax channels = observed.range(VALUES.get(value)).channels();
      MinMax whole = new MinMax(1);
      for (int channel = 0; channel < channels.channels(); channel++) {
        whole.add(0, channels.min()[channel]);
        whole.add(0, channels.max()[channel]);
      }
      assertThat(whole.max()[0]).isEqualTo(largest[value]);
      // Zero stands for the smallest where it cannot be negative: a range holds it anyway.
      assertThat(Math.min(0, whole.min()[0])).isEqualTo(Math.min(0, smallest[value]));
    }
    assertThat(observed.channelMeans("r1")).hasSize(6);
    assertThat(observed.channelMeans("r1")[1])
        .isCloseTo(mean, org.assertj.core.api.Assertions.within(1e-5));
  }

  @Test
  void workersAndOrderDoNotMatter() {
    List<Map<String, Tensor>> images = TinyNetwork.images(9);
    Observations one = run(1, TinyNetwork.samples(images)).observations();
    assertThat(run(4, TinyNetwork.samples(images)).observations()).isEqualTo(one);
    List<Map<String, Tensor>> reversed = new ArrayList<>(images);
    Collections.reverse(reversed);
    assertThat(run(2, TinyNetwork.samples(reversed)).observations()).isEqualTo(one);
  }

  @Test
  void firstSamplesAloneMakeTheMeans() {
    List<Map<String, Tensor>> images = TinyNetwork.images(9);
    Observations first = run(1, TinyNetwork.samples(images.subList(0, 4))).observations();
    Observations all = run(1, TinyNetwork.samples(images)).observations();
    Observations mixed =
        new Calibrator(engine, CalibrationOptions.defaults().withWorkers(3))
            .run(model, VALUES, List.of("r1"), 4, TinyNetwork.samples(images))
            .observations();
    assertThat(mixed.channelMeans("r1")).isEqualTo(first.channelMeans("r1"));
    VALUES.forEach(value -> assertThat(mixed.range(value)).isEqualTo(all.range(value)));
  }

  @Test
  void skipsBrokenSamplesAndNamesThem() {
    Calibrator.Result result = run(2, withBroken(5, 3));
    assertThat(result.samples()).isEqualTo(4);
    assertThat(result.findings()).hasSize(1);
    assertThat(result.findings().get(0).message()).contains("image 3").contains("truncated");
  }

  @Test
  void refusesToRunOnNothing() {
    assertThatThrownBy(() -> run(1, TinyNetwork.samples(List.of())))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("empty");
    assertThatThrownBy(() -> run(1, withBroken(1, 0)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("truncated");
  }

  @Test
  void namesTheValueThatIsNotFinite() {
    float[] pixels = new float[3 * 8 * 8];
    pixels[0] = Float.POSITIVE_INFINITY;
    CalibrationSamples infinite =
        TinyNetwork.samples(List.of(Map.of("input", Tensor.ofFloats(pixels, 1, 3, 8, 8))));
    assertThatThrownBy(() -> run(1, infinite))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("\"input\"")
        .hasMessageContaining("number 0");
  }

  /** Not NaN: the sum of finite numbers. */
  @Test
  void aMeanThatOverflowsNamesItsNode() {
    GraphEditor editor = GraphEditor.empty("large");
    editor.input(model.graph().inputs().get(0));
    editor.add(Node.onnx("relu", "Relu", Attributes.NONE, List.of("input"), List.of("large")));
    editor.output(new Value("large", model.graph().inputs().get(0).tensorType()));
    Model large = io.nncf4j.core.operator.ShapeInference.infer(Model.of(editor.build()));
    float[] pixels = new float[3 * 8 * 8];
    java.util.Arrays.fill(pixels, 3e38f);
    CalibrationSamples samples =
        TinyNetwork.samples(List.of(Map.of("input", Tensor.ofFloats(pixels, 1, 3, 8, 8))));
    Calibrator calibrator = new Calibrator(engine, CalibrationOptions.defaults().withWorkers(1));
    assertThatThrownBy(() -> calibrator.run(large, List.of(), List.of("large"), samples))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("\"relu\" (Relu)")
        .hasMessageContaining("finite, but so large");
    // As an output alone it is looked at to find NaN, of which there is none.
    assertThat(calibrator.run(large, List.of("input"), List.of(), samples).samples()).isOne();
  }

  @Test
  void namesTheNodeThatFirstGivesNaN() {
    // The root of a negative number, hidden in the middle of a channel: pooling alone passes it by.
    GraphEditor editor = new GraphEditor(model.graph());
    Node relu = editor.node("relu");
    editor.add(Node.onnx("root", "Sqrt", Attributes.NONE, List.of("input"), List.of("rooted")));
    editor.add(
        Node.onnx(
            "mean",
            "ReduceMean",
            Attributes.NONE.with("keepdims", 1L),
            List.of("rooted"),
            List.of("averaged")));
    editor.add(
        Node.onnx(
            "shift", "Add", Attributes.NONE, List.of(relu.input(0), "averaged"), List.of("s")));
    editor.redirect("relu", 0, "s");
    Model rooted =
        io.nncf4j.core.operator.ShapeInference.infer(
            model.withGraph(editor.removeUnused().build()));
    float[] pixels = new float[3 * 8 * 8];
    pixels[20] = -1;
    CalibrationSamples samples =
        TinyNetwork.samples(List.of(Map.of("input", Tensor.ofFloats(pixels, 1, 3, 8, 8))));
    assertThatThrownBy(
            () ->
                new Calibrator(engine, CalibrationOptions.defaults().withWorkers(1))
                    .run(rooted, List.of("sum"), List.of(), samples))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("\"root\" (Sqrt)")
        .hasMessageContaining("number 0");
  }

  @Test
  void distributionsSeeEveryElement() {
    List<Map<String, Tensor>> images = TinyNetwork.images(6);
    Calibrator calibrator = new Calibrator(engine, CalibrationOptions.defaults().withWorkers(3));
    Tails tails = new Tails(0.1, 0.1);
    Observations found =
        calibrator.distributions(model, VALUES, tails, TinyNetwork.samples(images)).observations();
    TensorDistribution input = found.distribution("input");
    assertThat(input.elements().total()).isEqualTo(6 * 3 * 64);
    assertThat(input.samples(SampleStatistic.MAX).max()).isEqualTo(input.elements().max());
    List<Map<String, Tensor>> reversed = new ArrayList<>(images);
    Collections.reverse(reversed);
    Observations again =
        new Calibrator(engine, CalibrationOptions.defaults().withWorkers(1))
            .distributions(model, VALUES, tails, TinyNetwork.samples(reversed))
            .observations();
    assertThat(again).isEqualTo(found);
  }

  private static CalibrationSamples withBroken(int count, int broken) {
    List<Integer> numbers = IntStream.range(0, count).boxed().toList();
    Dataset<Integer> dataset =
        new Dataset<>(
            numbers,
            number -> {
              if (number == broken) {
                throw new BrokenSampleException("image " + number, "the file is truncated");
              }
              return TinyNetwork.images(count).get(number);
            });
    return CalibrationSamples.of(dataset, count);
  }
}
