package io.nncf4j.formats.pytorch.script;

import io.nncf4j.core.InputException;
import io.nncf4j.core.compose.GraphComposer;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.formats.pytorch.archive.StoredTensor;
import io.nncf4j.formats.pytorch.archive.TorchFile;
import io.nncf4j.formats.pytorch.aten.AtenValue;
import io.nncf4j.formats.pytorch.pickle.PickleValue;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The objects of an archive and their attributes; tensors become constants when asked for. */
final class ScriptObjects {
  private static final int DEEPEST = 100;

  private final TorchFile file;
  private final TorchFile constants;
  private final GraphComposer graph;
  private final Map<PickleValue, String> paths = new IdentityHashMap<>();
  private final Map<PickleValue, ScriptValue> tensors = new IdentityHashMap<>();

  ScriptObjects(TorchFile file, TorchFile constants, GraphComposer graph) {
    this.file = file;
    this.constants = constants;
    this.graph = graph;
    name(file.root(), "", 0);
  }

  /** Modules have the names under which their tensors stand in a state dictionary. */
  private void name(PickleValue value, String path, int depth) {
    if (depth > DEEPEST || !(value instanceof PickleValue.Made made) || paths.containsKey(made)) {
      return;
    }
    paths.put(made, path);
    if (made.state() instanceof PickleValue.Dictionary attributes) {
      for (PickleValue.Dictionary.Entry entry : attributes.entries()) {
        if (entry.key() instanceof PickleValue.Text text) {
          name(entry.value(), path.isEmpty() ? text.value() : path + "." + text.value(), depth + 1);
        }
      }
    }
  }

  /** Dotted path of a module, empty for the outermost one. */
  String path(PickleValue.Made object) {
    return paths.getOrDefault(object, "");
  }

  /** An attribute that the object keeps, or null. */
  @Nullable ScriptValue attribute(PickleValue.Made object, String name) {
    if (!(object.state() instanceof PickleValue.Dictionary attributes)) {
      return null;
    }
    PickleValue value = attributes.get(name);
    String path = path(object);
    return value == null ? null : value(file, value, path.isEmpty() ? name : path + "." + name);
  }

  /** A constant of the code, such as {@code c0}. */
  ScriptValue constant(String name) {
    if (constants.root() instanceof PickleValue.Sequence all && name.matches("c\\d{1,6}")) {
      int index = Integer.parseInt(name.substring(1));
      if (index < all.items().size()) {
        PickleValue item = all.items().get(index);
        Tensor tensor = constants.plainTensor(item);
        // A tensor without axes stands for the number in it.
        if (tensor != null && tensor.rank() == 0) {
          return new ScriptValue.Data(
              tensor.dataType().isFloatingPoint()
                  ? new AtenValue.Real(tensor.doubleAt(0))
                  : tensor.dataType() == DataType.BOOL
                      ? new AtenValue.Flag(tensor.longAt(0) != 0)
                      : new AtenValue.Whole(tensor.longAt(0)));
        }
        return value(constants, item, "CONSTANTS." + name);
      }
    }
    throw new InputException("The archive has no constant " + name);
  }

  private ScriptValue value(TorchFile source, PickleValue value, String path) {
    if (value instanceof PickleValue.Flag flag) {
      return ScriptNumbers.flag(flag.value());
    }
    if (value instanceof PickleValue.Whole whole) {
      return new ScriptValue.Data(new AtenValue.Whole(whole.value()));
    }
    if (value instanceof PickleValue.Real real) {
      return new ScriptValue.Data(new AtenValue.Real(real.value()));
    }
    if (value instanceof PickleValue.Text text) {
      return new ScriptValue.Data(new AtenValue.Text(text.value()));
    }
    if (value instanceof PickleValue.None) {
      return ScriptValue.NOTHING;
    }
    if (value instanceof PickleValue.Sequence sequence) {
      return items(source, sequence, path);
    }
    if (value instanceof PickleValue.Made made) {
      return made(source, made, path);
    }
    throw new InputException("The attribute " + path + " holds " + value);
  }

