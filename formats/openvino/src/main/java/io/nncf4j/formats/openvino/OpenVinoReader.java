package io.nncf4j.formats.openvino;

import io.nncf4j.core.InputException;
import io.nncf4j.core.format.ModelReader;
import io.nncf4j.core.graph.Model;
import io.nncf4j.formats.openvino.ir.IrNetwork;
import io.nncf4j.formats.openvino.ir.IrParser;
import io.nncf4j.formats.openvino.ir.IrWeights;
import io.nncf4j.formats.openvino.read.NetworkTranslator;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Reads OpenVINO IR, versions 3 to 11: {@code model.xml} and {@code model.bin} beside it.
 *
 * <p>The graph that comes out has ONNX operators; layers without an equal become several nodes, and
 * layers that cannot be expressed stay, under their own name, in the domain {@link
 * NetworkTranslator#DOMAIN}. The BIN is mapped: weights cost no heap. In versions up to 10, half
 * precision is a form of storing: values are float32, as in OpenVINO's own runtime.
 */
public final class OpenVinoReader implements ModelReader {
  @Override
  public String format() {
    return "openvino";
  }

  @Override
  public boolean accepts(Path file) {
    return file.toString().toLowerCase(Locale.ROOT).endsWith(".xml");
  }

  @Override
  public Model read(Path file) {
    try {
      IrNetwork network = IrParser.parse(file);
      return NetworkTranslator.translate(network, IrWeights.open(weightsOf(file)));
    } catch (InputException e) {
      throw new InputException(file + ": " + e.getMessage(), e);
    }
  }

  @Override
  public List<Path> filesOf(Path file) {
    read(file);
    Path weights = weightsOf(file);
    return Files.isRegularFile(weights) ? List.of(file, weights) : List.of(file);
  }

  /** The same name with another ending. */
  static Path weightsOf(Path file) {
    String name = String.valueOf(file.getFileName());
    int dot = name.lastIndexOf('.');
    return file.resolveSibling((dot < 0 ? name : name.substring(0, dot)) + ".bin");
  }
}
