package io.nncf4j.data.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nncf4j.core.InputException;
import io.nncf4j.data.Box;
import io.nncf4j.data.Detection;
import io.nncf4j.data.Target;
import io.nncf4j.data.source.Annotations;
import io.nncf4j.data.source.CocoAnnotations;
import io.nncf4j.testing.NpyArray;
import io.nncf4j.testing.SharedFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Average precision against the COCO API and an independent VOC evaluation. */
class DetectionMetricsTest {
  private static final List<Integer> CATEGORY_IDS = List.of(1, 3, 7, 9);

  private Path folder;
  private Annotations truth;
  private final List<Target> targets = new ArrayList<>();
  private final List<List<Detection>> detections = new ArrayList<>();

  @BeforeEach
  void read() throws IOException {
    folder = SharedFiles.oracle("detection/coco");
    truth = CocoAnnotations.read(folder.resolve("ground_truth.json"));
    Map<Long, List<Detection>> byImage = new LinkedHashMap<>();
    for (JsonNode each : json("detections.json")) {
      JsonNode box = each.get("bbox");
      Detection detection =
          new Detection(
              CATEGORY_IDS.indexOf(each.get("category_id").asInt()),
              new Box(
                  box.get(0).asDouble(),
                  box.get(1).asDouble(),
                  box.get(2).asDouble(),
                  box.get(3).asDouble()),
              each.get("score").asDouble());
      byImage
          .computeIfAbsent(each.get("image_id").asLong(), id -> new ArrayList<>())
          .add(detection);
    }
    for (Target.Objects objects : truth.byFile().values()) {
      targets.add(objects);
      detections.add(byImage.getOrDefault(objects.imageId(), List.of()));
    }
  }

  private JsonNode json(String name) throws IOException {
    return new ObjectMapper().readTree(folder.resolve(name).toFile());
  }

  private static Map<String, Double> figures(JsonNode node) {
    Map<String, Double> figures = new HashMap<>();
    node.fields().forEachRemaining(each -> figures.put(each.getKey(), each.getValue().asDouble()));
    return figures;
  }

  private static void assertFigures(Map<String, Double> actual, Map<String, Double> expected) {
    assertThat(actual).hasSameSizeAs(expected);
    expected.forEach(
        (name, value) -> assertThat(actual.get(name)).as(name).isCloseTo(value, within(1e-9)));
  }

  @Test
  void cocoFiguresEqualTheCocoApi() throws IOException {
    CocoAveragePrecision metric = new CocoAveragePrecision(truth.categories());
    metric.add(detections, targets);
    JsonNode expected = json("expected.json");
    assertFigures(metric.evaluation().summary(), figures(expected.get("summary")));
    assertThat(metric.result().percent()).isCloseTo(28.815370888562875, within(1e-7));
    assertThat(metric.result().toString()).isEqualTo("COCO mAP 28.82 %");
    for (int category = 0; category < CATEGORY_IDS.size(); category++) {
      JsonNode of = expected.get("per_category").get("" + CATEGORY_IDS.get(category));
      CocoEvaluation evaluation = metric.evaluation();
      assertThat(evaluation.averagePrecision(-1, category, 0))
          .isCloseTo(of.get("AP").asDouble(), within(1e-9));
      assertThat(evaluation.averagePrecision(0, category, 0))
          .isCloseTo(of.get("AP50").asDouble(), within(1e-9));
      assertThat(evaluation.averageRecall(category, 0, 2))
          .isCloseTo(of.get("AR100").asDouble(), within(1e-9));
    }
  }

