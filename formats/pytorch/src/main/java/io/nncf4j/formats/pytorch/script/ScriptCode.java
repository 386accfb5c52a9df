package io.nncf4j.formats.pytorch.script;

import io.nncf4j.core.InputException;
import io.nncf4j.formats.pytorch.archive.ZipContents;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The code of an archive: each file is parsed when something of it is asked for. */
final class ScriptCode {
  private final ZipContents archive;
  private final Map<String, Map<String, Definition>> files = new HashMap<>();

  ScriptCode(ZipContents archive) {
    this.archive = archive;
  }

  /**
   * @param path dotted, such as {@code __torch__.torch.nn.functional.relu}
   */
  @Nullable Definition find(String path) {
    int dot = path.lastIndexOf('.');
    if (dot < 0) {
      return null;
    }
    String file = "code/" + path.substring(0, dot).replace('.', '/') + ".py";
    if (!archive.has(file)) {
      return null;
    }
    Map<String, Definition> definitions = files.get(file);
    if (definitions == null) {
      try {
        definitions = CodeParser.parse(archive.text(file));
      } catch (InputException e) {
        throw new InputException(file + ": " + e.getMessage(), e);
      }
      files.put(file, definitions);
    }
    return definitions.get(path.substring(dot + 1));
  }
}
