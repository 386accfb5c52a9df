package io.nncf4j.formats.openvino;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Layers of detectors, against loops that compute what the specification says. */
class DetectionLayersTest {
  @TempDir Path folder;

  private static float[] noise(int seed, double low, double high, int count) {
    Random random = new Random(seed);
    float[] values = new float[count];
    for (int index = 0; index < count; index++) {
      values[index] = (float) (low + random.nextDouble() * (high - low));
    }
    return values;
  }

  private static List<Tensor> run(Model model, Tensor... inputs) {
    Map<String, Tensor> named = new LinkedHashMap<>();
    for (int index = 0; index < inputs.length; index++) {
      named.put(model.graph().inputs().get(index).name(), inputs[index]);
    }
    return Running.run(model, named);
  }

  private static void assertClose(Tensor found, float[] expected, double tolerance) {
    assertThat(found.size()).isEqualTo(expected.length);
    for (int index = 0; index < expected.length; index++) {
      assertThat(found.floatAt(index))
          .as("element " + index)
          .isCloseTo(expected[index], within((float) tolerance));
    }
  }

  /** Input 0, 1, 2, ...: the numbers of OpenVINO's own test of this layer begin so. */
  @Test
  void reorgYoloTakesTheElementsAsTheyLie() throws IOException {
    Model model =
        SmallNetwork.read(
            folder,
            "ReorgYolo",
            2,
            "stride=\"2\"",
            new long[][] {{1, 8, 4, 4}},
            new long[] {1, 32, 2, 2});
    float[] values = new float[128];
    for (int index = 0; index < 128; index++) {
      values[index] = index;
    }
    Tensor found = run(model, Tensor.ofFloats(values, 1, 8, 4, 4)).get(0);
    assertThat(found.shape()).containsExactly(1, 32, 2, 2);
    float[] expected = new float[128];
    for (int at = 0; at < 128; at++) {
      int channel = at / 16;
      int row = at % 16 / 4 * 2 + channel / 2 / 2;
      int column = at % 4 * 2 + channel / 2 % 2;
      expected[at] = (channel % 2) * 64 + row * 8 + column;
    }
    assertThat(java.util.Arrays.copyOf(expected, 6)).containsExactly(0, 2, 4, 6, 16, 18);
    assertClose(found, expected, 0);
  }

  @ParameterizedTest
  @CsvSource({"2, 3, 0.5", "3, 2, 0.25", "1, 4, 1"})
  void positionSensitivePoolingAveragesEachBinOfItsOwnChannel(int bins, int out, float scale)
      throws IOException {
    int inputs = bins * bins * out;
    float[] picture = noise(1, -1, 1, 2 * inputs * 9 * 7);
    float[] boxes = {
      0, 1.2f, 2.5f, 9.6f, 12, 1, 0, 0, 3, 3, 1, -4, 5, 60, 70, 0, 8, 8, 8, 8, 0, 30, 30, 40, 40
    };
    Model model =
        SmallNetwork.read(
            folder,
            "PSROIPooling",
            1,
            "output_dim=\"%d\" group_size=\"%d\" spatial_scale=\"%s\" mode=\"average\""
                .formatted(out, bins, scale),
            new long[][] {{2, inputs, 9, 7}, {5, 5}},
            new long[] {5, out, bins, bins});
    Tensor found =
        run(model, Tensor.ofFloats(picture, 2, inputs, 9, 7), Tensor.ofFloats(boxes, 5, 5)).get(0);
    float[] expected = new float[5 * out * bins * bins];
    for (int at = 0; at < expected.length; at++) {
      int box = at / (out * bins * bins);
      int channel = at % (out * bins * bins);
      int[] columns = bin(boxes[5 * box + 1], boxes[5 * box + 3], scale, bins, channel % bins, 7);
      int[] rows =
          bin(boxes[5 * box + 2], boxes[5 * box + 4], scale, bins, channel / bins % bins, 9);
      double sum = 0;
      int count = 0;
      for (int row = rows[0]; row < rows[1]; row++) {
        for (int column = columns[0]; column < columns[1]; column++) {
          sum += picture[(((int) boxes[5 * box] * inputs + channel) * 9 + row) * 7 + column];
          count++;
        }
      }
      expected[at] = count == 0 ? 0 : (float) (sum / count);
    }
    assertClose(found, expected, 1e-5);
  }

