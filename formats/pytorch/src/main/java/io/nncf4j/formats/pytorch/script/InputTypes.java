package io.nncf4j.formats.pytorch.script;

import io.nncf4j.core.InputException;
import io.nncf4j.core.compose.GraphComposer;
import io.nncf4j.core.graph.Dimension;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.formats.pytorch.archive.TorchFile;
import io.nncf4j.formats.pytorch.archive.TorchTypes;
import io.nncf4j.formats.pytorch.archive.ZipContents;
import io.nncf4j.formats.pytorch.aten.AtenTranslator;
import io.nncf4j.formats.pytorch.aten.AtenValue;
import io.nncf4j.formats.pytorch.aten.FirstUses;
import io.nncf4j.formats.pytorch.pickle.PickleValue;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds out what the inputs of an archive's code are. */
final class InputTypes {
  private static final String TRACED = "traced_inputs";

  private InputTypes() {}

  /** Types of the sample that was traced, the first axis open; empty when there is none. */
  static List<TensorType> of(ZipContents archive, int count) {
    if (!archive.has(TRACED + ".pkl")) {
      return List.of();
    }
    PickleValue root = unwrapped(TorchFile.of(archive, TRACED).root());
    @Nullable PickleValue given =
        root instanceof PickleValue.Dictionary all ? all.get("forward") : null;
    if (given == null || !(unwrapped(given) instanceof PickleValue.Sequence samples)) {
      return List.of();
    }
    List<TensorType> types = new ArrayList<>();
    for (PickleValue sample : samples.items()) {
      TensorType type = TorchFile.described(sample);
      if (type == null) {
        return List.of();
      }
      Shape shape = type.shape();
      boolean open = shape != null && shape.rank() > 1;
      types.add(
          open && shape != null ? type.withShape(shape.with(0, Dimension.symbol("batch"))) : type);
    }
    return types.size() == count ? types : List.of();
  }

  private static PickleValue unwrapped(PickleValue value) {
    return value instanceof PickleValue.Made made
            && made.callee().name().equals("restore_type_tag")
            && !made.arguments().items().isEmpty()
        ? made.arguments().items().get(0)
        : value;
  }

  /** Follows the code once without types, to see what reads the inputs first. */
  static List<TensorType> probed(
      ScriptCode code,
      TorchFile file,
      TorchFile constants,
      ScriptValue.Instance module,
      List<String> inputs) {
    GraphComposer graph = new GraphComposer("probe");
    FirstUses uses = new FirstUses();
    AtenTranslator translator = new AtenTranslator(graph, TorchTypes::ofScript, uses);
    ScriptObjects objects = new ScriptObjects(file, constants, graph);
    List<ScriptValue> arguments = new ArrayList<>();
    List<String> values = new ArrayList<>();
    for (String input : inputs) {
      String value = graph.input(input, new TensorType(DataType.FLOAT32, null));
      values.add(value);
      arguments.add(new ScriptValue.Data(new AtenValue.TensorValue(value)));
    }
    uses.follow(values);
    try {
      new ScriptInterpreter(code, objects, translator).method(module, "forward", arguments, 0);
    } catch (InputException e) {
      // What fails for want of shapes is judged when they are there.
      return uses.types();
    }
    return uses.types();
  }
}