  private ScriptValue items(TorchFile source, PickleValue.Sequence sequence, String path) {
    List<ScriptValue> items = new ArrayList<>();
    for (int index = 0; index < sequence.items().size(); index++) {
      items.add(value(source, sequence.items().get(index), path + "." + index));
    }
    return ScriptValue.Items.of(items);
  }

  private ScriptValue made(TorchFile source, PickleValue.Made made, String path) {
    ScriptValue known = tensors.get(made);
    if (known != null) {
      return known;
    }
    String callee = made.callee().name();
    boolean list = callee.startsWith("build_") || callee.equals("restore_type_tag");
    if (list && !made.arguments().items().isEmpty()) {
      return value(source, made.arguments().items().get(0), path);
    }
    if (callee.endsWith("PackedParamsBase")) {
      ScriptValue packed = packed(made, path);
      tensors.put(made, packed);
      return packed;
    }
    StoredTensor stored = source.tensor(made);
    if (stored == null) {
      return new ScriptValue.Instance(made);
    }
    ScriptValue value = new ScriptValue.Data(new AtenValue.TensorValue(tensor(stored, path)));
    tensors.put(made, value);
    return value;
  }

  /** A constant; for a quantised tensor the integers and the node that makes reals of them. */
  private String tensor(StoredTensor stored, String path) {
    StoredTensor.Grid grid = stored.grid();
    if (grid == null) {
      return graph.constant(path, stored.values());
    }
    DataType type = stored.values().dataType();
    String integers = graph.constant(path + "_quantized", stored.values());
    double[] zeros = grid.zero().toDoubles();
    String scale =
        graph.constant(
            path + "_scale",
            Tensor.ofDoubles(DataType.FLOAT32, grid.scale().toDoubles(), grid.scale().shape()));
    String zero =
        graph.constant(path + "_zero_point", Tensor.ofDoubles(type, zeros, grid.zero().shape()));
    Attributes attributes =
        grid.axis() < 0 ? Attributes.NONE : Attributes.NONE.with("axis", (long) grid.axis());
    return graph
        .emit("DequantizeLinear", path, attributes, List.of(integers, scale, zero), 1)
        .get(0);
  }

  /**
   * Weights and bias of a quantised layer. Convolutions keep a vector of numbers before them: rank,
   * strides, padding, dilations, output padding, groups, whether transposed.
   */
  private ScriptValue packed(PickleValue.Made made, String path) {
    List<PickleValue> flat = new ArrayList<>();
    flatten(made.state(), flat, 0);
    List<AtenValue> parts = new ArrayList<>();
    AtenValue settings = AtenValue.NOTHING;
    for (PickleValue each : flat) {
      StoredTensor stored = file.tensor(each);
      if (stored == null) {
        continue;
      }
      if (stored.grid() == null && stored.values().dataType() == DataType.INT16) {
        settings =
            new AtenValue.Many(
                java.util.Arrays.stream(stored.values().toLongs())
                    .mapToObj(number -> (AtenValue) new AtenValue.Whole(number))
                    .toList());
      } else {
        String name = path + (stored.grid() == null ? ".bias" : ".weight");
        parts.add(new AtenValue.TensorValue(tensor(stored, name)));
      }
    }
    parts.add(0, settings);
    return new ScriptValue.Data(new AtenValue.Other("packed", parts));
  }

  private static void flatten(@Nullable PickleValue value, List<PickleValue> flat, int depth) {
    if (depth > 8 || value == null) {
      return;
    }
    if (value instanceof PickleValue.Sequence sequence) {
      sequence.items().forEach(item -> flatten(item, flat, depth + 1));
    } else if (value instanceof PickleValue.Made made
        && (made.callee().name().startsWith("build_")
            || made.callee().name().equals("restore_type_tag"))) {
      flatten(made.arguments(), flat, depth + 1);
    } else {
      flat.add(value);
    }
  }
}
