package io.nncf4j.benchmarks.quickstart;

import io.nncf4j.core.graph.Dimension;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.data.synthetic.ShapePictures;
import io.nncf4j.layers.Activation;
import io.nncf4j.layers.BatchNormalization;
import io.nncf4j.layers.Convolution;
import io.nncf4j.layers.GraphBuilder;
import io.nncf4j.layers.Layer;
import io.nncf4j.layers.Linear;
import io.nncf4j.layers.Pooling;
import io.nncf4j.layers.Residual;
import io.nncf4j.layers.Sequential;
import java.util.ArrayList;
import java.util.List;

/**
 * A residual network of 14 layers ("Deep Residual Learning for Image Recognition", He et al. 2015):
 * a stem that halves the picture, three stages of two blocks, each of which halves it again and,
 * but for the first, doubles the width.
 */
final class QuickstartNetwork {
  private static final int WIDTH = 32;
  private static final int STAGES = 3;

  private QuickstartNetwork() {}

  /** Input {@code image} float32[batch,3,64,64], output {@code scores} float32[batch,10]. */
  static Model create(long seed) {
    Shape shape =
        Shape.of(
            Dimension.symbol("batch"),
            Dimension.of(3),
            Dimension.of(ShapePictures.SIDE),
            Dimension.of(ShapePictures.SIDE));
    return GraphBuilder.network("shapes", seed, "image", shape, layers(), "scores");
  }

  private static Layer layers() {
    List<Layer> layers = new ArrayList<>();
    layers.add(convolution("stem", 3, WIDTH, 2));
    layers.add(Activation.RELU);
    long width = WIDTH;
    for (int stage = 1; stage <= STAGES; stage++) {
      long wider = stage == 1 ? width : 2 * width;
      layers.add(block("stage" + stage + ".first", width, wider, 2));
      layers.add(block("stage" + stage + ".second", wider, wider, 1));
      width = wider;
    }
    layers.add(Pooling.globalAverage());
    layers.add(new Linear("classifier", width, ShapePictures.CLASSES));
    return new Sequential(layers);
  }

  private static Layer block(String name, long inputs, long outputs, long stride) {
    Layer main =
        Sequential.of(
            convolution(name + ".one", inputs, outputs, stride),
            Activation.RELU,
            convolution(name + ".two", outputs, outputs, 1));
    Layer shortcut =
        inputs == outputs && stride == 1
            ? Residual.IDENTITY
            : Sequential.of(
                Convolution.of(name + ".shortcut", inputs, outputs, 1).withStride(stride),
                BatchNormalization.of(name + ".shortcut.norm", outputs));
    return Sequential.of(new Residual(main, shortcut), Activation.RELU);
  }

  private static Layer convolution(String name, long inputs, long outputs, long stride) {
    return Sequential.of(
        Convolution.of(name, inputs, outputs, 3).withStride(stride),
        BatchNormalization.of(name + ".norm", outputs));
  }
}
