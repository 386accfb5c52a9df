package io.nncf4j.formats.tensorflow;

import io.nncf4j.core.InputException;
import io.nncf4j.formats.tensorflow.bundle.VariableBundle;
import io.nncf4j.formats.tensorflow.proto.Message;
import io.nncf4j.formats.tensorflow.proto.NodeDefinition;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A SavedModel: {@code saved_model.pb} and the variables beside it.
 *
 * @param graph the GraphDef
 * @param inputs names of the signature by {@code node:output}
 * @param outputs likewise, in alphabetical order of the names
 * @param variables null when there is no checkpoint
 */
record SavedModel(
    Message graph,
    Map<String, String> inputs,
    LinkedHashMap<String, String> outputs,
    @Nullable VariableBundle variables) {
  static final String FILE = "saved_model.pb";
  private static final String DEFAULT_SIGNATURE = "serving_default";
  private static final Set<String> VARIABLES = Set.of("VarHandleOp", "VariableV2", "Variable");

  /**
   * @param signature name of the signature, or null for the default one
   */
  static SavedModel read(Path file, Message content, @Nullable String signature) {
    List<Message> graphs = content.messages(2);
    Message serving = null;
    for (Message each : graphs) {
      boolean serves = each.message(1).texts(4).contains("serve");
      serving = serving == null || serves ? each : serving;
    }
    if (serving == null) {
      throw new InputException("it holds no graph");
    }
    Map<String, Message> signatures = new TreeMap<>(serving.map(5, message -> message));
    signatures.values().removeIf(each -> each.messages(2).isEmpty());
    Message chosen = choose(signatures, signature);
    Map<String, String> inputs = new LinkedHashMap<>();
    new TreeMap<>(chosen.map(1, message -> message.text(1)))
        .forEach((name, reference) -> inputs.put(reference, name));
    LinkedHashMap<String, String> outputs = new LinkedHashMap<>();
    new TreeMap<>(chosen.map(2, message -> message.text(1)))
        .forEach((name, reference) -> outputs.put(reference, name));
    Path variables = file.resolveSibling("variables");
    boolean hasVariables = Files.isRegularFile(variables.resolve("variables.index"));
    if (!hasVariables && readsVariables(serving.message(2))) {
      throw new InputException(
          "its weights are missing: there is no file "
              + variables.resolve("variables.index")
              + "; give the whole folder of the SavedModel");
    }
    return new SavedModel(
        serving.message(2),
        inputs,
        outputs,
        hasVariables ? VariableBundle.read(variables.resolve("variables")) : null);
  }

  private static boolean readsVariables(Message graph) {
    return graph.messages(1).stream()
        .map(NodeDefinition::of)
        .anyMatch(node -> VARIABLES.contains(node.operator()));
  }

  private static Message choose(Map<String, Message> signatures, @Nullable String signature) {
    Message chosen =
        signature != null
            ? signatures.get(signature)
            : signatures.size() == 1
                ? signatures.values().iterator().next()
                : signatures.get(DEFAULT_SIGNATURE);
    if (chosen == null) {
      throw new InputException(
          (signature == null
                  ? "it has no signature " + DEFAULT_SIGNATURE
                  : "it has no signature \"" + signature + "\"")
              + "; it has "
              + new ArrayList<>(signatures.keySet())
              + ": name one (nncf convert --signature NAME)");
    }
    return chosen;
  }
}
