package io.nncf4j.data.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nncf4j.core.InputException;
import io.nncf4j.data.AnnotatedObject;
import io.nncf4j.data.Box;
import io.nncf4j.data.SampleSource;
import io.nncf4j.data.Target;
import io.nncf4j.data.description.DatasetDescription;
import io.nncf4j.testing.SharedFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnnotationsTest {
  @TempDir Path folder;

  private Path coco(String json) throws IOException {
    return Files.writeString(folder.resolve("instances.json"), json);
  }

  private void assertCocoRefused(String json, String reason) throws IOException {
    Path file = coco(json);
    assertThatThrownBy(() -> CocoAnnotations.read(file))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining(reason);
  }

  private Path voc(String xml) throws IOException {
    Path annotations = Files.createDirectories(folder.resolve("Annotations"));
    Files.writeString(annotations.resolve("a.xml"), xml);
    return annotations;
  }

  private void assertVocRefused(String xml, String reason) throws IOException {
    Path annotations = voc(xml);
    assertThatThrownBy(() -> VocAnnotations.read(annotations))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("a.xml")
        .hasMessageContaining(reason);
  }

  @Test
  void readsBoxesCrowdsAndCategories() throws IOException {
    Annotations read =
        CocoAnnotations.read(
            coco(
                """
                {"info": {"nested": [1, {"deep": []}]},
                 "annotations": [
                  {"image_id": 7, "category_id": 9, "bbox": [1, 2, 3, 4.5], "area": 5, "iscrowd": 1,
                   "segmentation": {"counts": [1, 2], "size": [3, 4]}},
                  {"image_id": 7, "category_id": 2, "bbox": [0, 0, 2, 2]}],
                 "categories": [{"id": 9, "name": "nine"}, {"id": 2, "name": "two"}],
                 "images": [{"id": 7, "file_name": "a.png", "width": 10, "height": 20},
                            {"id": 8, "file_name": "b.png", "width": 10, "height": 20}]}
                """));
    assertThat(read.categories()).containsExactly("two", "nine");
    assertThat(read.byFile().get("a.png"))
        .isEqualTo(
            new Target.Objects(
                7,
                10,
                20,
                List.of(
                    new AnnotatedObject(1, new Box(1, 2, 3, 4.5), 5, true),
                    new AnnotatedObject(0, new Box(0, 0, 2, 2), 4, false))));
    assertThat(read.byFile().get("b.png").objects()).isEmpty();
  }

  @Test
  void opensTheCocoPictures() {
    try (SampleSource source =
        DatasetDescription.read(SharedFiles.data("coco128/nanodet-416.yaml")).open()) {
      assertThat(source.size()).isEqualTo(128);
      assertThat(source.findings()).isEmpty();
      var sample = source.load(0);
      assertThat(sample.input().shape()).containsExactly(3, 416, 416);
      assertThat(sample.target())
          .isInstanceOfSatisfying(
              Target.Objects.class, objects -> assertThat(objects.objects()).isNotEmpty());
    }
  }

  @Test
  void refusesWrongCocoFiles() throws IOException {
    assertCocoRefused("[]", "one JSON object");
    assertCocoRefused("{\"images\": [", ":1: not valid JSON");
    assertCocoRefused("{}", "holds no images");
    assertCocoRefused("{\n\"images\": 5}", ":2: images must be an array");
    assertCocoRefused("{\n\"images\": [3]}", ":2: images must hold objects only");
    assertCocoRefused("{\n\"images\": [{\"id\": 1}]}", ":2: file_name must be text");
    assertCocoRefused(
        "{\"annotations\":\n[{\"image_id\": 1, \"category_id\": 1, \"bbox\": [1, [2], 3, 4]}]}",
        ":2: bbox must be");
    assertCocoRefused(
        "{\"annotations\":\n[{\"image_id\": 1, \"category_id\": 1, \"bbox\": [1, 2, 3, 4]}]}",
        "image 1 and category 1, one of which does not exist");
    assertCocoRefused("{\"x\": " + "[".repeat(100_000), "not valid JSON");
    assertCocoRefused("{\"images\": [{\"id\": 1, \"x\": " + "[".repeat(100_000), "not valid JSON");
  }

  @Test
  void opensTheBloodCells() throws IOException {
    Path bccd = SharedFiles.data("bccd");
    Path yaml =
        Files.writeString(
            folder.resolve("data.yaml"),
            """
            images: %s/ImageSets/Main/val.txt
            annotations: %s/Annotations
            input: {resize: {width: 320, height: 320, mode: letterbox}}
            metric: voc-map
            """
                .formatted(bccd, bccd));
    int listed =
        Files.readAllLines(bccd.resolve("ImageSets/Main/val.txt")).stream()
            .filter(line -> !line.isBlank())
            .toList()
            .size();
    try (SampleSource source = DatasetDescription.read(yaml).open()) {
      assertThat(source.size()).isEqualTo(listed);
      assertThat(source.classNames()).containsExactly("Platelets", "RBC", "WBC");
      assertThat(source.findings())
          .singleElement()
          .satisfies(finding -> assertThat(finding.code()).isEqualTo("empty-box"));
      var sample = source.load(0);
      assertThat(sample.name()).isEqualTo("BloodImage_00000.jpg");
      assertThat(sample.target())
          .isInstanceOfSatisfying(
              Target.Objects.class,
              objects -> {
                assertThat(objects.width()).isEqualTo(640);
                assertThat(objects.objects().get(0))
                    .isEqualTo(
                        new AnnotatedObject(
                            2, Box.ofCorners(259, 176, 491, 376), 232 * 200, false));
              });
    }
  }

  @Test
  void partsOfObjectsAreNoObjects() throws IOException {
    Annotations read =
        VocAnnotations.read(
            voc(
                """
                <annotation><size><width>9</width><height>8</height></size>
                <object><name>person</name><difficult>1</difficult>
                <part><name>head</name><bndbox><xmin>3</xmin><ymin>3</ymin><xmax>4</xmax>
                <ymax>4</ymax></bndbox></part>
                <bndbox><xmin>1</xmin><ymin>2.5</ymin><xmax>5</xmax><ymax>6</ymax></bndbox>
                </object></annotation>
                """));
    assertThat(read.categories()).containsExactly("person");
    assertThat(read.byFile().get("a").objects())
        .containsExactly(new AnnotatedObject(0, Box.ofCorners(0, 1.5, 5, 6), 22.5, true));
  }

  @Test
  void refusesDangerousAndWrongXml() throws IOException {
    Path secret = Files.writeString(folder.resolve("secret.txt"), "secret");
    assertVocRefused(
        "<!DOCTYPE a [<!ENTITY x SYSTEM \"%s\">]><annotation>&x;</annotation>"
            .formatted(secret.toUri()),
        "a.xml");
    assertVocRefused(
        "<!DOCTYPE a [<!ENTITY b \"bb\"><!ENTITY c \"&b;&b;\">]><annotation>&c;</annotation>",
        "a.xml");
    assertVocRefused("<a>".repeat(50_000), "nested deeper than 32");
    assertVocRefused("<annotation><object>", "a.xml:1: not valid XML");
    assertVocRefused(
        "<annotation><object><name>x</name></object></annotation>",
        "annotation/object/bndbox/xmin must be a number, found \"\"");
    Path empty = Files.createDirectories(folder.resolve("none"));
    assertThatThrownBy(() -> VocAnnotations.read(empty))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("No annotations");
  }
}
