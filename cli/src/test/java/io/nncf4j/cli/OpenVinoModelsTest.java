package io.nncf4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.nncf4j.core.format.ModelFiles;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.data.SampleSource;
import io.nncf4j.data.Target;
import io.nncf4j.data.description.DatasetDescription;
import io.nncf4j.engines.Session;
import io.nncf4j.engines.SessionOptions;
import io.nncf4j.engines.onnxruntime.OnnxRuntimeEngine;
import io.nncf4j.testing.SharedFiles;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Networks of OpenVINO's old versions on real pictures, against what others get from them. */
class OpenVinoModelsTest {
  private static final String SQUEEZENET = "models/openvino/squeezenet1.1-v6/";

  @TempDir Path folder;

  /** A row of the saved result: class, probability, label. */
  private static final Pattern ROW = Pattern.compile("(\\d+) +(0\\.\\d+) .*");

  /** OpenVINO's own result on a CPU stands beside the model. */
  @Test
  void theCarGetsTheLabelsAndProbabilitiesThatOpenVinoGaveIt() throws IOException {
    List<String> rows =
        Files.readAllLines(SharedFiles.data(SQUEEZENET + "Squeezenet_OpenVINO_result.txt")).stream()
            .filter(line -> ROW.matcher(line).matches())
            .limit(5)
            .toList();
    assertThat(rows).hasSize(5);
    BufferedImage car = ImageIO.read(SharedFiles.data(SQUEEZENET + "car.png").toFile());
    try (Session session = session(SQUEEZENET + "squeezenet1.1.xml")) {
      float[] scores = run(session, stretched(car, 227)).get(0).toFloats();
      List<Integer> best =
          IntStream.range(0, scores.length)
              .boxed()
              .sorted(Comparator.comparing(index -> -scores[index]))
              .limit(5)
              .toList();
      for (int rank = 0; rank < 5; rank++) {
        var row = ROW.matcher(rows.get(rank));
        assertThat(row.matches()).isTrue();
        assertThat(best.get(rank)).isEqualTo(Integer.parseInt(row.group(1)));
        assertThat((double) scores[best.get(rank)])
            .isCloseTo(Double.parseDouble(row.group(2)), within(0.01));
      }
    }
  }

  /**
   * Blue, green and red, interpolated between the four nearest pixels as OpenCV does: there is no
   * filter before a picture is made smaller, other than in our own preparation.
   */
  private static Tensor stretched(BufferedImage image, int side) {
    float[] values = new float[3 * side * side];
    for (int index = 0; index < values.length; index++) {
      int channel = index / (side * side);
      float x = (index % side + 0.5f) * image.getWidth() / side - 0.5f;
      float y = (index / side % side + 0.5f) * image.getHeight() / side - 0.5f;
      int left = (int) x;
      int top = (int) y;
      float upper =
          mixed(level(image, left, top, channel), level(image, left + 1, top, channel), x - left);
      float lower =
          mixed(
              level(image, left, top + 1, channel),
              level(image, left + 1, top + 1, channel),
              x - left);
      values[index] = Math.round(mixed(upper, lower, y - top));
    }
    return Tensor.ofFloats(values, 1, 3, side, side);
  }

  private static float mixed(float one, float other, float part) {
    return one + (other - one) * part;
  }

  /** Channel 0 is blue: the lowest byte. */
  private static float level(BufferedImage image, int x, int y, int channel) {
    int column = Math.min(x, image.getWidth() - 1);
    int row = Math.min(y, image.getHeight() - 1);
    return image.getRGB(column, row) >> 8 * channel & 255;
  }

  /** Within 0.4 points of the ONNX twin, which recognises 303 of the 500 photos. */
  @Test
  void thePhotosGetTheAccuracyOfTheOnnxTwin() {
    int right = 0;
    try (SampleSource photos =
            DatasetDescription.read(SharedFiles.data("imagenet-500/squeezenet.yaml")).open();
        Session network = session(SQUEEZENET + "squeezenet1.1.xml")) {
      assertThat(photos.size()).isEqualTo(500);
      for (int index = 0; index < photos.size(); index++) {
        Tensor photo = picture(photos, index);
        int label = ((Target.ClassLabel) photos.target(index)).index();
        right += highest(run(network, photo).get(0)) == label ? 1 : 0;
      }
    }
    assertThat(right).isBetween(301, 305);
  }

