package io.nncf4j.data.source;

import io.nncf4j.core.InputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The pictures that a text file names, one a line, relative to the folder of that file; in its
 * order. Empty lines and lines that begin with {@code #} are left out.
 */
public final class ListedFiles implements FileStore {
  private final Path list;
  private final Map<String, Path> files;
  private final List<String> names;

  private ListedFiles(Path list, Map<String, Path> files) {
    this.list = list;
    this.files = files;
    this.names = List.copyOf(files.keySet());
  }

  /**
   * Reads a list.
   *
   * @throws InputException when it names nothing, or something twice
   */
  public static ListedFiles open(Path list) {
    return open(list, list.toAbsolutePath().resolveSibling("").normalize(), "");
  }

  /**
   * Reads a list of names in another folder, as the image sets of VOC are: names without ending get
   * {@code ending}.
   */
  public static ListedFiles open(Path list, Path folder, String ending) {
    Map<String, Path> files = new LinkedHashMap<>();
    List<String> problems = new ArrayList<>();
    int lineNumber = 0;
    for (String line : TextFile.lines(list)) {
      lineNumber++;
      String entry = line.strip();
      if (entry.isEmpty() || entry.startsWith("#")) {
        continue;
      }
      String name = entry.indexOf('.') < 0 ? entry + ending : entry;
      Path file = TextFile.resolve(folder, name);
      if (file == null) {
        problems.add(list + ":" + lineNumber + ": not a file name: " + entry);
      } else if (files.putIfAbsent(name, file) != null) {
        problems.add(list + ":" + lineNumber + ": named a second time: " + entry);
      }
    }
    TextFile.throwIfAny(problems);
    if (files.isEmpty()) {
      throw new InputException("The list " + list + " names no image");
    }
    if (files.values().stream().noneMatch(Files::exists)) {
      throw new InputException(
          "None of the %d images that %s names exists; the first would be %s"
              .formatted(files.size(), list, files.values().iterator().next()));
    }
    return new ListedFiles(list, files);
  }

  @Override
  public List<String> names() {
    return names;
  }

  @Override
  public byte[] read(String name) {
    return FolderFiles.readFile(file(name));
  }

  @Override
  public String describe(String name) {
    return file(name).toString();
  }

  private Path file(String name) {
    Path file = files.get(name);
    if (file == null) {
      throw new InputException("The list " + list + " does not name " + name);
    }
    return file;
  }

  @Override
  public String location() {
    return "list " + list;
  }

  @Override
  public void close() {
    // A list holds nothing open.
  }
}
