package io.nncf4j.formats.pytorch.export;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.nncf4j.core.InputException;
import io.nncf4j.core.compose.ForeignNodes;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.formats.pytorch.archive.TorchFile;
import io.nncf4j.formats.pytorch.archive.ZipContents;
import io.nncf4j.formats.pytorch.pickle.PickleValue;
import java.util.HashMap;
import java.util.Map;

/** A {@code .pt2} archive as a model. Constants have the names of the state dictionary. */
public final class ExportedProgram {
  public static final String MEMBER = "serialized_exported_program.json";

  private static final int SCHEMA = 8;
  private static final int DEEPEST = 200;

  private static final ObjectMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(DEEPEST).build())
                  .build())
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .build();

  private ExportedProgram() {}

  /** True for an archive of this kind. */
  public static boolean accepts(ZipContents archive) {
    return archive.has(MEMBER);
  }

  /**
   * @throws InputException when the archive is damaged or of another version
   */
  public static Model read(ZipContents archive) {
    JsonNode program = json(archive);
    int major = program.path("schema_version").path("major").asInt(-1);
    if (major != SCHEMA) {
      throw new InputException(
          "The program has the schema version " + major + "; version " + SCHEMA + " is read");
    }
    Map<String, Tensor> tensors = new HashMap<>();
    addTensors(archive, "serialized_state_dict.pt", tensors);
    addTensors(archive, "serialized_constants.pt", tensors);
    ProgramTranslator translator = new ProgramTranslator(program.path("graph_module"), tensors);
    String producer = "pytorch " + program.path("torch_version").asText("");
    return ForeignNodes.model(translator.translate(), Map.of(), producer.trim());
  }

  private static JsonNode json(ZipContents archive) {
    try {
      return JSON.readTree(archive.text(MEMBER));
    } catch (JsonProcessingException e) {
      throw new InputException(MEMBER + " is damaged: " + e.getOriginalMessage(), e);
    }
  }

  private static void addTensors(ZipContents archive, String name, Map<String, Tensor> tensors) {
    if (!archive.has(name) || archive.get(name).remaining() == 0) {
      return;
    }
    TorchFile file = TorchFile.of(archive.get(name));
    if (!(file.root() instanceof PickleValue.Dictionary dictionary)) {
      throw new InputException(name + " holds " + file.root() + " and no tensors by name");
    }
    for (PickleValue.Dictionary.Entry entry : dictionary.entries()) {
      Tensor tensor = file.plainTensor(entry.value());
      if (entry.key() instanceof PickleValue.Text key && tensor != null) {
        tensors.put(key.value(), tensor);
      }
    }
  }
}
