package io.nncf4j.formats.openvino.ir;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A port of a layer.
 *
 * @param id number within its layer
 * @param precision element type as the file spells it, such as {@code FP32}; empty where it is not
 *     given, as on most input ports
 * @param dimensions lengths, -1 for one that is not known
 * @param names names of the tensor, outputs of version 11 only
 * @param dynamicRank true when not even the rank is known
 */
public record IrPort(
    int id, String precision, List<Long> dimensions, List<String> names, boolean dynamicRank) {
  public IrPort {
    dimensions = List.copyOf(dimensions);
    names = List.copyOf(names);
  }

  /** The lengths, or null when the rank is not known. */
  public @Nullable List<Long> shape() {
    return dynamicRank ? null : dimensions;
  }
}
