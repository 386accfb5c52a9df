package io.nncf4j.formats.openvino.read;

import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** StridedSlice with its masks as Slice, Squeeze and Unsqueeze. */
final class StridedSliceRule {
  private StridedSliceRule() {}

  static void translate(LayerContext layer) {
    int count = Math.toIntExact(layer.lengths(1)[0]);
    boolean[] wholeBegin = mask(layer, "begin_mask", count, true);
    boolean[] wholeEnd = mask(layer, "end_mask", count, true);
    boolean[] fresh = mask(layer, "new_axis_mask", count, false);
    boolean[] shrunk = mask(layer, "shrink_axis_mask", count, false);
    boolean[] ellipsis = mask(layer, "ellipsis_mask", count, false);
    Tensor begin = layer.constant(1);
    Tensor end = layer.constant(2);
    Tensor strides = layer.inputCount() > 3 ? layer.constantOrNull(3) : null;
    List<long[]> slices = new ArrayList<>();
    List<Long> added = new ArrayList<>();
    List<Long> removed = new ArrayList<>();
    int axis = 0;
    int kept = 0;
    for (int index = 0; index < count; index++) {
      if (ellipsis[index]) {
        int rest = 0;
        for (int later = index + 1; later < count; later++) {
          rest += fresh[later] ? 0 : 1;
        }
        int skipped = layer.rank(0) - axis - rest;
        axis += skipped;
        kept += skipped;
        continue;
      }
      if (fresh[index]) {
        added.add((long) kept++);
        continue;
      }
      long step = strides == null || index >= strides.size() ? 1 : strides.longAt(index);
      if (shrunk[index]) {
        long at = begin.longAt(index);
        slices.add(new long[] {at, at == -1 ? Long.MAX_VALUE : at + 1, axis, 1});
        removed.add((long) axis);
      } else {
        long from = wholeBegin[index] ? (step < 0 ? Long.MAX_VALUE : 0) : begin.longAt(index);
        long to =
            wholeEnd[index] ? (step < 0 ? Long.MIN_VALUE : Long.MAX_VALUE) : end.longAt(index);
        if (from != 0 || to != Long.MAX_VALUE || step != 1) {
          slices.add(new long[] {from, to, axis, step});
        }
        kept++;
      }
      axis++;
    }
    String value = layer.input(0);
    if (!slices.isEmpty()) {
      value =
          layer.emit(
              "Slice",
              value,
              column(layer, slices, 0),
              column(layer, slices, 1),
              column(layer, slices, 2),
              column(layer, slices, 3));
    }
    if (!removed.isEmpty()) {
      value = layer.emit("Squeeze", value, longs(layer, removed));
    }
    if (!added.isEmpty()) {
      value = layer.emit("Unsqueeze", value, longs(layer, added));
    }
    layer.finish("Identity", Attributes.NONE, value);
  }

  private static String column(LayerContext layer, List<long[]> slices, int column) {
    return layer.ints(slices.stream().mapToLong(slice -> slice[column]).toArray());
  }

  private static String longs(LayerContext layer, List<Long> values) {
    return layer.ints(values.stream().mapToLong(Long::longValue).toArray());
  }

  /**
   * True where the mask is 1; beyond the end of a short one it is 0. In legacy versions the masks
   * of beginnings and ends say what counts, later what does not.
   */
  private static boolean[] mask(LayerContext layer, String name, int count, boolean isRequired) {
    long[] bits = isRequired ? layer.data.integers(name) : layer.data.integers(name, new long[0]);
    boolean[] mask = new boolean[count];
    for (int index = 0; index < Math.min(count, bits.length); index++) {
      mask[index] = bits[index] != (isRequired && layer.isLegacy() ? 1 : 0);
    }
    return mask;
  }
}