  private static int[] bin(float low, float high, float scale, int bins, int bin, int length) {
    float from = (float) (Math.signum(low) * Math.floor(Math.abs(low) + 0.5)) * scale;
    float to = ((float) (Math.signum(high) * Math.floor(Math.abs(high) + 0.5)) + 1) * scale;
    float each = (to - from) / bins;
    int begin = (int) Math.floor(from + bin * each);
    int end = (int) Math.ceil(from + (bin + 1) * each);
    return new int[] {Math.min(Math.max(begin, 0), length - 1), Math.min(Math.max(end, 0), length)};
  }

  @ParameterizedTest
  @CsvSource({"1, 3", "2, 1", "3, 2"})
  void positionSensitivePoolingInterpolatesWithinBins(int points, int out) throws IOException {
    int inputs = out * 6;
    float[] picture = noise(4, -1, 1, 2 * inputs * 9 * 7);
    float[] boxes = {
      0, 0.1f, 0.2f, 0.9f, 0.7f, 1, 0, 0, 1, 1, 1, 0.5f, 0.6f, 1.4f, 1.3f, 0, 0.3f, 0.3f, 0.3f, 0.3f
    };
    Model model =
        SmallNetwork.read(
            folder,
            "PSROIPooling",
            1,
            ("output_dim=\"%d\" group_size=\"%d\" spatial_scale=\"1\" mode=\"bilinear\""
                    + " spatial_bins_x=\"3\" spatial_bins_y=\"2\"")
                .formatted(out, points),
            new long[][] {{2, inputs, 9, 7}, {4, 5}},
            new long[] {4, out, points, points});
    Tensor found =
        run(model, Tensor.ofFloats(picture, 2, inputs, 9, 7), Tensor.ofFloats(boxes, 4, 5)).get(0);
    float[] expected = new float[4 * out * points * points];
    for (int at = 0; at < expected.length; at++) {
      int box = at / (out * points * points);
      int channel = at / (points * points) % out;
      for (int bin = 0; bin < 6; bin++) {
        float x = point(boxes[5 * box + 1], boxes[5 * box + 3], 3, bin % 3, points, at % points, 7);
        float y =
            point(
                boxes[5 * box + 2],
                boxes[5 * box + 4],
                2,
                bin / 3,
                points,
                at / points % points,
                9);
        int plane = (int) boxes[5 * box] * inputs + bin * out + channel;
        expected[at] += x < 7 && y < 9 ? interpolated(picture, plane, y, x) / 6 : 0;
      }
    }
    assertClose(found, expected, 1e-5);
  }

  private static float point(
      float low, float high, int bins, int bin, int points, int point, int length) {
    float width = (high - low) / bins;
    float begin = low + bin * width;
    return points == 1
        ? (begin + begin + width) * (length - 1) / 2
        : point * width * (length - 1) / (points - 1) + begin * (length - 1);
  }

  private static float interpolated(float[] picture, int plane, float y, float x) {
    int top = (int) Math.floor(y);
    int left = (int) Math.floor(x);
    int bottom = Math.min((int) Math.ceil(y), 8);
    int right = Math.min((int) Math.ceil(x), 6);
    int from = plane * 63;
    float upper = picture[from + top * 7 + left] * (1 - (x - left));
    upper += picture[from + top * 7 + right] * (x - left);
    float lower = picture[from + bottom * 7 + left] * (1 - (x - left));
    lower += picture[from + bottom * 7 + right] * (x - left);
    return upper + (lower - upper) * (y - top);
  }

