package io.nncf4j.report;

import io.nncf4j.core.Finding;
import io.nncf4j.core.record.Curve;
import io.nncf4j.core.record.Environment;
import io.nncf4j.core.record.GraphNodeRecord;
import io.nncf4j.core.record.LayerRecord;
import io.nncf4j.core.record.Measurement;
import io.nncf4j.core.record.PlanRow;
import io.nncf4j.core.record.RangeRecord;
import io.nncf4j.core.record.RunRecord;
import io.nncf4j.core.record.Seconds;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Records to render: one shaped like a run on MobileNetV2, one with hostile names. */
public final class SampleRuns {
  private SampleRuns() {}

  public static RunRecord realistic() {
    SplittableRandom random = new SplittableRandom(7);
    List<LayerRecord> layers = new ArrayList<>();
    List<RangeRecord> ranges = new ArrayList<>();
    List<PlanRow> plan = new ArrayList<>();
    List<GraphNodeRecord> graph = new ArrayList<>();
    graph.add(new GraphNodeRecord("input.quantize", "QuantizeLinear", "int8", List.of()));
    String last = "input.quantize";
    String blockStart = last;
    for (int block = 0; block < 17; block++) {
      long width = 16 + 8L * block;
      String path = "features." + (block + 1) + ".conv";
      for (int part = 0; part < 3; part++) {
        String name = path + "." + part + (part < 2 ? ".0/Conv" : "/Conv");
        long weights = part == 1 ? width * 6 * 9 : width * width * 6;
        double sqnr = 34 - block * 0.5 - (part == 1 ? 8 * random.nextDouble() : 0);
        double high = part == 2 ? 4 + 20 * random.nextDouble() : 6;
        double low = part == 2 ? -high * 0.8 : 0;
        boolean isFloat = block == 3 && part == 1;
        layers.add(
            new LayerRecord(
                name,
                "Conv",
                isFloat ? "float" : "8-bit symmetric signed per-channel narrow",
                low,
                high,
                isFloat ? null : sqnr,
                weights * 4,
                isFloat ? weights * 4 : weights + width * 8));
        ranges.add(new RangeRecord(name + "_output_0", low, high, low * 1.15, high * 1.1, 1));
        if (isFloat) {
          plan.add(new PlanRow("float", name, "int8 measured slower than float here", 0));
        } else {
          plan.add(
              new PlanRow("weight", name + ":1", "8-bit symmetric signed per-channel narrow", 0));
          plan.add(new PlanRow("activation", name + "_output_0", "8-bit asymmetric per-tensor", 0));
        }
        graph.add(new GraphNodeRecord(name, "Conv", isFloat ? "float" : "int8", List.of(last)));
        last = name;
      }
      if (block % 3 != 0) {
        String add = "features." + (block + 1) + "/Add";
        graph.add(new GraphNodeRecord(add, "Add", "int8", List.of(last, blockStart)));
        layers.add(
            new LayerRecord(
                add, "Add", "8-bit asymmetric per-tensor", -9.5, 11.25, 27.5 - block, 0, 0));
        last = add;
      }
      blockStart = last;
    }
    graph.add(new GraphNodeRecord("classifier.1/Gemm", "Gemm", "int8", List.of(last)));
    layers.add(
        new LayerRecord(
            "classifier.1/Gemm",
            "Gemm",
            "8-bit symmetric signed per-channel narrow",
            -8.0,
            21.0,
            21.75,
            5_124_000,
            1_289_000));
    Map<String, Double> stages = new LinkedHashMap<>();
    stages.put("read", 0.042);
    stages.put("plan", 0.061);
    stages.put("calibrate", 2.713);
    stages.put("correct biases", 0.84);
    stages.put("write", 0.032);
    stages.put("evaluate", 3.12);
    stages.put("latency", 1.05);
    return RunRecord.builder("quantize", "mobilenetv2.onnx")
        .output("mobilenetv2-int8.onnx")
        .before(Measurement.ofSize(13_964_571).withMetric("top1", 71.8).withLatency(5.12, 5.48))
        .after(Measurement.ofSize(3_621_904).withMetric("top1", 71.4).withLatency(2.734, 2.91))
        .agreement(98.25)
        .samples(300)
        .seconds(new Seconds(7.912, stages))
        .peakMemoryBytes(812_646_400)
        .findings(
            List.of(
                Finding.information(
                    "left-in-float",
                    "Left in float: int8 measured slower than float here",
                    "features.4.conv.1.0/Conv"),
                Finding.warning(
                    "saturation",
                    "Could saturate on processors without VNNI",
                    "features.1.conv.0.0/Conv",
                    "features.2.conv.0.0/Conv"),
                Finding.warning(
                    "saturation",
                    "Could saturate on processors without VNNI",
                    "features.3.conv.0.0/Conv",
                    "features.4.conv.0.0/Conv",
                    "features.5.conv.0.0/Conv",
                    "features.6.conv.0.0/Conv")))
        .environment(
            new Environment(
                "Eclipse Adoptium 25.0.1", "Linux 6.12 amd64", "Example CPU at 2.6 GHz", 2, 2))
        .provenance("program", "nncf4j 0.1.0")
        .provenance("options", "preset performance, target CPU, subset 300, seed 0")
        .provenance(
            "model SHA-256", "7a54bbf7d21f8f9f3b6ba5b2e0e1c4e4b1a9b5a87e9a1f6f0c7d1f0e6a5b4c3d")
        .layers(layers)
        .plan(plan)
        .ranges(ranges)
        .graph(graph)
        .curves(List.of(curve(random)))
        .build();
  }

  private static Curve curve(SplittableRandom random) {
    List<Curve.Point> training = new ArrayList<>();
    List<Curve.Point> validation = new ArrayList<>();
    for (int step = 0; step < 400; step++) {
      double loss = 0.3 + 2 * Math.exp(-step / 60.0);
      training.add(new Curve.Point(step, loss + 0.1 * random.nextDouble()));
      if (step % 50 == 49) {
        validation.add(new Curve.Point(step, loss + 0.12));
      }
    }
    return new Curve(
        "Loss",
        "step",
        "cross entropy",
        List.of(
            new Curve.Series("training", training), new Curve.Series("validation", validation)));
  }

  /** Every string tries to break out of where it stands. */
  public static RunRecord hostile() {
    String name =
        "</script><script>alert(1)</script>\"'><img src=x onerror=alert(2)>&amp;\u001b[2J";
    return RunRecord.builder("quantize" + name, name)
        .output(name)
        .before(Measurement.ofSize(2).withMetric(name, 1))
        .after(Measurement.ofSize(1).withMetric(name, 1))
        .seconds(new Seconds(1, Map.of(name, 1.0)))
        .findings(List.of(Finding.warning(name, name, name)))
        .environment(new Environment(name, name, name, 1, 1))
        .provenance(name, name)
        .layers(List.of(new LayerRecord(name, name, name, -1.0, 1.0, 20.0, 4, 1)))
        .plan(List.of(new PlanRow(name, name, name, 1)))
        .ranges(List.of(new RangeRecord(name, -1.0, 1.0, -1.0, 1.0, 1)))
        .graph(List.of(new GraphNodeRecord(name, name, name, List.of(name))))
        .curves(
            List.of(
                new Curve(
                    name,
                    name,
                    name,
                    List.of(new Curve.Series(name, List.of(new Curve.Point(0, 1)))))))
        .build();
  }
}
