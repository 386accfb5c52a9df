package io.nncf4j.formats.openvino;

import io.nncf4j.core.graph.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** An IR of one layer, whose inputs are those of the network, without weights. */
final class SmallNetwork {
  private SmallNetwork() {}

  /**
   * @param attributes as they stand in XML, such as {@code stride="2"}
   * @param outputs shapes of what comes out
   */
  static Model read(
      Path folder, String type, int opset, String attributes, long[][] inputs, long[]... outputs)
      throws IOException {
    Path file = folder.resolve("small.xml");
    Files.writeString(file, text(type, opset, attributes, inputs, outputs));
    Files.write(folder.resolve("small.bin"), new byte[0]);
    return new OpenVinoReader().read(file);
  }

  static String text(
      String type, int opset, String attributes, long[][] inputs, long[]... outputs) {
    StringBuilder layers = new StringBuilder();
    StringBuilder edges = new StringBuilder();
    StringBuilder ports = new StringBuilder("<input>");
    for (int index = 0; index < inputs.length; index++) {
      String dimensions = dimensions(inputs[index]);
      layers.append(
          "<layer id=\"%d\" name=\"in%d\" type=\"Parameter\" version=\"opset1\">"
                  .formatted(index, index)
              + "<data element_type=\"f32\" shape=\"%s\"/><output>".formatted(list(inputs[index]))
              + "<port id=\"0\" precision=\"FP32\">%s</port></output></layer>"
                  .formatted(dimensions));
      ports.append("<port id=\"%d\" precision=\"FP32\">%s</port>".formatted(index, dimensions));
      edges.append(edge(index, 0, inputs.length, index));
    }
    ports.append("</input><output>");
    int layer = inputs.length;
    StringBuilder results = new StringBuilder();
    for (int index = 0; index < outputs.length; index++) {
      String dimensions = dimensions(outputs[index]);
      int port = layer + index;
      ports.append("<port id=\"%d\" precision=\"FP32\">%s</port>".formatted(port, dimensions));
      int result = layer + 1 + index;
      results.append(
          "<layer id=\"%d\" name=\"out%d\" type=\"Result\" version=\"opset1\">"
                  .formatted(result, index)
              + "<input><port id=\"0\" precision=\"FP32\">%s</port></input></layer>"
                  .formatted(dimensions));
      edges.append(edge(layer, port, result, 0));
    }
    layers.append(
        "<layer id=\"%d\" name=\"layer\" type=\"%s\" version=\"opset%d\"><data %s/>%s</output></layer>"
            .formatted(layer, type, opset, attributes, ports));
    return "<net name=\"small\" version=\"11\"><layers>%s%s</layers><edges>%s</edges></net>"
        .formatted(layers, results, edges);
  }

  private static String edge(int from, int fromPort, int to, int toPort) {
    return "<edge from-layer=\"%d\" from-port=\"%d\" to-layer=\"%d\" to-port=\"%d\"/>"
        .formatted(from, fromPort, to, toPort);
  }

  private static String dimensions(long[] lengths) {
    StringBuilder text = new StringBuilder();
    for (long length : lengths) {
      text.append("<dim>").append(length).append("</dim>");
    }
    return text.toString();
  }

  private static String list(long[] lengths) {
    return java.util.Arrays.toString(lengths).replaceAll("[\\[\\] ]", "");
  }
}
