package io.nncf4j.core.format;

import io.nncf4j.core.graph.Model;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;

/** Reads models of one file format. Implementations are stateless and registered as a service. */
public interface ModelReader {
  /** Short name of the format, such as {@code onnx}. */
  String format();

  /**
   * True when {@code file} looks like this format by its name or its first bytes; never throws
   * because of the content.
   */
  boolean accepts(Path file);

  /**
   * Reads a model. Weights stay mapped from the file where the format allows.
   *
   * @throws io.nncf4j.core.InputException when the file is no valid model; the message names the
   *     file and, where there is one, the node or tensor
   */
  Model read(Path file);

  /** The file and those beside it that hold parts of the model, such as weights. */
  default List<Path> filesOf(Path file) {
    return List.of(file);
  }

  /**
   * Version of the ONNX operators that the file itself says, before {@link #read} raises them;
   * empty for formats with operators of their own.
   */
  default OptionalInt opsetOf(Path file) {
    return OptionalInt.empty();
  }
}
