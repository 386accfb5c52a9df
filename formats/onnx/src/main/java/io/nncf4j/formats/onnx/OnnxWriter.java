package io.nncf4j.formats.onnx;

import io.nncf4j.core.NncfException;
import io.nncf4j.core.format.ModelWriter;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.rewrite.ResizeAllAxes;
import io.nncf4j.formats.onnx.proto.Onnx;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes ONNX files. The same model gives the same bytes: attributes, types and metadata stand in
 * alphabetical order, nodes and weights in the order of the graph. In quantized models a Resize
 * gets a target for every axis ({@link ResizeAllAxes}).
 *
 * <p>Weights are streamed from where they are, mapped files included. As an ONNX file cannot be
 * larger than 2 GiB, larger weights go to a second file, {@code model.onnx.data} beside {@code
 * model.onnx}.
 */
public final class OnnxWriter implements ModelWriter {
  /** Leaves room for the graph below the 2 GiB that a message may take. */
  private static final long LARGEST_WEIGHTS_INSIDE = 1_900_000_000L;

  private final long largestWeightsInside;

  public OnnxWriter() {
    this(LARGEST_WEIGHTS_INSIDE);
  }

  private OnnxWriter(long largestWeightsInside) {
    this.largestWeightsInside = largestWeightsInside;
  }

  /** A writer that puts the weights of every model, whatever its size, in a second file. */
  public static OnnxWriter withWeightsBeside() {
    return new OnnxWriter(-1);
  }

  @Override
  public String format() {
    return "onnx";
  }

  @Override
  public List<String> endings() {
    return List.of(".onnx");
  }

  /**
   * @throws UncheckedIOException when the disk is full or the file cannot be written
   */
  @Override
  public List<Path> write(Model model, Path file) {
    try {
      if (Weights.byteCount(model.graph()) <= largestWeightsInside) {
        save(encode(model, new TensorEncoder()), file);
        return List.of(file);
      }
      Path beside = file.resolveSibling(file.getFileName() + ".data");
      try (ExternalTensorEncoder external = new ExternalTensorEncoder(beside)) {
        save(encode(model, external), file);
      }
      return List.of(file, beside);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void save(Onnx.ModelProto message, Path file) throws IOException {
    try (OutputStream output = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16)) {
      message.writeTo(output);
    }
  }

  /**
   * The whole file as bytes.
   *
   * @throws NncfException when the weights are too large for one message; write a file then
   */
  public static byte[] toBytes(Model model) {
    long bytes = Weights.byteCount(model.graph());
    if (bytes > LARGEST_WEIGHTS_INSIDE) {
      throw new NncfException(
          "A model with "
              + bytes
              + " bytes of weights does not fit into one ONNX message; write it to a file");
    }
    return encode(model, new TensorEncoder()).toByteArray();
  }

  private static Onnx.ModelProto encode(Model given, TensorEncoder tensors) {
    Model model = isQuantized(given.graph()) ? new ResizeAllAxes().apply(given).model() : given;
    int opset = WrittenOpset.of(model);
    Onnx.ModelProto.Builder message =
        Onnx.ModelProto.newBuilder()
            .setIrVersion(Math.max(irVersion(opset), Weights.irVersion(model.graph())));
    ModelHeader.write(model, message);
    opsets(model.withOpset("", opset))
        .forEach(
            (domain, version) ->
                message.addOpsetImportBuilder().setDomain(domain).setVersion(version));
    return message.setGraph(new GraphEncoder(tensors).encode(model.graph())).build();
  }

  private static boolean isQuantized(Graph graph) {
    return graph.nodes().stream()
        .anyMatch(
            node ->
                node.is("QuantizeLinear")
                    || node.attributes().graphs().stream().anyMatch(OnnxWriter::isQuantized));
  }

  /** Version of the file format that came out with an opset. */
  private static int irVersion(int opset) {
    if (opset <= 18) {
      return 8;
    }
    return opset <= 22 ? 10 : opset == 23 ? 11 : opset == 24 ? 12 : 13;
  }

  /** Runtimes refuse a node whose domain has no version: name 1 where the model names none. */
  private static Map<String, Integer> opsets(Model model) {
    Map<String, Integer> opsets = new TreeMap<>(model.opsets());
    addDomains(model.graph(), opsets);
    return opsets;
  }

  private static void addDomains(Graph graph, Map<String, Integer> opsets) {
    for (Node node : graph.nodes()) {
      opsets.putIfAbsent(node.operator().domain(), 1);
      node.attributes().graphs().forEach(body -> addDomains(body, opsets));
    }
  }
}
