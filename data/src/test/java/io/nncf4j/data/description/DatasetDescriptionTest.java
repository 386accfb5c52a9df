package io.nncf4j.data.description;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nncf4j.core.InputException;
import io.nncf4j.data.description.DatasetDescription.ImageLocation;
import io.nncf4j.data.description.DatasetDescription.Labels;
import io.nncf4j.data.image.ColorOrder;
import io.nncf4j.data.image.Layout;
import io.nncf4j.data.image.Resize;
import io.nncf4j.testing.SharedFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetDescriptionTest {
  @TempDir Path folder;

  private Path yaml(String text) throws IOException {
    return Files.writeString(folder.resolve("data.yaml"), text);
  }

  private void assertProblems(String text, String... problems) throws IOException {
    Path file = yaml(text);
    assertThatThrownBy(() -> DatasetDescription.read(file))
        .isInstanceOf(InputException.class)
        .satisfies(
            failure -> {
              String[] lines = failure.getMessage().split("\n");
              assertThat(lines).as(failure.getMessage()).hasSize(problems.length);
              for (int at = 0; at < problems.length; at++) {
                assertThat(lines[at]).startsWith(file + ":").contains(problems[at]);
              }
            });
  }

  @Test
  void readsEveryKey() throws IOException {
    Path file =
        yaml(
            """
            images: data/photos.zip!val/a   # comment
            labels: folders
            label-offset: 1
            input:
              resize: {shorter: 256}
              crop: 224
              color: bgr
              scale: 0.00392156862745098
              mean: [0.485, 0.456, 0.406]
              std: [0.229, 0.224, 0.225]
              layout: NHWC
            metric: top5
            """);
    DatasetDescription read = DatasetDescription.read(file);
    assertThat(read.images())
        .isEqualTo(new ImageLocation.Archive(folder.resolve("data/photos.zip"), "val/a"));
    assertThat(read.labels()).isEqualTo(new Labels.Folders());
    assertThat(read.labelOffset()).isEqualTo(1);
    assertThat(read.annotations()).isEmpty();
    assertThat(read.metric()).contains(MetricKind.TOP5);
    assertThat(read.input().resize()).isEqualTo(new Resize.ShorterSide(256));
    assertThat(read.input().crop()).isEqualTo(OptionalInt.of(224));
    assertThat(read.input().color()).isEqualTo(ColorOrder.BGR);
    assertThat(read.input().scale()).isEqualTo(0.00392156862745098);
    assertThat(read.input().mean()).containsExactly(0.485, 0.456, 0.406);
    assertThat(read.input().std()).containsExactly(0.229, 0.224, 0.225);
    assertThat(read.input().layout()).isEqualTo(Layout.NHWC);
  }

  @Test
  void readsDetectionKeys() throws IOException {
    DatasetDescription read =
        DatasetDescription.read(
            yaml(
                """
                images: images
                annotations: instances.json
                input:
                  resize: {width: 416, height: 320, mode: letterbox}
                  color: GRAY
                  mean: 127.5
                metric: coco-map
                """));
    assertThat(read.annotations()).contains(folder.resolve("instances.json"));
    assertThat(read.input().resize()).isEqualTo(new Resize.Letterbox(416, 320));
    assertThat(read.input().mean()).containsExactly(127.5);
    assertThat(read.input().std()).isEqualTo(List.of(1.0));
  }

  @Test
  void readsAllSharedDescriptions() {
    for (String name :
        List.of(
            "imagenet-500/mobilenet.yaml",
            "imagenet-500/squeezenet.yaml",
            "cifar10/test.yaml",
            "cifar10/train.yaml",
            "coco128/nanodet-416.yaml")) {
      assertThat(DatasetDescription.read(SharedFiles.data(name)).metric()).isPresent();
    }
  }

  @Test
  void namesAllProblemsAtOnce() throws IOException {
    assertProblems(
        """
        imgaes: photos
        labels: labels.csv
        label-offset: one
        input:
          resize: {shorter: 256, width: 3}
          crop: 300
          colour: RGB
          mean: [1, 2]
          std: [1, 0, 1]
          layout: NCWH
        metric: top2
        """,
        ":1: unknown key \"imgaes\"; did you mean \"images\"?",
        ":1: the key \"images\" is missing",
        ":3: label-offset must be a whole number, found \"one\"",
        ":7: unknown key in input \"colour\"; did you mean \"color\"?",
        ":5: input resize takes either",
        ":10: unknown input layout \"NCWH\"; did you mean \"NCHW\"?",
        ":8: input mean must hold 3 values, one per channel of RGB, found 2",
        ":9: input std must not hold 0",
        ":6: input crop 300 does not fit",
        ":11: unknown metric \"top2\"; did you mean \"top1\"?");
  }

  @Test
  void metricsNeedTheirTargets() throws IOException {
    assertProblems("images: a\nmetric: top1\n", ":2: metric top1 needs labels");
    assertProblems("images: a\nmetric: voc-map\n", ":2: metric voc-map needs annotations");
    assertProblems(
        "images: a\nlabels: b.csv\nannotations: c\n", ":3: labels and annotations exclude");
  }

  @Test
  void refusesAliasesTagsAndDepth() throws IOException {
    assertProblems("a: &x 1\nb: *x\n", ":1: anchors");
    assertProblems("images: *x\n", ":1:");
    assertProblems("images: !!binary abcd\n", ":1: tags");
    assertProblems("images: " + "[".repeat(100_000) + "]".repeat(100_000), ":1: nested deeper");
    assertProblems("images: " + "{a: ".repeat(50_000) + "}".repeat(50_000), ":1: nested deeper");
    StringBuilder laughs = new StringBuilder("a0: &a0 [x, x]\n");
    for (int level = 1; level < 40; level++) {
      laughs.append("a%d: &a%d [*a%d, *a%d]\n".formatted(level, level, level - 1, level - 1));
    }
    assertProblems(laughs.toString(), ":1: anchors");
  }

  @Test
  void refusesWhatIsNoDescription() throws IOException {
    assertProblems("- images\n- labels\n", ":1: expected \"key: value\"");
    assertProblems("images: a\nimages: b\n", ":2: the key \"images\" stands here a second time");
    assertProblems("images: [a\nlabels", ": not valid YAML");
    assertProblems("? [a, b]\n: c\n", ":1: a key must be plain text");
    assertThatThrownBy(() -> DatasetDescription.read(yaml("")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("is empty");
    assertThatThrownBy(() -> DatasetDescription.read(yaml("images: a\n---\nimages: b\n")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("more than one");
    assertThatThrownBy(() -> DatasetDescription.read(folder.resolve("none.yaml")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("no data set description");
    Path binary =
        Files.write(folder.resolve("b.yaml"), new byte[] {(byte) 0xFF, (byte) 0xFE, 0, 1});
    assertThatThrownBy(() -> DatasetDescription.read(binary)).isInstanceOf(InputException.class);
    Path large = Files.write(folder.resolve("l.yaml"), new byte[2 << 20]);
    assertThatThrownBy(() -> DatasetDescription.read(large)).hasMessageContaining("larger than");
  }
}
