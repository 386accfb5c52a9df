package io.nncf4j.formats.pytorch.export;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.nncf4j.core.InputException;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.formats.pytorch.archive.TorchFile;
import io.nncf4j.formats.pytorch.archive.TorchTypes;
import io.nncf4j.formats.pytorch.archive.ZipContents;
import io.nncf4j.formats.pytorch.pickle.PickleValue;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Where the parts of a {@code .pt2} archive stand. Up to PyTorch 2.7: the program in one member,
 * all weights in another. Since then a folder with the programs of several models, and either all
 * weights of one in a member or, since 2.9, one member for each storage and a list that says what
 * is in it.
 */
final class ProgramArchive {
  private static final String OLD_PROGRAM = "serialized_exported_program.json";
  private static final String FORMAT = "archive_format";
  private static final String PROGRAMS = "models/";
  private static final int DEEPEST = 200;

  private static final ObjectMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(DEEPEST).build())
                  .build())
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .build();

  private final ZipContents archive;
  private final Map<String, Tensor> tensors = new HashMap<>();

  private ProgramArchive(ZipContents archive) {
    this.archive = archive;
  }

  static boolean accepts(ZipContents archive) {
    return archive.has(OLD_PROGRAM)
        || (archive.has(FORMAT) && archive.text(FORMAT).strip().equals("pt2"));
  }

  /**
   * The program and its tensors, by their names in the state dictionary.
   *
   * @param program as JSON
   */
  record Contents(JsonNode program, Map<String, Tensor> tensors) {}

  static Contents read(ZipContents archive) {
    ProgramArchive reader = new ProgramArchive(archive);
    if (archive.has(OLD_PROGRAM)) {
      reader.addPickled("serialized_state_dict.pt");
      reader.addPickled("serialized_constants.pt");
      return new Contents(reader.json(OLD_PROGRAM), reader.tensors);
    }
    String model = onlyModel(archive);
    reader.addPickled("data/weights/" + model + ".pt");
    reader.addPickled("data/constants/" + model + ".pt");
    reader.addStorages("data/weights/", model + "_weights_config.json");
    reader.addStorages("data/constants/", model + "_constants_config.json");
    return new Contents(reader.json(PROGRAMS + model + ".json"), reader.tensors);
  }

  private static String onlyModel(ZipContents archive) {
    List<String> programs =
        archive.names().stream()
            .filter(name -> name.startsWith(PROGRAMS) && name.endsWith(".json"))
            .sorted()
            .toList();
    if (programs.size() != 1) {
      throw new InputException(
          programs.isEmpty()
              ? "It holds no exported program; what was compiled ahead of time is not read:"
                  + " save the program itself with torch.export.save"
              : "It holds several programs, " + programs + "; save one in a file of its own");
    }
    String name = programs.get(0);
    return name.substring(PROGRAMS.length(), name.length() - ".json".length());
  }

  private JsonNode json(String member) {
    try {
      return JSON.readTree(archive.text(member));
    } catch (JsonProcessingException e) {
      throw new InputException(member + " is damaged: " + e.getOriginalMessage(), e);
    }
  }

  private void addPickled(String member) {
    if (!archive.has(member) || archive.get(member).remaining() == 0) {
      return;
    }
    TorchFile file = TorchFile.of(archive.get(member));
    if (!(file.root() instanceof PickleValue.Dictionary dictionary)) {
      throw new InputException(member + " holds " + file.root() + " and no tensors by name");
    }
    for (PickleValue.Dictionary.Entry entry : dictionary.entries()) {
      Tensor tensor = file.plainTensor(entry.value());
      if (entry.key() instanceof PickleValue.Text key && tensor != null) {
        tensors.put(key.value(), tensor);
      }
    }
  }

  /** Tensors that are views of storages, one member for each. */
  private void addStorages(String folder, String list) {
    if (!archive.has(folder + list)) {
      return;
    }
    for (Map.Entry<String, JsonNode> each : json(folder + list).path("config").properties()) {
      String member = folder + each.getValue().path("path_name").asText("");
      JsonNode meta = each.getValue().path("tensor_meta");
      if (meta.isMissingNode() || meta.isNull()) {
        // An object that is no tensor.
        continue;
      }
      if (each.getValue().path("use_pickle").asBoolean(false)) {
        throw new InputException(
            "The tensor \"" + each.getKey() + "\" is of a subclass, which is not read");
      }
      tensors.put(each.getKey(), tensor(each.getKey(), archive.get(member), meta));
    }
  }

  private static Tensor tensor(String name, ByteBuffer storage, JsonNode meta) {
    DataType type = TorchTypes.ofExported(meta.path("dtype").asLong(-1));
    try {
      return TorchFile.view(
          storage,
          type,
          length(meta.path("storage_offset")),
          lengths(meta.path("sizes")),
          lengths(meta.path("strides")));
    } catch (InputException e) {
      throw new InputException("The tensor \"" + name + "\": " + e.getMessage(), e);
    }
  }

  private static long[] lengths(JsonNode list) {
    long[] lengths = new long[list.size()];
    for (int index = 0; index < lengths.length; index++) {
      lengths[index] = length(list.get(index));
    }
    return lengths;
  }

  private static long length(JsonNode length) {
    JsonNode value = length.path("as_int");
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw new InputException("it has the length " + length + ", which is no number");
    }
    return value.asLong();
  }
}
