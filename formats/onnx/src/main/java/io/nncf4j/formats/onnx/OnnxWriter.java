package io.nncf4j.formats.onnx;

import io.nncf4j.core.NncfException;
import io.nncf4j.core.format.ModelWriter;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.formats.onnx.proto.Onnx;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes ONNX files. The same model gives the same bytes: attributes, types and metadata stand in
 * alphabetical order, nodes and weights in the order of the graph.
 */
public final class OnnxWriter implements ModelWriter {
  @Override
  public String format() {
    return "onnx";
  }

  @Override
  public boolean accepts(Path file) {
    return file.toString().toLowerCase(Locale.ROOT).endsWith(".onnx");
  }

  @Override
  public List<Path> write(Model model, Path file) {
    Onnx.ModelProto message = encode(model, new TensorEncoder());
    try (OutputStream output = new BufferedOutputStream(Files.newOutputStream(file))) {
      message.writeTo(output);
    } catch (IOException e) {
      throw new NncfException("Cannot write " + file + ": " + e.getMessage(), e);
    }
    return List.of(file);
  }

  /** The whole file as bytes, for models well below 2 GiB. */
  public static byte[] toBytes(Model model) {
    return encode(model, new TensorEncoder()).toByteArray();
  }

  static Onnx.ModelProto encode(Model model, TensorEncoder tensors) {
    int opset = WrittenOpset.of(model);
    Onnx.ModelProto.Builder message = Onnx.ModelProto.newBuilder().setIrVersion(irVersion(opset));
    ModelHeader.write(model, message);
    opsets(model.withOpset("", opset))
        .forEach(
            (domain, version) ->
                message.addOpsetImportBuilder().setDomain(domain).setVersion(version));
    return message.setGraph(new GraphEncoder(tensors).encode(model.graph())).build();
  }

  /** Version of the file format that came out with an opset. */
  private static int irVersion(int opset) {
    if (opset <= 22) {
      return opset <= 18 ? 8 : 10;
    }
    return opset == 23 ? 11 : opset == 24 ? 12 : 13;
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
