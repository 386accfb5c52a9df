package io.nncf4j.data.description;

import io.nncf4j.core.InputException;
import io.nncf4j.data.metric.BoxOutputs;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the key {@code output} of a description. */
final class BoxOutputsReader {
  private BoxOutputsReader() {}

  /** Null when absent, or wrong, which becomes problems. */
  static @Nullable BoxOutputs read(Section top) {
    Section output =
        top.section(
            "output",
            "boxes",
            "scores",
            "classes",
            "form",
            "unit",
            "strides",
            "background",
            "threshold",
            "nms");
    if (output == null) {
      return null;
    }
    BoxOutputs.Form form =
        output.choice(
            "form",
            Map.of(
                "corners", BoxOutputs.Form.CORNERS,
                "center", BoxOutputs.Form.CENTER,
                "distances", BoxOutputs.Form.DISTANCES));
    Boolean fractions = output.choice("unit", Map.of("pixels", false, "fraction", true));
    List<Double> strides = output.numbers("strides");
    try {
      return new BoxOutputs(
          output.texts("boxes"),
          output.texts("scores"),
          output.text("classes"),
          form == null ? BoxOutputs.Form.CORNERS : form,
          fractions != null && fractions,
          strides == null ? List.of() : strides.stream().map(Double::intValue).toList(),
          output.integer("background").orElse(-1),
          output.number("threshold").orElse(0.05),
          output.number("nms").orElse(0.6));
    } catch (InputException wrong) {
      for (String problem : String.valueOf(wrong.getMessage()).split("\n")) {
        // Each problem begins with the key that it is about.
        output.problem(problem.split(" ")[0], "output " + problem);
      }
      return null;
    }
  }
}
