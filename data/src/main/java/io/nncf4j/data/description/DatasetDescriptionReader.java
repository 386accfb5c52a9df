package io.nncf4j.data.description;

import io.nncf4j.core.InputException;
import io.nncf4j.data.description.DatasetDescription.ImageLocation;
import io.nncf4j.data.description.DatasetDescription.Labels;
import io.nncf4j.data.image.ColorOrder;
import io.nncf4j.data.image.Layout;
import io.nncf4j.data.image.Preprocessing;
import io.nncf4j.data.image.Resize;
import io.nncf4j.data.metric.BoxOutputs;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Turns the YAML tree into a {@link DatasetDescription}, collecting problems on the way. */
final class DatasetDescriptionReader {
  private enum Mode {
    STRETCH,
    LETTERBOX
  }

  private final Path file;
  private final Path folder;
  private final Problems problems;
  private final Section top;

  private DatasetDescriptionReader(Path file, Yaml.Mapping mapping) {
    this.file = file;
    this.folder = Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(file);
    this.problems = new Problems(file.toString());
    this.top =
        new Section(
            "",
            mapping,
            problems,
            "images",
            "labels",
            "label-offset",
            "annotations",
            "input",
            "output",
            "text",
            "window",
            "metric");
  }

  static DatasetDescription read(Path file) {
    return new DatasetDescriptionReader(file, Yaml.read(file)).read();
  }

  private DatasetDescription read() {
    ImageLocation images = images();
    Labels labels = labels();
    int labelOffset = top.integer("label-offset").orElse(0);
    String annotationText = top.text("annotations");
    Path annotations = annotationText == null ? null : path("annotations", annotationText);
    Preprocessing input = input();
    BoxOutputs output = BoxOutputsReader.read(top);
    MetricKind metric = top.choice("metric", labelled(MetricKind.values(), MetricKind::label));
    if (annotations != null && !(labels instanceof Labels.None)) {
      top.problem("annotations", "labels and annotations exclude each other; keep one of them");
    }
    if (metric != null && metric.isDetection() && !top.has("annotations")) {
      top.problem("metric", "metric " + metric.label() + " needs annotations");
    }
    if (metric != null && metric.isClassification() && !top.has("labels")) {
      top.problem("metric", "metric " + metric.label() + " needs labels");
    }
    if (metric == MetricKind.PERPLEXITY && !top.has("text")) {
      top.problem("metric", "metric perplexity needs a text");
    }
    problems.throwIfAny();
    return new DatasetDescription(
        file,
        images,
        labels,
        labelOffset,
        Optional.ofNullable(annotations),
        input,
        Optional.ofNullable(output),
        Optional.ofNullable(metric));
  }

  private ImageLocation images() {
    ImageLocation absent = new ImageLocation.Folder(folder);
    if (top.has("text")) {
      return text().orElse(absent);
    }
    if (!top.has("images")) {
      top.problem("images", "the key \"images\" is missing: a folder, list file or archive");
      return absent;
    }
    String text = top.text("images");
    if (text == null) {
      return absent;
    }
    int mark = text.toLowerCase(Locale.ROOT).indexOf(".zip!");
    if (mark >= 0) {
      Path archive = path("images", text.substring(0, mark + 4));
      return archive == null
          ? absent
          : new ImageLocation.Archive(archive, text.substring(mark + 5).replace('\\', '/'));
    }
    Path path = path("images", text);
    if (path == null) {
      return absent;
    }
    String lower = text.toLowerCase(Locale.ROOT);
    if (lower.endsWith(".zip")) {
      return new ImageLocation.Archive(path, "");
    }
    if (lower.endsWith(".npy") || lower.matches(".*(-idx[0-9]+-ubyte|\\.idx)(\\.gz)?")) {
      return new ImageLocation.ArrayFile(path);
    }
    return java.nio.file.Files.isRegularFile(path)
        ? new ImageLocation.ListFile(path)
        : new ImageLocation.Folder(path);
  }

  private Optional<ImageLocation> text() {
    if (top.has("images")) {
      top.problem("text", "images and text exclude each other; keep one of them");
    }
    String text = top.text("text");
    Path path = text == null ? null : path("text", text);
    int window = top.integer("window").orElse(128);
    if (window < 1) {
      top.problem("window", "window must be at least 1 token, found " + window);
    }
    return Optional.ofNullable(path).map(file -> new ImageLocation.Text(file, window));
  }

  private Labels labels() {
    String text = top.text("labels");
    if (text == null) {
      return new Labels.None();
    }
    if (text.equals("folders")) {
      return new Labels.Folders();
    }
    Path path = path("labels", text);
    return path == null ? new Labels.None() : new Labels.File(path);
  }

  private Preprocessing input() {
    Preprocessing defaults = Preprocessing.defaults();
    Section input =
        top.section("input", "resize", "crop", "color", "scale", "mean", "std", "layout");
    if (input == null) {
      return defaults;
    }
    Resize resize = resize(input);
    OptionalInt crop = input.integer("crop");
    ColorOrder color = input.choice("color", labelled(ColorOrder.values(), ColorOrder::name));
    List<Double> mean = input.numbers("mean");
    List<Double> std = input.numbers("std");
    Layout layout = input.choice("layout", labelled(Layout.values(), Layout::name));
    double scale = input.number("scale").orElse(defaults.scale());
    try {
      return new Preprocessing(
          resize,
          crop,
          color == null ? defaults.color() : color,
          scale,
          mean == null ? List.of(0.0) : mean,
          std == null ? List.of(1.0) : std,
          layout == null ? defaults.layout() : layout);
    } catch (InputException wrong) {
      for (String problem : String.valueOf(wrong.getMessage()).split("\n")) {
        // Each problem begins with the key that it is about.
        input.problem(problem.split(" ")[0], "input " + problem);
      }
      return defaults;
    }
  }

  private static Resize resize(Section input) {
    Section resize = input.section("resize", "shorter", "width", "height", "mode");
    if (resize == null) {
      return new Resize.Keep();
    }
    OptionalInt shorter = resize.integer("shorter");
    OptionalInt width = resize.integer("width");
    OptionalInt height = resize.integer("height");
    Mode mode = resize.choice("mode", labelled(Mode.values(), each -> lower(each.name())));
    boolean both = resize.has("width") && resize.has("height");
    boolean either = resize.has("width") || resize.has("height") || resize.has("mode");
    if (resize.has("shorter") == either || (either && !both)) {
      input.problem(
          "resize",
          "input resize takes either {shorter: 256} or {width: 416, height: 416, mode: stretch}");
    }
    if (shorter.isPresent()) {
      return new Resize.ShorterSide(shorter.getAsInt());
    }
    if (width.isEmpty() || height.isEmpty()) {
      return new Resize.Keep();
    }
    return mode == Mode.LETTERBOX
        ? new Resize.Letterbox(width.getAsInt(), height.getAsInt())
        : new Resize.Stretch(width.getAsInt(), height.getAsInt());
  }

  private @Nullable Path path(String key, String text) {
    try {
      return folder.resolve(text).normalize();
    } catch (InvalidPathException notAPath) {
      top.problem(key, key + " is not a path: \"" + Problems.shorten(text) + "\"");
      return null;
    }
  }

  private static <T> Map<String, T> labelled(T[] values, Function<T, String> label) {
    Map<String, T> choices = new LinkedHashMap<>();
    Arrays.stream(values).forEach(value -> choices.put(label.apply(value), value));
    return choices;
  }

  private static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }
}
