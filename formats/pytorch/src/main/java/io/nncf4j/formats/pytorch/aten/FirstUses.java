package io.nncf4j.formats.pytorch.aten;

import io.nncf4j.core.graph.Dimension;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.tensor.DataType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Watches calls for what first reads some inputs, directly or behind arithmetic, and what that says
 * of their types.
 */
public final class FirstUses {
  private static final Set<String> TRANSPARENT =
      Set.of(
          "sub",
          "div",
          "mul",
          "add",
          "quantize_per_tensor",
          "contiguous",
          "to",
          "float",
          "clone",
          "sub_",
          "div_",
          "mul_",
          "relu",
          "batch_norm",
          "flip");

  private final Map<String, Integer> followed = new HashMap<>();
  private TensorType[] types = {};

  /** Starts to follow these values. */
  public void follow(List<String> values) {
    types = new TensorType[values.size()];
    for (int index = 0; index < types.length; index++) {
      types[index] = new TensorType(DataType.FLOAT32, null);
      followed.put(values.get(index), index);
    }
  }

  /** What was found; of unknown rank where nothing was. */
  public List<TensorType> types() {
    return List.of(types);
  }

  void seen(String name, List<AtenValue> arguments, List<AtenValue> results, Ranks ranks) {
    for (int place = 0; place < arguments.size(); place++) {
      if (!(arguments.get(place) instanceof AtenValue.TensorValue tensor)) {
        continue;
      }
      Integer input = followed.get(tensor.value());
      if (input == null) {
        continue;
      }
      if (name.equals("embedding") && place == 1) {
        types[input] =
            new TensorType(DataType.INT64, Shape.of(Dimension.symbol("batch"), Dimension.UNKNOWN));
      } else if (place == 0 && types[input].shape() == null) {
        long[] window = ranks.picture(name, arguments);
        if (window.length == 2) {
          types[input] = picture((int) window[0], window[1]);
        } else if (TRANSPARENT.contains(name)) {
          results.forEach(result -> follow(result, input));
        }
      }
    }
  }

  private void follow(AtenValue result, int input) {
    if (result instanceof AtenValue.TensorValue tensor) {
      followed.putIfAbsent(tensor.value(), input);
    }
  }

  private static TensorType picture(int rank, long channels) {
    Dimension[] all = new Dimension[rank];
    java.util.Arrays.fill(all, Dimension.UNKNOWN);
    all[0] = Dimension.symbol("batch");
    all[1] = channels > 0 ? Dimension.of(channels) : Dimension.UNKNOWN;
    return new TensorType(DataType.FLOAT32, Shape.of(all));
  }

  /** Rank and number of channels that a call wants of its first argument; empty for none. */
  interface Ranks {
    long[] picture(String name, List<AtenValue> arguments);
  }
}
