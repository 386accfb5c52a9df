package io.nncf4j.formats.openvino;

import io.nncf4j.core.format.ModelWriter;
import io.nncf4j.core.graph.Model;
import io.nncf4j.formats.openvino.ir.IrPrinter;
import io.nncf4j.formats.openvino.ir.IrValidator;
import io.nncf4j.formats.openvino.write.ModelEncoder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Writes OpenVINO IR of version 11: {@code model.xml}, and {@code model.bin} beside it. The same
 * model gives the same bytes.
 *
 * <p>Quantized activations are written as FakeQuantize, quantized weights as integer constants with
 * Convert, Subtract and Multiply. Each file is checked by {@link IrValidator} before it is written.
 */
public final class OpenVinoWriter implements ModelWriter {
  private final ModelEncoder.Options options;

  public OpenVinoWriter() {
    this(ModelEncoder.Options.defaults());
  }

  private OpenVinoWriter(ModelEncoder.Options options) {
    this.options = options;
  }

  /** A writer that stores float32 weights in half precision. */
  public static OpenVinoWriter withHalfWeights() {
    return new OpenVinoWriter(new ModelEncoder.Options(true));
  }

  @Override
  public String format() {
    return "openvino";
  }

  @Override
  public List<String> endings() {
    return List.of(".xml");
  }

  @Override
  public List<Path> places(Path file) {
    return List.of(file, OpenVinoReader.weightsOf(file));
  }

  /**
   * @throws io.nncf4j.core.UnsupportedOperatorException with every node that IR cannot express
   * @throws UncheckedIOException when the disk is full or a file cannot be written
   */
  @Override
  public List<Path> write(Model model, Path file) {
    ModelEncoder.Encoded encoded = ModelEncoder.encode(model, options);
    IrValidator.requireValid(encoded.network(), encoded.weights().size());
    Path weights = OpenVinoReader.weightsOf(file);
    try {
      try (Writer writer = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
        IrPrinter.print(encoded.network(), writer);
      }
      encoded.weights().write(weights);
      return List.of(file, weights);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
