package io.nncf4j.formats.openvino.read;

import io.nncf4j.core.InputException;
import io.nncf4j.core.tensor.Tensor;

/**
 * The boxes that {@code Proposal} begins with: one of each ratio and scale, at each place of the
 * feature map; numbers as Caffe computes them, or as TensorFlow does.
 *
 * @param low left and upper ends, [rows * columns * kinds, 2]
 * @param high right and lower ends
 * @param offset what is added to the difference of ends to get a length: 1 for Caffe, whose ends
 *     are pixels, 0 for TensorFlow
 */
record ProposalAnchors(Tensor low, Tensor high, float offset) {
  private static final long MOST = 10_000_000;

  static ProposalAnchors of(LayerContext layer, int rows, int columns) {
    boolean tensorFlow = isTensorFlow(layer);
    float offset = tensorFlow ? 0 : 1;
    float[] ratios = layer.data.numbers("ratio");
    float[] scales = layer.data.numbers("scale");
    float base = layer.data.integer("base_size");
    long stride = layer.data.integer("feat_stride");
    long count = (long) rows * columns * ratios.length * scales.length;
    if (count < 1 || count > MOST || base < 1) {
      throw new InputException("it has " + count + " boxes, of size " + base);
    }
    float[] low = new float[(int) count * 2];
    float[] high = new float[(int) count * 2];
    float centre = 0.5f * (base - offset) - (tensorFlow ? 0.5f * base : 0);
    int at = 0;
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        // TensorFlow's boxes have y in front of x.
        float[] place = {
          (tensorFlow ? row : column) * stride, (tensorFlow ? column : row) * stride
        };
        for (float ratio : ratios) {
          float width = (float) Math.sqrt(base * base / ratio);
          width = tensorFlow ? width : rounded(width);
          float height = tensorFlow ? width * ratio : rounded(width * ratio);
          for (float scale : scales) {
            float[] lengths = {width, height};
            for (int axis = 0; axis < 2; axis++) {
              float half = 0.5f * (lengths[axis] * scale - offset);
              low[at] = place[axis] + (centre - half);
              high[at++] = place[axis] + (centre + half);
            }
          }
        }
      }
    }
    return new ProposalAnchors(
        Tensor.ofFloats(low, count, 2), Tensor.ofFloats(high, count, 2), offset);
  }

  static boolean isTensorFlow(LayerContext layer) {
    return layer.data.word("framework", "").equals("tensorflow");
  }

  private static float rounded(float value) {
    return (float) Math.floor(value + 0.5f);
  }
}