  /** Networks of one layer each, for others to damage. */
  static List<String> networks() {
    return List.of(
        SmallNetwork.text(
            "Proposal",
            4,
            proposal(true, true, 30, 40),
            new long[][] {{2, 12, 5, 4}, {2, 24, 5, 4}, {3}},
            new long[] {80, 5},
            new long[] {80}),
        SmallNetwork.text(
            "PSROIPooling",
            1,
            "output_dim=\"3\" group_size=\"2\" spatial_scale=\"0.5\" mode=\"average\"",
            new long[][] {{2, 12, 9, 7}, {5, 5}},
            new long[] {5, 3, 2, 2}),
        SmallNetwork.text(
            "PSROIPooling",
            1,
            "output_dim=\"2\" group_size=\"2\" spatial_scale=\"1\" mode=\"bilinear\""
                + " spatial_bins_x=\"3\" spatial_bins_y=\"2\"",
            new long[][] {{2, 12, 9, 7}, {4, 5}},
            new long[] {4, 2, 2, 2}),
        SmallNetwork.text(
            "ReorgYolo", 2, "stride=\"2\"", new long[][] {{1, 8, 4, 4}}, new long[] {1, 32, 2, 2}));
  }

  private static String proposal(boolean tensorFlow, boolean normalize, int before, int after) {
    return ("base_size=\"16\" feat_stride=\"16\" min_size=\"10\" nms_thresh=\"0.6\""
            + " ratio=\"0.5,1,2\" scale=\"1,2\" box_coordinate_scale=\"%s\" box_size_scale=\"%s\""
            + " framework=\"%s\" normalize=\"%b\" clip_before_nms=\"true\" clip_after_nms=\"false\""
            + " pre_nms_topn=\"%d\" post_nms_topn=\"%d\"")
        .formatted(
            tensorFlow ? "10.0" : "1.0",
            tensorFlow ? "5.0" : "1.0",
            tensorFlow ? "tensorflow" : "",
            normalize,
            before,
            after);
  }

  @ParameterizedTest
  @CsvSource({
    "false, false, 50, 20",
    "false, true, 1000, 60",
    "true, false, 100, 15",
    "true, true, 30, 40"
  })
  void proposalFindsTheBestBoxes(boolean tensorFlow, boolean normalize, int before, int after)
      throws IOException {
    int kinds = 6;
    float[] scores = noise(2, 0, 1, 2 * 2 * kinds * 5 * 4);
    float[] offsets = noise(3, -0.6, 0.6, 2 * 4 * kinds * 5 * 4);
    float[] shape = {80, 64, 1.5f};
    Model model =
        SmallNetwork.read(
            folder,
            "Proposal",
            4,
            proposal(tensorFlow, normalize, before, after),
            new long[][] {{2, 2 * kinds, 5, 4}, {2, 4 * kinds, 5, 4}, {3}},
            new long[] {2L * after, 5},
            new long[] {2L * after});
    List<Tensor> found =
        run(
            model,
            Tensor.ofFloats(scores, 2, 2 * kinds, 5, 4),
            Tensor.ofFloats(offsets, 2, 4 * kinds, 5, 4),
            Tensor.ofFloats(shape, 3));
    float[] rows = new float[2 * after * 5];
    float[] sureness = new float[2 * after];
    for (int picture = 0; picture < 2; picture++) {
      List<float[]> boxes = kept(picture, scores, offsets, shape, tensorFlow, before, after);
      for (int row = 0; row < boxes.size(); row++) {
        int at = picture * after + row;
        sureness[at] = boxes.get(row)[4];
        rows[5 * at] = picture;
        for (int end = 0; end < 4; end++) {
          float length = tensorFlow ? shape[end % 2] : shape[1 - end % 2];
          rows[5 * at + 1 + end] = boxes.get(row)[end] / (normalize ? length : 1);
        }
      }
      if (boxes.size() < after) {
        rows[5 * (picture * after + boxes.size())] = -1;
      }
    }
    assertThat(found.get(0).shape()).containsExactly(2L * after, 5);
    assertClose(found.get(0), rows, 1e-4);
    assertClose(found.get(1), sureness, 1e-6);
  }

