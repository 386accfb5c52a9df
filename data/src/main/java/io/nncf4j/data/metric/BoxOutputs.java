package io.nncf4j.data.metric;

import io.nncf4j.core.InputException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the outputs of a detector become boxes.
 *
 * @param boxes outputs with boxes, {@code [batch, count, 4]}, or distributions of distances {@code
 *     [batch, count, 4 * bins]}; several for several levels
 * @param scores outputs with scores, {@code [batch, count, classes]} or {@code [batch, count]}, one
 *     for each of {@code boxes}
 * @param classes output with the class of each box; null where scores have a column for each class
 * @param form what the numbers of a box mean
 * @param fractions whether boxes are fractions of the input's width and height instead of pixels
 * @param strides for distances: pixels from one grid point to the next, one for each of {@code
 *     boxes}
 * @param background column of the scores that stands for no object; -1 for none
 * @param threshold boxes with a lower score are left out
 * @param overlap of two boxes of one class that overlap more (intersection over union), the one
 *     with the lower score is left out; 1 keeps both
 */
public record BoxOutputs(
    List<String> boxes,
    List<String> scores,
    @Nullable String classes,
    Form form,
    boolean fractions,
    List<Integer> strides,
    int background,
    double threshold,
    double overlap) {
  /** What the numbers of a box mean. */
  public enum Form {
    /** Left, top, right, bottom. */
    CORNERS,
    /** Centre x, centre y, width, height. */
    CENTER,
    /**
     * Distances from a grid point to left, top, right and bottom, each as logits over 0, 1, 2, …
     * strides. Li et al., "Generalized Focal Loss", 2020.
     */
    DISTANCES
  }

  public BoxOutputs {
    boxes = List.copyOf(boxes);
    scores = List.copyOf(scores);
    strides = List.copyOf(strides);
    List<String> problems = new ArrayList<>();
    if (boxes.isEmpty() || boxes.size() != scores.size()) {
      problems.add("boxes and scores must name one output or more, and as many of each");
    }
    if (classes != null && boxes.size() != 1) {
      problems.add("classes go with one output of boxes");
    }
    if ((form == Form.DISTANCES) != !strides.isEmpty()) {
      problems.add("strides go with the form distances");
    }
    if (form == Form.DISTANCES
        && (strides.size() != boxes.size() || strides.stream().anyMatch(each -> each < 1))) {
      problems.add("strides must be positive, and as many as boxes; found " + strides);
    }
    if (form == Form.DISTANCES && fractions) {
      problems.add("unit of distances is the stride");
    }
    if (!(threshold >= 0)) {
      problems.add("threshold must not be negative, found " + threshold);
    }
    if (!(overlap > 0 && overlap <= 1)) {
      problems.add("nms must be above 0 and at most 1, found " + overlap);
    }
    if (!problems.isEmpty()) {
      throw new InputException(String.join("\n", problems));
    }
  }
}