  @Test
  void cocoPrecisionsAndRecallsEqualTheCocoApi() {
    CocoAveragePrecision metric = new CocoAveragePrecision(truth.categories());
    metric.add(detections, targets);
    CocoEvaluation evaluation = metric.evaluation();
    double[] precision = NpyArray.read(folder.resolve("precision_T10_R101_K_A4_M3.npy")).doubles();
    double[] recall = NpyArray.read(folder.resolve("recall_T10_K_A4_M3.npy")).doubles();
    int at = 0;
    int atRecall = 0;
    for (int threshold = 0; threshold < 10; threshold++) {
      for (int point = 0; point < 101; point++) {
        for (int setting = 0; setting < 48; setting++) {
          assertThat(
                  evaluation.precision(
                      threshold, point, setting / 12, setting / 3 % 4, setting % 3))
              .isCloseTo(precision[at++], within(1e-9));
        }
      }
      for (int setting = 0; setting < 48; setting++) {
        assertThat(evaluation.recall(threshold, setting / 12, setting / 3 % 4, setting % 3))
            .isCloseTo(recall[atRecall++], within(1e-9));
      }
    }
  }

  @Test
  void classAgnosticFiguresEqualTheCocoApi() throws IOException {
    CocoAveragePrecision metric = new CocoAveragePrecision(truth.categories(), true);
    metric.add(detections, targets);
    assertFigures(
        metric.evaluation().summary(),
        figures(json("expected.json").get("class_agnostic_summary")));
  }

  @Test
  void cocoMergesExactlyInAnyOrder() {
    CocoAveragePrecision whole = new CocoAveragePrecision(truth.categories());
    whole.add(detections, targets);
    CocoAveragePrecision merged = new CocoAveragePrecision(truth.categories());
    for (int at = targets.size() - 1; at >= 0; at--) {
      CocoAveragePrecision part = new CocoAveragePrecision(truth.categories());
      part.add(detections.subList(at, at + 1), targets.subList(at, at + 1));
      merged.merge(part);
    }
    assertThat(merged.result()).isEqualTo(whole.result());
    assertThatThrownBy(() -> merged.merge(whole))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("evaluated twice");
  }

  @Test
  void vocFiguresEqualTheIndependentEvaluation() throws IOException {
    JsonNode expected = json("expected_voc.json");
    for (var averaging : VocAveragePrecision.Averaging.values()) {
      String suffix = averaging == VocAveragePrecision.Averaging.AREA ? "area" : "11_point";
      VocAveragePrecision metric = new VocAveragePrecision(truth.categories(), averaging);
      metric.add(detections, targets);
      assertThat(metric.result().value())
          .isCloseTo(expected.get("map_" + suffix).asDouble(), within(1e-9));
      for (int id : List.of(1, 3, 7)) {
        assertThat(metric.result().details().get("class" + id))
            .isCloseTo(
                expected.get("per_category").get("" + id).get("ap_" + suffix).asDouble(),
                within(1e-9));
      }
      assertThat(metric.result().details()).doesNotContainKey("class9");
      VocAveragePrecision merged = new VocAveragePrecision(truth.categories(), averaging);
      for (int at = targets.size() - 1; at >= 0; at--) {
        VocAveragePrecision part = new VocAveragePrecision(truth.categories(), averaging);
        part.add(detections.subList(at, at + 1), targets.subList(at, at + 1));
        merged.merge(part);
      }
      assertThat(merged.result()).isEqualTo(metric.result());
    }
  }

  @Test
  void wrongCategoriesAndTargetsAreRefused() {
    CocoAveragePrecision metric = new CocoAveragePrecision(List.of("a"));
    Target none = new Target.Objects(1, 10, 10, List.of());
    List<List<Detection>> wrong = List.of(List.of(new Detection(1, new Box(0, 0, 1, 1), 1)));
    assertThatThrownBy(() -> metric.add(wrong, List.of(none)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("Category 1");
    assertThatThrownBy(() -> metric.add(List.of(List.of()), List.of(Target.UNKNOWN)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("annotated objects");
  }

  @Test
  void readsCocoAnnotations() {
    Annotations real = CocoAnnotations.read(SharedFiles.data("coco128/instances_val2017.json"));
    assertThat(real.categories()).hasSize(80).startsWith("person", "bicycle");
    assertThat(real.byFile()).hasSize(128);
    assertThat(real.byFile().values().stream().mapToInt(each -> each.objects().size()).sum())
        .isEqualTo(939);
  }
}