  /** Boxes of one picture with their scores, the surest first, without those that overlap. */
  private static List<float[]> kept(
      int picture,
      float[] scores,
      float[] offsets,
      float[] shape,
      boolean tensorFlow,
      int before,
      int after) {
    List<float[]> boxes = new ArrayList<>();
    float one = tensorFlow ? 0 : 1;
    for (int row = 0; row < 5; row++) {
      for (int column = 0; column < 4; column++) {
        for (int kind = 0; kind < 6; kind++) {
          float ratio = new float[] {0.5f, 1, 2}[kind / 2];
          float scale = 1 + kind % 2;
          float width = (float) Math.sqrt(256 / ratio);
          width = tensorFlow ? width : Math.round(width);
          float height = tensorFlow ? width * ratio : Math.round(width * ratio);
          float centre = 0.5f * (16 - one) - (tensorFlow ? 8 : 0);
          float[] place = {16 * (tensorFlow ? row : column), 16 * (tensorFlow ? column : row)};
          float[] sides = {width * scale, height * scale};
          float[] box = new float[5];
          boolean large = true;
          for (int axis = 0; axis < 2; axis++) {
            float most = tensorFlow ? shape[axis] : shape[1 - axis];
            float low = place[axis] + centre - 0.5f * (sides[axis] - one);
            float high = place[axis] + centre + 0.5f * (sides[axis] - one);
            if (tensorFlow) {
              low = Math.max(0, Math.min(low, most));
              high = Math.max(0, Math.min(high, most));
            }
            float side = high - low + one;
            float moved = at(offsets, picture, 24, kind * 4 + axis, row, column);
            float grown = at(offsets, picture, 24, kind * 4 + 2 + axis, row, column);
            moved /= tensorFlow ? 10 : 1;
            grown /= tensorFlow ? 5 : 1;
            float middle = moved * side + low + 0.5f * side;
            float half = 0.5f * (float) Math.exp(grown) * side;
            box[axis] = Math.max(0, Math.min(middle - half, most - one));
            box[axis + 2] = Math.max(0, Math.min(middle + half, most - one));
            large &= box[axis + 2] - box[axis] + one >= 10 * shape[2];
          }
          box[4] = large ? at(scores, picture, 12, 6 + kind, row, column) : 0;
          boxes.add(box);
        }
      }
    }
    boxes.sort(Comparator.comparing((float[] box) -> -box[4]));
    List<float[]> result = new ArrayList<>();
    for (float[] box : boxes.subList(0, Math.min(before, boxes.size()))) {
      boolean free = result.stream().allMatch(other -> overlap(box, other, one) <= 0.6f);
      if (free && result.size() < after) {
        result.add(box);
      }
    }
    return result;
  }

  private static float at(
      float[] values, int picture, int channels, int channel, int row, int column) {
    return values[((picture * channels + channel) * 5 + row) * 4 + column];
  }

  private static float overlap(float[] box, float[] other, float one) {
    float common = 1;
    float first = 1;
    float second = 1;
    for (int axis = 0; axis < 2; axis++) {
      float low = Math.max(box[axis], other[axis]);
      float high = Math.min(box[axis + 2], other[axis + 2]);
      common *= low <= high ? high - low + one : 0;
      first *= box[axis + 2] - box[axis] + one;
      second *= other[axis + 2] - other[axis] + one;
    }
    return common / (first + second - common);
  }

  /** What damaged files ask for: no memory holds it. */
  @Test
  void hugeLengthsAreRefused() {
    long huge = 2_000_000_000;
    for (String type : List.of("Proposal", "PSROIPooling")) {
      assertThatThrownBy(
              () ->
                  SmallNetwork.read(
                      folder,
                      type,
                      1,
                      proposal(false, false, 10, 10) + " output_dim=\"" + huge + "\"",
                      new long[][] {{1, huge, huge, 4}, {1, 2 * huge, huge, 4}, {3}},
                      new long[] {10, 5}))
          .isInstanceOf(InputException.class);
    }
  }

  @Test
  void aProposalThatDoesNotFitIsRefused() {
    assertThatThrownBy(
            () ->
                SmallNetwork.read(
                    folder,
                    "Proposal",
                    1,
                    proposal(false, false, 10, 10),
                    new long[][] {{1, 10, 5, 4}, {1, 20, 5, 4}, {3}},
                    new long[] {10, 5}))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("other than 5 boxes");
  }
}
