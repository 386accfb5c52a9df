package io.nncf4j.formats.pytorch.export;

import com.fasterxml.jackson.databind.JsonNode;
import io.nncf4j.core.InputException;
import io.nncf4j.core.compose.ForeignNodes;
import io.nncf4j.core.graph.Model;
import io.nncf4j.formats.pytorch.archive.ZipContents;
import java.util.Map;

/** A {@code .pt2} archive as a model. Constants have the names of the state dictionary. */
public final class ExportedProgram {
  private static final int SCHEMA = 8;

  private ExportedProgram() {}

  /** True for an archive of this kind. */
  public static boolean accepts(ZipContents archive) {
    return ProgramArchive.accepts(archive);
  }

  /**
   * @throws InputException when the archive is damaged or of another version
   */
  public static Model read(ZipContents archive) {
    ProgramArchive.Contents contents = ProgramArchive.read(archive);
    JsonNode program = contents.program();
    int major = program.path("schema_version").path("major").asInt(-1);
    if (major != SCHEMA) {
      throw new InputException(
          "The program has the schema version " + major + "; version " + SCHEMA + " is read");
    }
    ProgramTranslator translator =
        new ProgramTranslator(program.path("graph_module"), contents.tensors());
    String producer = "pytorch " + program.path("torch_version").asText("");
    return ForeignNodes.model(translator.translate(), Map.of(), producer.trim());
  }
}
