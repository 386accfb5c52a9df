package io.nncf4j.oracles.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;

import io.nncf4j.core.compose.ForeignNodes;
import io.nncf4j.core.format.ModelFiles;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.testing.SharedFiles;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * MTCNN: a loop over scales that fills arrays, two branches that are taken only when something was
 * found, and pictures cut out of pictures. Finds the faces that TensorFlow finds with it. With
 * {@code -Dnncf.drawings=FOLDER} it draws them.
 */
class FaceDetectorOracleTest {
  private static Path model() {
    return SharedFiles.data("models/tensorflow/mtcnn.pb");
  }

  private static final List<String> OUTPUTS = List.of("box", "prob", "landmarks");

  @TempDir Path folder;

  @Test
  void findsTheFacesThatTensorFlowFinds() throws IOException {
    Path written = folder.resolve("mtcnn.onnx");
    Model read = ModelFiles.read(model());
    assertThat(ForeignNodes.list(read.graph())).isEmpty();
    ModelFiles.write(read, written, true);
    Model model = ModelFiles.read(written);
    int faces = 0;
    int photos = 0;
    double worst = 0;
    File[] files = Objects.requireNonNull(SharedFiles.data("faces").toFile().listFiles());
    java.util.Arrays.sort(files);
    for (File file : files) {
      BufferedImage photo = ImageIO.read(file);
      if (photo == null) {
        continue;
      }
      Map<String, Tensor> inputs = inputs(picture(photo));
      Map<String, Tensor> expected = Original.run(model(), inputs, OUTPUTS);
      Map<String, Tensor> found = Comparison.run(model, inputs);
      assertThat(found.get("box").shape())
          .as(file.getName())
          .isEqualTo(expected.get("box").shape());
      // A face is sure or not by what is in the picture around a place: that place is compared
      // more sharply than how sure it is.
      Tensor sure = expected.remove("prob");
      Comparison.assertClose(found, Map.of("prob", sure), 1e-3);
      worst = Math.max(worst, Comparison.assertClose(found, expected, 1e-5));
      photos++;
      faces += (int) found.get("box").dimension(0);
      draw(photo, file.getName(), Objects.requireNonNull(found.get("box")));
    }
    System.out.printf(
        "mtcnn: %d faces in %d photos, difference %.1e of the largest output%n",
        faces, photos, worst);
    assertThat(faces).isPositive();
  }

  /** Loop, branches and arrays as OpenVINO's IR has them. */
  @Test
  void findsTheSameAsIr() throws IOException {
    Path written = folder.resolve("mtcnn.xml");
    ModelFiles.write(ModelFiles.read(model()), written, true);
    BufferedImage photo = ImageIO.read(SharedFiles.data("faces/13.jpg").toFile());
    Map<String, Tensor> inputs = inputs(picture(photo));
    Map<String, Tensor> found = Comparison.run(ModelFiles.read(written), inputs);
    Comparison.assertClose(found, Original.run(model(), inputs, OUTPUTS), 1e-5);
  }

  /** Nothing is found at any scale: no part of the net is given an empty picture. */
  @Test
  void findsNothingInAGreyPicture() throws IOException {
    float[] grey = new float[120 * 100 * 3];
    java.util.Arrays.fill(grey, 127.5f);
    Map<String, Tensor> inputs = inputs(Tensor.ofFloats(grey, 120, 100, 3));
    Map<String, Tensor> expected = Original.run(model(), inputs, OUTPUTS);
    assertThat(expected.get("prob").size()).isZero();
    Map<String, Tensor> found = Comparison.run(ModelFiles.read(model()), inputs);
    Comparison.assertClose(found, expected, 1e-4);
  }

  private static Map<String, Tensor> inputs(Tensor picture) {
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    inputs.put("input", picture);
    inputs.put("min_size", Tensor.scalar(40f));
    inputs.put("thresholds", Tensor.ofFloats(new float[] {0.6f, 0.7f, 0.7f}, 3));
    inputs.put("factor", Tensor.scalar(0.709f));
    return inputs;
  }

  /** Blue, green, red; rows, columns, colours. */
  private static Tensor picture(BufferedImage photo) {
    int width = photo.getWidth();
    int height = photo.getHeight();
    float[] values = new float[width * height * 3];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int colour = photo.getRGB(x, y);
        for (int channel = 0; channel < 3; channel++) {
          values[(y * width + x) * 3 + channel] = colour >> 8 * channel & 0xff;
        }
      }
    }
    return Tensor.ofFloats(values, height, width, 3);
  }

  private static void draw(BufferedImage photo, String name, Tensor boxes) throws IOException {
    String target = System.getProperty("nncf.drawings");
    if (target == null) {
      return;
    }
    Graphics2D graphics = photo.createGraphics();
    graphics.setColor(Color.GREEN);
    graphics.setStroke(new BasicStroke(4));
    for (int box = 0; box < boxes.dimension(0); box++) {
      int top = (int) boxes.floatAt(4 * box);
      int left = (int) boxes.floatAt(4 * box + 1);
      graphics.drawRect(
          left,
          top,
          (int) boxes.floatAt(4 * box + 3) - left,
          (int) boxes.floatAt(4 * box + 2) - top);
    }
    graphics.dispose();
    ImageIO.write(photo, "jpg", new File(target, name));
  }
}
