package io.nncf4j.data.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nncf4j.core.InputException;
import io.nncf4j.data.Batch;
import io.nncf4j.data.BatchLoader;
import io.nncf4j.data.BrokenSampleException;
import io.nncf4j.data.LoaderOptions;
import io.nncf4j.data.SampleSource;
import io.nncf4j.data.Target;
import io.nncf4j.data.TestImages;
import io.nncf4j.data.description.DatasetDescription;
import io.nncf4j.data.image.Preprocessing;
import io.nncf4j.testing.SharedFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageSourceTest {
  @TempDir Path folder;

  private SampleSource open(String yaml) throws IOException {
    return DatasetDescription.read(Files.writeString(folder.resolve("data.yaml"), yaml)).open();
  }

  private void image(String name, byte[] bytes) throws IOException {
    TestImages.write(folder.resolve(name), bytes);
  }

  private static List<String> names(SampleSource source) {
    List<String> names = new ArrayList<>();
    for (int index = 0; index < source.size(); index++) {
      names.add(source.name(index));
    }
    return names;
  }

  @Test
  void opensThePhotos() {
    try (SampleSource source =
        DatasetDescription.read(SharedFiles.data("imagenet-500/mobilenet.yaml")).open()) {
      assertThat(source.size()).isEqualTo(500);
      assertThat(source.findings()).isEmpty();
      var sample = source.load(7);
      assertThat(sample.name()).isEqualTo("0014.jpg");
      assertThat(sample.target()).isEqualTo(new Target.ClassLabel(15));
      assertThat(sample.input().shape()).containsExactly(3, 224, 224);
    }
  }

  @Test
  void opensClassFoldersInAnArchive() {
    try (SampleSource source =
        DatasetDescription.read(SharedFiles.data("cifar10/test.yaml")).open()) {
      assertThat(source.size()).isEqualTo(10_000);
      assertThat(source.classNames()).hasSize(10).startsWith("airplane", "automobile");
      var sample = source.load(1000);
      assertThat(sample.name()).isEqualTo("automobile/0000.jpg");
      assertThat(sample.target()).isEqualTo(new Target.ClassLabel(1));
      assertThat(sample.input().shape()).containsExactly(3, 32, 32);
    }
  }

  @Test
  void appliesLevelsInTheWishedOrder() throws IOException {
    image("images/a.png", TestImages.png(5, 4, 0x0A141E));
    String yaml =
        """
        images: images
        input: {color: %s, scale: 0.5, mean: [1, 2, 3], std: [2, 4, 8], layout: %s}
        """;
    try (SampleSource source = open(yaml.formatted("BGR", "NCHW"))) {
      float[] values = source.load(0).input().toFloats();
      assertThat(values).hasSize(60);
      assertThat(values[0]).isEqualTo((30 * 0.5f - 1) / 2);
      assertThat(values[20]).isEqualTo((20 * 0.5f - 2) / 4);
      assertThat(values[40]).isEqualTo((10 * 0.5f - 3) / 8);
    }
    try (SampleSource source = open(yaml.formatted("RGB", "NHWC"))) {
      var input = source.load(0).input();
      assertThat(input.shape()).containsExactly(4, 5, 3);
      assertThat(input.toFloats()).startsWith(2f, 2f, 1.5f, 2f, 2f, 1.5f);
    }
    try (SampleSource source = open("images: images\ninput: {color: GRAY}\n")) {
      assertThat(source.load(0).input().toFloats()).hasSize(20).containsOnly(18f);
    }
  }

  @Test
  void labelsComeFromATable() throws IOException {
    image("images/b.png", TestImages.png(4, 4, 1));
    image("images/a,1.png", TestImages.png(4, 4, 1));
    image("images/c.png", TestImages.png(4, 4, 1));
    Files.writeString(folder.resolve("labels.csv"), "a,1.png,3\n\nb.png, 5\nz.png,1\n");
    try (SampleSource source = open("images: images\nlabels: labels.csv\nlabel-offset: 1\n")) {
      assertThat(names(source)).containsExactly("a,1.png", "b.png");
      assertThat(source.target(1)).isEqualTo(new Target.ClassLabel(6));
      assertThat(names(source.withUnlabelled())).containsExactly("a,1.png", "b.png", "c.png");
      assertThat(source.withUnlabelled().load(0).target()).isEqualTo(Target.UNKNOWN);
      assertThat(source.load(0).target()).isEqualTo(new Target.ClassLabel(4));
      assertThat(source.findings())
          .extracting(finding -> finding.message())
          .containsExactly(
              "1 images without a line in %s, the first is c.png"
                  .formatted(folder.resolve("labels.csv")),
              "1 images labelled, but not there, the first is z.png");
    }
  }

  @Test
  void wrongLinesOfATableAreNamed() throws IOException {
    image("images/a.png", TestImages.png(4, 4, 1));
    Path table =
        Files.writeString(folder.resolve("labels.csv"), "a.png,x\nb.png\na.png,1\na.png,2");
    assertThatThrownBy(() -> open("images: images\nlabels: labels.csv\n"))
        .isInstanceOf(InputException.class)
        .hasMessage(
            table
                + ":1: expected \"file name,class index\", found \"a.png,x\"\n"
                + table
                + ":2: expected \"file name,class index\", found \"b.png\"\n"
                + table
                + ":4: a.png has a label already");
    Files.writeString(table, ("secret".repeat(10) + "\n").repeat(9));
    assertThatThrownBy(() -> open("images: images\nlabels: labels.csv\n"))
        .hasMessageContaining(":3: expected")
        .hasMessageContaining("found \"secretsecretsecretsecretsecretsecretsecr…\"")
        .hasMessageEndingWith("… and 6 more")
        .hasMessageNotContaining(":4:");
    Files.writeString(table, "other.png,1\n");
    assertThatThrownBy(() -> open("images: images\nlabels: labels.csv\n"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("None of the 1 images");
  }

  @Test
  void listsKeepTheirOrder() throws IOException {
    image("images/a.png", TestImages.png(4, 4, 1));
    image("images/b.png", TestImages.png(4, 4, 1));
    Files.writeString(folder.resolve("list.txt"), "# two\nimages/b.png\n\nimages/a.png\n");
    try (SampleSource source = open("images: list.txt\n")) {
      assertThat(names(source)).containsExactly("images/b.png", "images/a.png");
      assertThat(source.load(1).input().shape()).containsExactly(3, 4, 4);
    }
    Files.writeString(folder.resolve("list.txt"), "images/b.png\nimages/b.png\n");
    assertThatThrownBy(() -> open("images: list.txt\n")).hasMessageContaining("list.txt:2:");
    Files.writeString(folder.resolve("list.txt"), "c.png\n");
    assertThatThrownBy(() -> open("images: list.txt\n")).hasMessageContaining("None of the 1");
  }

  @Test
  void emptyAndMissingPlacesAreErrors() throws IOException {
    Files.createDirectories(folder.resolve("empty"));
    Files.writeString(folder.resolve("empty/readme.txt"), "x");
    assertThatThrownBy(() -> open("images: empty\n"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("No images (.jpg, .jpeg, .png) in the folder");
    assertThatThrownBy(() -> open("images: nowhere\n"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("There is no folder of images");
    assertThatThrownBy(() -> open("images: nowhere.zip!a\n"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("There is no archive");
    Files.writeString(folder.resolve("no.zip"), "not a zip");
    assertThatThrownBy(() -> open("images: no.zip\n"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("not a readable zip archive");
  }

  @Test
  void brokenImagesAreNamedSkippedAndCounted() throws IOException {
    byte[] jpeg = TestImages.jpeg(64, 64);
    image("images/a.jpg", jpeg);
    image("images/b.jpg", java.util.Arrays.copyOf(jpeg, jpeg.length / 2));
    image("images/c.png", TestImages.pngBomb(100_000, 100_000));
    image("images/d.jpg", new byte[0]);
    image("images/e.png", "hello".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    image("images/f.jpg", jpeg);
    try (SampleSource source = open("images: images\n");
        BatchLoader loader =
            new BatchLoader(source, LoaderOptions.defaults().withBatchSize(2).withThreads(2))) {
      List<String> seen = new ArrayList<>();
      for (Batch batch : loader) {
        seen.addAll(batch.names());
        batch.close();
      }
      assertThat(seen).containsExactly("a.jpg", "f.jpg");
      assertThat(loader.brokenCount()).isEqualTo(4);
      assertThat(loader.findings())
          .extracting(finding -> finding.message())
          .satisfiesExactly(
              message -> assertThat(message).contains("b.jpg: truncated"),
              message -> assertThat(message).contains("c.png").contains("100000x100000"),
              message -> assertThat(message).contains("d.jpg: the file is empty"),
              message -> assertThat(message).contains("e.png: neither a JPEG nor a PNG"));
    }
  }

  @Test
  void allBrokenIsAnError() throws IOException {
    image("images/a.jpg", new byte[3]);
    image("images/b.jpg", new byte[3]);
    try (SampleSource source = open("images: images\n");
        BatchLoader loader = new BatchLoader(source, LoaderOptions.defaults())) {
      assertThatThrownBy(() -> loader.forEach(Batch::close))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("None of the 2 samples can be used; the first: ")
          .hasMessageContaining("a.jpg");
    }
  }

  @Test
  void tooSmallForTheCropIsBroken() throws IOException {
    image("images/a.png", TestImages.png(10, 8, 0));
    try (SampleSource source = open("images: images\ninput: {crop: 9}\n")) {
      assertThatThrownBy(() -> source.load(0))
          .isInstanceOf(BrokenSampleException.class)
          .hasMessageContaining("too small for the crop of 9");
    }
  }

  @Test
  void archiveNamesThatLeadOutsideAreRefused() throws IOException {
    byte[] png = TestImages.png(4, 4, 1);
    for (String evil : List.of("../a.png", "x/../../a.png", "/a.png", "C:/a.png", "..\\a.png")) {
      Map<String, byte[]> entries = new LinkedHashMap<>();
      entries.put("good.png", png);
      entries.put(evil, png);
      Path archive = TestImages.zip(folder.resolve("evil.zip"), entries);
      assertThatThrownBy(() -> ZipFiles.open(archive, ""))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("leads outside it")
          .hasMessageContaining(evil);
    }
  }

  @Test
  void absurdInflatedSizesAreBroken() throws IOException {
    byte[] png = TestImages.png(4, 4, 1);
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("bomb.png", new byte[FileStore.LARGEST_FILE + 1]);
    entries.put("good.png", png);
    Path archive = TestImages.zip(folder.resolve("bomb.zip"), entries);
    assertThat(Files.size(archive)).isLessThan(1 << 20);
    try (ZipFiles files = ZipFiles.open(archive, "");
        ImageSource source =
            new ImageSource(
                new FilePictures(files, files.names()),
                ImageTargets.none(files),
                Preprocessing.defaults())) {
      assertThatThrownBy(() -> source.load(0))
          .isInstanceOf(BrokenSampleException.class)
          .hasMessageContaining("256 MB long when unpacked");
      assertThat(source.load(1).input().size()).isEqualTo(48);
    }
  }

  @Test
  void archiveFoldersWithoutImagesAreErrors() throws IOException {
    Path archive =
        TestImages.zip(folder.resolve("a.zip"), Map.of("train/a.png", TestImages.png(4, 4, 1)));
    assertThatThrownBy(() -> ZipFiles.open(archive, "test"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("in folder test/ of the archive");
  }

  @Test
  void flatFoldersHoldNoClasses() throws IOException {
    image("images/a.png", TestImages.png(4, 4, 1));
    assertThatThrownBy(() -> open("images: images\nlabels: folders\n"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("one folder per class");
  }
}
