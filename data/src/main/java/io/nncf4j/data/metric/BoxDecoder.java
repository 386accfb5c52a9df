package io.nncf4j.data.metric;

import io.nncf4j.core.InputException;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.data.Box;
import io.nncf4j.data.Detection;
import io.nncf4j.data.Placement;
import io.nncf4j.data.Sample;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes detections of a detector's outputs, in pixels of the original pictures. */
public final class BoxDecoder {
  /** Boxes of one picture that suppression looks at, the surest ones. */
  private static final int MOST_CANDIDATES = 1000;

  /** What COCO counts of one picture. */
  private static final int MOST_DETECTIONS = 100;

  private final BoxOutputs outputs;

  public BoxDecoder(BoxOutputs outputs) {
    this.outputs = outputs;
  }

  /**
   * @param tensors outputs by name, the batch first
   * @param samples what went in
   * @return for each sample its detections, the surest first
   * @throws InputException when an output is missing or has another shape
   */
  public List<List<Detection>> decode(Map<String, Tensor> tensors, List<Sample> samples) {
    List<Level> levels = new ArrayList<>();
    for (int index = 0; index < outputs.boxes().size(); index++) {
      Rows boxes = rows(tensors, outputs.boxes().get(index), samples.size());
      Rows scores = rows(tensors, outputs.scores().get(index), samples.size());
      int stride = outputs.strides().isEmpty() ? 1 : outputs.strides().get(index);
      levels.add(level(boxes, scores, stride));
    }
    Rows classes =
        outputs.classes() == null ? null : rows(tensors, outputs.classes(), samples.size());
    List<List<Detection>> all = new ArrayList<>();
    for (int sample = 0; sample < samples.size(); sample++) {
      List<Detection> candidates = new ArrayList<>();
      for (Level level : levels) {
        BoxForm form = BoxForm.of(outputs, level.boxes.width, level.stride, samples.get(sample));
        collect(level, classes, sample, form, candidates);
      }
      all.add(surest(candidates, samples.get(sample)));
    }
    return all;
  }

  /** One output as rows: {@code values[(sample * count + row) * width + column]}. */
  private record Rows(String name, float[] values, int count, int width) {
    float at(int sample, int row, int column) {
      return values[(sample * count + row) * width + column];
    }
  }

  private record Level(Rows boxes, Rows scores, int stride) {}

  private Level level(Rows boxes, Rows scores, int stride) {
    boolean isDistances = outputs.form() == BoxOutputs.Form.DISTANCES;
    if (isDistances ? boxes.width % 4 != 0 || boxes.width < 8 : boxes.width != 4) {
      throw new InputException(
          "Output \"%s\" has %d numbers for a box; %s needs %s"
              .formatted(
                  boxes.name,
                  boxes.width,
                  outputs.form().name().toLowerCase(Locale.ROOT),
                  isDistances ? "a multiple of 4" : "4"));
    }
    Rows fitting =
        scores.count != boxes.count && scores.count * scores.width % boxes.count == 0
            ? new Rows(
                scores.name, scores.values, boxes.count, scores.count * scores.width / boxes.count)
            : scores;
    if (fitting.count != boxes.count) {
      throw new InputException(
          "Output \"%s\" has %d boxes, output \"%s\" %d scores"
              .formatted(boxes.name, boxes.count, scores.name, scores.count));
    }
    return new Level(boxes, fitting, stride);
  }

  private static Rows rows(Map<String, Tensor> tensors, String name, int batch) {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new InputException(
          "The model has no output \"" + name + "\"; its outputs are " + tensors.keySet());
    }
    if (tensor.rank() < 2 || tensor.size() % batch != 0) {
      throw new InputException(
          "Output \"%s\" must have rows for each of %d samples, found %s"
              .formatted(name, batch, tensor));
    }
    float[] values = floats(tensor);
    // [batch, count] is one number a row, and so is [1, count] of one sample.
    boolean isFlat = tensor.rank() == 2 && tensor.dimension(0) == batch;
    int width = isFlat ? 1 : (int) tensor.dimension(tensor.rank() - 1);
    if (isFlat && batch == 1 && tensor.dimension(1) == 4) {
      width = 4;
    }
    return new Rows(name, values, width == 0 ? 0 : values.length / batch / width, width);
  }

  private static float[] floats(Tensor tensor) {
    if (tensor.dataType() == DataType.FLOAT32) {
      return tensor.toFloats();
    }
    float[] values = new float[tensor.size()];
    for (int index = 0; index < values.length; index++) {
      values[index] = (float) tensor.doubleAt(index);
    }
    return values;
  }

  private void collect(
      Level level, @Nullable Rows classes, int sample, BoxForm form, List<Detection> found) {
    float[] numbers = new float[level.boxes.width];
    for (int row = 0; row < level.boxes.count; row++) {
      Box box = null;
      for (int column = 0; column < level.scores.width; column++) {
        float score = level.scores.at(sample, row, column);
        if (column == outputs.background() || !(score >= outputs.threshold()) || score <= 0) {
          continue;
        }
        if (box == null) {
          for (int index = 0; index < numbers.length; index++) {
            numbers[index] = level.boxes.at(sample, row, index);
          }
          box = form.box(numbers, row);
        }
        int category = classes == null ? column : Math.round(classes.at(sample, row, 0));
        boolean isBehind = outputs.background() >= 0 && category > outputs.background();
        found.add(new Detection(isBehind ? category - 1 : category, box, score));
      }
    }
  }

  private List<Detection> surest(List<Detection> candidates, Sample sample) {
    List<Detection> sorted =
        candidates.stream()
            .sorted(Comparator.comparingDouble(Detection::score).reversed())
            .limit(MOST_CANDIDATES)
            .toList();
    List<Detection> kept = new ArrayList<>();
    for (Detection one : sorted) {
      if (kept.size() < MOST_DETECTIONS && kept.stream().noneMatch(other -> covers(other, one))) {
        kept.add(one);
      }
    }
    return kept.stream().map(one -> inPicture(one, sample)).toList();
  }

  private boolean covers(Detection surer, Detection one) {
    return outputs.overlap() < 1
        && surer.category() == one.category()
        && surer.box().intersectionOverUnion(one.box()) > outputs.overlap();
  }

  private static Detection inPicture(Detection found, Sample sample) {
    Placement placement = sample.placement();
    if (placement == null) {
      return found;
    }
    Box box = placement.toOriginal(found.box());
    double left = Math.max(0, Math.min(box.left(), placement.width()));
    double top = Math.max(0, Math.min(box.top(), placement.height()));
    double right = Math.max(left, Math.min(box.right(), placement.width()));
    double bottom = Math.max(top, Math.min(box.bottom(), placement.height()));
    return new Detection(found.category(), Box.ofCorners(left, top, right, bottom), found.score());
  }
}
