package io.nncf4j.formats.pytorch.script;

import io.nncf4j.core.InputException;
import io.nncf4j.core.compose.ForeignNodes;
import io.nncf4j.core.compose.GraphComposer;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.formats.pytorch.archive.TorchFile;
import io.nncf4j.formats.pytorch.archive.TorchTypes;
import io.nncf4j.formats.pytorch.archive.ZipContents;
import io.nncf4j.formats.pytorch.aten.AtenTranslator;
import io.nncf4j.formats.pytorch.aten.AtenValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A TorchScript archive as a model.
 *
 * <p>Code says nothing of shapes. They are taken from the sample that a traced archive keeps (its
 * first axis left open), else from what first reads an input: a convolution wants pictures, an
 * embedding rows of numbers.
 */
public final class ScriptArchive {
  private ScriptArchive() {}

  /** True for an archive with code. */
  public static boolean accepts(ZipContents archive) {
    return archive.has("data.pkl")
        && archive.names().stream().anyMatch(each -> each.startsWith("code/"));
  }

  /**
   * @throws InputException when the archive is damaged, or its code decides by what is known only
   *     at run time
   */
  public static Model read(ZipContents archive) {
    ScriptCode code = new ScriptCode(archive);
    TorchFile file = TorchFile.of(archive, "data");
    TorchFile constants = archive.has("constants.pkl") ? TorchFile.of(archive, "constants") : file;
    ScriptValue.Instance module = ScriptInterpreter.instance(file.root());
    String type = module.object().callee().toString();
    if (!(code.find(type) instanceof Definition.Type definition)
        || definition.methods().get("forward") == null) {
      throw new InputException("The archive has no code for " + type + ".forward");
    }
    List<String> parameters = definition.methods().get("forward").parameters();
    List<String> inputs = parameters.subList(Math.min(1, parameters.size()), parameters.size());
    List<TensorType> types = InputTypes.of(archive, inputs.size());
    if (types.isEmpty()) {
      types = InputTypes.probed(code, file, constants, module, inputs);
    }
    Model model = translate(code, file, constants, module, inputs, types);
    return TracedForOne.is(model)
        ? translate(code, file, constants, module, inputs, TracedForOne.types(types))
        : model;
  }

  private static Model translate(
      ScriptCode code,
      TorchFile file,
      TorchFile constants,
      ScriptValue.Instance module,
      List<String> inputs,
      List<TensorType> types) {
    GraphComposer graph = new GraphComposer("torch_script");
    AtenTranslator translator = new AtenTranslator(graph, TorchTypes::ofScript);
    ScriptObjects objects = new ScriptObjects(file, constants, graph);
    List<ScriptValue> arguments = new ArrayList<>();
    for (int index = 0; index < inputs.size(); index++) {
      String value = graph.input(inputs.get(index), types.get(index));
      arguments.add(new ScriptValue.Data(new AtenValue.TensorValue(value)));
    }
    ScriptValue result =
        new ScriptInterpreter(code, objects, translator).method(module, "forward", arguments, 0);
    int count = outputs(translator, result.asArgument(), 0);
    if (count == 0) {
      throw new InputException("The code gives back " + result + " and no tensors");
    }
    return ForeignNodes.model(graph.build(), Map.of(), "pytorch script");
  }

  private static int outputs(AtenTranslator translator, AtenValue value, int before) {
    if (value instanceof AtenValue.TensorValue tensor) {
      translator
          .graph()
          .output(translator.current(tensor.value()), "output" + (before == 0 ? "" : "_" + before));
      return before + 1;
    }
    int count = before;
    if (value instanceof AtenValue.Many many) {
      for (AtenValue item : many.items()) {
        count = outputs(translator, item, count);
      }
    }
    return count;
  }
}
