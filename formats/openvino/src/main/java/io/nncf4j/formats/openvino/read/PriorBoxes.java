package io.nncf4j.formats.openvino.read;

import io.nncf4j.core.tensor.Tensor;

/** Collects boxes around centres as fractions of a picture, and then their variances. */
final class PriorBoxes {
  private static final float USUAL_VARIANCE = 0.1f;

  private final float[] numbers;
  private final float[] variances;
  private final boolean clips;
  private float width = 1;
  private float height = 1;
  private int next;

  PriorBoxes(int count, float[] variances, boolean clips) {
    this.numbers = new float[count * 8];
    this.variances = variances;
    this.clips = clips;
  }

  void picture(float pictureWidth, float pictureHeight) {
    width = pictureWidth;
    height = pictureHeight;
  }

  void add(float x, float y, float halfWidth, float halfHeight) {
    put((x - halfWidth) / width);
    put((y - halfHeight) / height);
    put((x + halfWidth) / width);
    put((y + halfHeight) / height);
  }

  private void put(float number) {
    numbers[next++] = clips ? Math.min(Math.max(number, 0), 1) : number;
  }

  /** Boxes in the first half, variances in the second. */
  Tensor build() {
    int half = numbers.length / 2;
    for (int index = 0; index < half; index++) {
      numbers[half + index] =
          variances.length == 0
              ? USUAL_VARIANCE
              : variances.length == 4 ? variances[index % 4] : variances[0];
    }
    return Tensor.ofFloats(numbers, numbers.length);
  }
}
