package io.nncf4j.benchmarks.training;

import io.nncf4j.core.graph.Dimension;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Shape;
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

/** MobileNetV2 with batch-norm, of width 1 (Sandler et al. 2018, table 2), built in Java. */
final class MobileNetV2 {
  /** Expansion, channels, repetitions, stride of each group of blocks. */
  private static final int[][] GROUPS = {
    {1, 16, 1, 1},
    {6, 24, 2, 2},
    {6, 32, 3, 2},
    {6, 64, 4, 2},
    {6, 96, 3, 1},
    {6, 160, 3, 2},
    {6, 320, 1, 1}
  };

  private static final int LAST = 1280;

  private MobileNetV2() {}

  static Model model(int classes) {
    List<Layer> layers =
        new ArrayList<>(block("stem", Convolution.of("stem", 3, 32, 3).withStride(2)));
    int channels = 32;
    for (int group = 0; group < GROUPS.length; group++) {
      int[] row = GROUPS[group];
      for (int block = 0; block < row[2]; block++) {
        String name = "block" + group + "." + block;
        layers.add(inverted(name, channels, row[0], row[1], block == 0 ? row[3] : 1));
        channels = row[1];
      }
    }
    layers.addAll(block("head", Convolution.of("head", channels, LAST, 1)));
    layers.add(Pooling.globalAverage());
    layers.add(new Linear("classifier", LAST, classes));
    return GraphBuilder.network(
        "mobilenet-v2",
        1,
        "image",
        Shape.of(
            Dimension.symbol("batch"),
            Dimension.of(3),
            Dimension.symbol("height"),
            Dimension.symbol("width")),
        new Sequential(layers),
        "logits");
  }

  private static List<Layer> block(String name, Convolution convolution) {
    return List.of(
        convolution,
        BatchNormalization.of(name + ".norm", convolution.outputs()),
        Activation.RELU6);
  }

  private static Layer inverted(String name, int inputs, int expansion, int outputs, int stride) {
    int inner = inputs * expansion;
    List<Layer> layers = new ArrayList<>();
    if (expansion > 1) {
      layers.addAll(block(name + ".expand", Convolution.of(name + ".expand", inputs, inner, 1)));
    }
    layers.addAll(
        block(
            name + ".depthwise",
            Convolution.of(name + ".depthwise", inner, inner, 3)
                .withStride(stride)
                .withGroups(inner)));
    layers.add(Convolution.of(name + ".project", inner, outputs, 1));
    layers.add(BatchNormalization.of(name + ".project.norm", outputs));
    Layer main = new Sequential(layers);
    return stride == 1 && inputs == outputs ? new Residual(main, Residual.IDENTITY) : main;
  }
}
