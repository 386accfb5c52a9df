package io.nncf4j.cli;

import io.nncf4j.core.format.ModelFiles;
import io.nncf4j.core.graph.Dimension;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.layers.Activation;
import io.nncf4j.layers.BatchNormalization;
import io.nncf4j.layers.Convolution;
import io.nncf4j.layers.GraphBuilder;
import io.nncf4j.layers.Linear;
import io.nncf4j.layers.Pooling;
import io.nncf4j.layers.Sequential;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import javax.imageio.ImageIO;

/** A folder to train in: pictures of three noisy colours, and a small classifier of them. */
final class ColourPictures {
  private ColourPictures() {}

  /** Writes {@code c.json}: six epochs over all pictures, and {@code more}. */
  static Path config(Path folder, String more) throws IOException {
    return Files.writeString(
        folder.resolve("c.json"),
        """
        {
          "model": "model.onnx", "dataset": {"train": "data.yaml", "test": "data.yaml"},
          "epochs": 6, "batch_size": 6, "threads": 1, "seed": 3,
          "augmentation": {"flip": true},
          "optimizer": {"type": "SGD", "base_lr": 0.05}%s
        }"""
            .formatted(more));
  }

  /** Makes {@code images}, {@code data.yaml} and {@code model.onnx}. */
  static void make(Path folder) throws IOException {
    String[] names = {"blue", "green", "red"};
    Random random = new Random(1);
    for (int label = 0; label < names.length; label++) {
      Path images = Files.createDirectories(folder.resolve("images").resolve(names[label]));
      for (int index = 0; index < 12; index++) {
        BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);
        for (int pixel = 0; pixel < 64; pixel++) {
          int noise = random.nextInt(60) * 0x010101;
          image.setRGB(pixel % 8, pixel / 8, (0xC0 << (8 * label)) | noise);
        }
        ImageIO.write(image, "png", images.resolve(index + ".png").toFile());
      }
    }
    Files.writeString(
        folder.resolve("data.yaml"),
        """
        images: images
        labels: folders
        input:
          color: RGB
          scale: 0.00392156862745098
        metric: top1
        """);
    ModelFiles.write(
        GraphBuilder.network(
            "colours",
            1,
            "x",
            Shape.of(Dimension.symbol("N"), Dimension.of(3), Dimension.of(8), Dimension.of(8)),
            Sequential.of(
                Convolution.of("conv", 3, 8, 3),
                BatchNormalization.of("bn", 8),
                Activation.RELU,
                Pooling.globalAverage(),
                new Linear("fc", 8, 3)),
            "logits"),
        folder.resolve("model.onnx"),
        true);
  }
}