  /**
   * The judge is a detector of another origin, UltraFace: a face of which it is sure and that is
   * not tiny is found by the network, and what the network is sure of is a face for UltraFace too.
   */
  @Test
  void theFacesAreFound() {
    Path faces = SharedFiles.data("faces");
    int expected = 0;
    int found = 0;
    int sure = 0;
    int confirmed = 0;
    try (SampleSource small =
            pictures(faces, "resize: {width: 300, height: 300, mode: stretch}\n  color: BGR");
        SampleSource judged =
            pictures(
                faces,
                "resize: {width: 320, height: 240, mode: stretch}\n  color: RGB\n"
                    + "  mean: [127, 127, 127]\n  std: [128, 128, 128]");
        Session network =
            session(
                "models/openvino/face-detection-retail-0004-v3/face-detection-retail-0004.xml");
        Session judge = session("models/detection/ultraface-rfb-320.onnx")) {
      assertThat(small.size()).isEqualTo(24);
      for (int index = 0; index < small.size(); index++) {
        assertThat(small.name(index)).isEqualTo(judged.name(index));
        List<float[]> boxes = detections(run(network, picture(small, index)).get(0));
        List<float[]> truth = judgedFaces(run(judge, picture(judged, index)));
        for (float[] face : truth) {
          boolean large = face[0] > 0.9f && face[3] - face[1] > 0.08f && face[4] - face[2] > 0.08f;
          expected += large ? 1 : 0;
          found += large && overlaps(face, boxes, 0.3f) ? 1 : 0;
        }
        for (float[] box : boxes) {
          sure += box[0] > 0.9f ? 1 : 0;
          confirmed += box[0] > 0.9f && overlaps(box, truth, 0.3f) ? 1 : 0;
        }
      }
    }
    assertThat(expected).isGreaterThan(20);
    assertThat(found).isGreaterThanOrEqualTo(expected - 1);
    assertThat(sure).isGreaterThan(100);
    assertThat(confirmed).isGreaterThanOrEqualTo(sure - 1);
  }

  private static Session session(String path) {
    Model model = ModelFiles.read(SharedFiles.data(path));
    return new OnnxRuntimeEngine().compile(model, SessionOptions.defaults());
  }

  private SampleSource pictures(Path images, String input) {
    Path file = folder.resolve(Math.abs(input.hashCode()) + ".yaml");
    try {
      Files.writeString(file, "images: " + images + "\ninput:\n  " + input + "\n");
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return DatasetDescription.read(file).open();
  }

  private static Tensor picture(SampleSource source, int index) {
    Tensor input = source.load(index).input();
    long[] shape = input.shape();
    return input.reshape(1, shape[0], shape[1], shape[2]);
  }

  private static List<Tensor> run(Session session, Tensor input) {
    return new ArrayList<>(session.run(Map.of(session.inputs().get(0).name(), input)).values());
  }

  private static int highest(Tensor scores) {
    float[] values = scores.toFloats();
    int best = 0;
    for (int index = 1; index < values.length; index++) {
      best = values[index] > values[best] ? index : best;
    }
    return best;
  }

  /** Rows of picture, class, score, left, top, right, bottom; a picture below 0 ends the list. */
  private static List<float[]> detections(Tensor output) {
    float[] rows = output.toFloats();
    List<float[]> boxes = new ArrayList<>();
    for (int row = 0; row < rows.length && rows[row] >= 0; row += 7) {
      if (rows[row + 2] > 0.5f) {
        boxes.add(Arrays.copyOfRange(rows, row + 2, row + 7));
      }
    }
    return boxes;
  }

  /** Score, left, top, right, bottom above a score of 0.7, the surest of those that overlap. */
  private static List<float[]> judgedFaces(List<Tensor> outputs) {
    float[] scores = outputs.get(0).toFloats();
    float[] corners = outputs.get(1).toFloats();
    List<float[]> candidates = new ArrayList<>();
    for (int anchor = 0; anchor < scores.length / 2; anchor++) {
      float[] face = {scores[2 * anchor + 1], 0, 0, 0, 0};
      System.arraycopy(corners, 4 * anchor, face, 1, 4);
      if (face[0] > 0.7f) {
        candidates.add(face);
      }
    }
    candidates.sort(Comparator.comparing(face -> -face[0]));
    List<float[]> faces = new ArrayList<>();
    for (float[] face : candidates) {
      if (!overlaps(face, faces, 0.3f)) {
        faces.add(face);
      }
    }
    return faces;
  }

  private static boolean overlaps(float[] box, List<float[]> others, float least) {
    return others.stream().anyMatch(other -> overlap(box, other) > least);
  }

  /** Intersection over union. */
  private static float overlap(float[] one, float[] other) {
    float width = Math.min(one[3], other[3]) - Math.max(one[1], other[1]);
    float height = Math.min(one[4], other[4]) - Math.max(one[2], other[2]);
    float common = Math.max(width, 0) * Math.max(height, 0);
    return common / (area(one) + area(other) - common);
  }

  private static float area(float[] box) {
    return (box[3] - box[1]) * (box[4] - box[2]);
  }
}
