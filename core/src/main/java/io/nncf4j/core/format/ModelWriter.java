package io.nncf4j.core.format;

import io.nncf4j.core.graph.Model;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Writes models of one file format. Implementations are stateless and registered as a service. */
public interface ModelWriter {
  /** Short name of the format, such as {@code onnx}. */
  String format();

  /** How names of files end that this writer writes, such as {@code .onnx}, in lower case. */
  List<String> endings();

  /** True when {@code file} has a name that this writer writes to. */
  default boolean accepts(Path file) {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    return endings().stream().anyMatch(name::endsWith);
  }

  /**
   * The files that every model takes, as far as that is known before writing; the main one first.
   */
  default List<Path> places(Path file) {
    return List.of(file);
  }

  /**
   * Writes the model to {@code file} and whatever stands beside it (external weights). Called with
   * paths in a fresh folder by {@link ModelFiles}, which moves the finished files to their place;
   * callers use that class.
   *
   * @return the files written, the main one first
   * @throws io.nncf4j.core.UnsupportedOperatorException when the format cannot express some nodes;
   *     all are listed
   */
  List<Path> write(Model model, Path file);
}
