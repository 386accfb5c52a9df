package io.nncf4j.formats.openvino.read;

import io.nncf4j.core.InputException;
import java.util.ArrayList;
import java.util.List;

/**
 * The boxes that PriorBox puts around each centre.
 *
 * @param minimum sides of the small squares
 * @param maximum sides of the large squares; one between both is added for each
 * @param ratios width to height of further boxes, without 1
 * @param fixed sides of squares that are set densely
 * @param densities how often, for each of {@code fixed}
 */
record PriorBoxShapes(
    float[] minimum,
    float[] maximum,
    float[] ratios,
    float[] fixed,
    float[] fixedRatios,
    float[] densities,
    boolean everySize,
    boolean extremesFirst,
    float step) {

  static PriorBoxShapes of(LayerContext layer, long gridHeight) {
    boolean flip = layer.data.flag("flip", false);
    List<Float> ratios = new ArrayList<>();
    for (float ratio : layer.data.numbers("aspect_ratio")) {
      if (!(ratio > 0)) {
        throw new InputException("its aspect_ratio has the number " + ratio);
      }
      addNew(ratios, ratio);
      if (flip) {
        addNew(ratios, 1 / ratio);
      }
    }
    boolean everySize = layer.data.flag("scale_all_sizes", true);
    float[] minimum = layer.data.numbers("min_size");
    float step = layer.data.number("step", 0);
    if (!everySize) {
      step = step == -1 ? gridHeight : step * gridHeight;
      for (int index = 0; index < minimum.length; index++) {
        minimum[index] *= gridHeight;
      }
    }
    float[] kept = new float[ratios.size()];
    for (int index = 0; index < kept.length; index++) {
      kept[index] = ratios.get(index);
    }
    float[] fixed = layer.data.numbers("fixed_size");
    float[] densities = layer.data.numbers("density");
    if (densities.length != 0 && densities.length != fixed.length) {
      throw new InputException("it has as many densities as " + densities.length);
    }
    for (float density : densities) {
      if (!(density >= 1 && density <= 1024)) {
        throw new InputException("it has the density " + density);
      }
    }
    return new PriorBoxShapes(
        minimum,
        layer.data.numbers("max_size"),
        kept,
        fixed,
        layer.data.numbers("fixed_ratio"),
        densities,
        everySize,
        layer.data.flag("min_max_aspect_ratios_order", true),
        step);
  }

  private static void addNew(List<Float> ratios, float ratio) {
    boolean known = Math.abs(ratio - 1) < 1e-6;
    for (float each : ratios) {
      known |= Math.abs(ratio - each) < 1e-6;
    }
    if (!known) {
      ratios.add(ratio);
    }
  }

  /** Boxes around one centre. */
  long count() {
    int[] counted = {0};
    place(0, 0, (x, y, halfWidth, halfHeight) -> counted[0]++);
    return counted[0];
  }

  void addAt(PriorBoxes boxes, float x, float y) {
    place(x, y, boxes::add);
  }

  private interface Place {
    void add(float x, float y, float halfWidth, float halfHeight);
  }

  private void place(float x, float y, Place place) {
    for (int index = 0; index < fixed.length; index++) {
      float side = fixed[index];
      int density = densities.length == 0 ? 1 : (int) densities[index];
      if (fixedRatios.length == 0) {
        dense(x, y, side, density, 1, place);
        for (float ratio : ratios) {
          dense(x, y, side, density, (float) Math.sqrt(ratio), place);
        }
      } else {
        for (float ratio : fixedRatios) {
          dense(x, y, side, density, (float) Math.sqrt(ratio), place);
        }
      }
    }
    for (int index = 0; index < minimum.length; index++) {
      float half = minimum[index] / 2;
      place.add(x, y, half, half);
      if (extremesFirst) {
        large(x, y, index, place);
        slanted(x, y, index, place);
      } else {
        slanted(x, y, index, place);
        large(x, y, index, place);
      }
    }
  }

  private void large(float x, float y, int index, Place place) {
    if (index < maximum.length) {
      float half = (float) Math.sqrt(minimum[index] * maximum[index]) / 2;
      place.add(x, y, half, half);
    }
  }

  private void slanted(float x, float y, int index, Place place) {
    if (everySize || index == minimum.length - 1) {
      float half = minimum[everySize ? index : 0] / 2;
      for (float ratio : ratios) {
        float root = (float) Math.sqrt(ratio);
        place.add(x, y, half * root, half / root);
      }
    }
  }

  private static void dense(float x, float y, float side, int density, float root, Place place) {
    float shift = side / density;
    for (int row = 0; row < density; row++) {
      for (int column = 0; column < density; column++) {
        place.add(
            x - side / 2 + shift / 2 + column * shift,
            y - side / 2 + shift / 2 + row * shift,
            side / 2 * root,
            side / 2 / root);
      }
    }
  }
}
