package io.nncf4j.formats.openvino.ir;

import java.io.IOException;
import java.io.Writer;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Writes a network as XML of version 11. The same network gives the same text. */
public final class IrPrinter {
  private final Writer out;
  private int depth;

  private IrPrinter(Writer out) {
    this.out = out;
  }

  public static void print(IrNetwork network, Writer out) throws IOException {
    IrPrinter printer = new IrPrinter(out);
    out.write("<?xml version=\"1.0\"?>\n");
    printer.open("net", "name", network.name(), "version", Integer.toString(network.version()));
    printer.content(network);
    if (!network.information().isEmpty()) {
      printer.information(network.information());
    }
    printer.close("net");
  }

  private void content(IrNetwork network) throws IOException {
    open("layers");
    for (IrLayer layer : network.layers()) {
      layer(layer);
    }
    close("layers");
    open("edges");
    for (IrEdge edge : network.edges()) {
      single(
          "edge",
          "from-layer",
          Integer.toString(edge.fromLayer()),
          "from-port",
          Integer.toString(edge.fromPort()),
          "to-layer",
          Integer.toString(edge.toLayer()),
          "to-port",
          Integer.toString(edge.toPort()));
    }
    close("edges");
  }

  private void layer(IrLayer layer) throws IOException {
    open(
        "layer",
        "id",
        Integer.toString(layer.id()),
        "name",
        layer.name(),
        "type",
        layer.type(),
        "version",
        layer.opset());
    if (!layer.data().isEmpty()) {
      single("data", flat(layer.data()));
    }
    if (!layer.information().isEmpty()) {
      attributes(layer.information());
    }
    ports("input", layer.inputs());
    ports("output", layer.outputs());
    for (Map.Entry<String, IrBody> body : layer.bodies().entrySet()) {
      body(body.getKey(), body.getValue());
    }
    close("layer");
  }

  private void ports(String element, List<IrPort> ports) throws IOException {
    if (ports.isEmpty()) {
      return;
    }
    open(element);
    for (IrPort port : ports) {
      String names =
          String.join(",", port.names().stream().map(name -> name.replace(",", "\\,")).toList());
      String[] attributes =
          names.isEmpty()
              ? new String[] {"id", Integer.toString(port.id()), "precision", port.precision()}
              : new String[] {
                "id", Integer.toString(port.id()), "precision", port.precision(), "names", names
              };
      if (port.dimensions().isEmpty()) {
        single("port", attributes);
        continue;
      }
      open("port", attributes);
      for (long dimension : port.dimensions()) {
        indent();
        out.write("<dim>" + dimension + "</dim>\n");
      }
      close("port");
    }
    close(element);
  }

  private void body(String name, IrBody body) throws IOException {
    String map = name.replace("body", "port_map");
    open(map);
    for (IrBody.PortMapping input : body.inputs()) {
      single("input", mapping(input));
    }
    for (IrBody.PortMapping output : body.outputs()) {
      single("output", mapping(output));
    }
    close(map);
    if (!body.backEdges().isEmpty()) {
      open("back_edges");
      for (IrEdge edge : body.backEdges()) {
        single(
            "edge",
            "from-layer",
            Integer.toString(edge.fromLayer()),
            "to-layer",
            Integer.toString(edge.toLayer()));
      }
      close("back_edges");
    }
    open(name);
    content(body.network());
    close(name);
  }

  private static String[] mapping(IrBody.PortMapping mapping) {
    Map<String, String> attributes = new TreeMap<>();
    attributes.put("external_port_id", Integer.toString(mapping.externalPort()));
    attributes.put("internal_layer_id", Integer.toString(mapping.internalLayer()));
    if (!mapping.purpose().isEmpty()) {
      attributes.put("purpose", mapping.purpose());
    }
    if (mapping.axis() != null) {
      attributes.put("axis", Integer.toString(mapping.axis()));
      attributes.put("start", Long.toString(mapping.start()));
      attributes.put("end", Long.toString(mapping.end()));
      attributes.put("stride", Long.toString(mapping.stride()));
      attributes.put("part_size", Long.toString(mapping.partSize()));
    }
    return flat(attributes);
  }

  /** Attributes of a layer: {@code name} or {@code name/key} to value. */
  private void attributes(Map<String, String> information) throws IOException {
    Map<String, Map<String, String>> byName = new TreeMap<>();
    information.forEach(
        (path, value) -> {
          int slash = path.indexOf('/');
          String name = slash < 0 ? path : path.substring(0, slash);
          String key = slash < 0 ? "value" : path.substring(slash + 1);
          byName.computeIfAbsent(name, each -> new TreeMap<>()).put(key, value);
        });
    open("rt_info");
    for (Map.Entry<String, Map<String, String>> one : byName.entrySet()) {
      Map<String, String> all = new java.util.LinkedHashMap<>();
      all.put("name", one.getKey());
      all.put("version", "0");
      all.putAll(one.getValue());
      single("attribute", flat(all));
    }
    close("rt_info");
  }

  /** A tree of elements whose leaves have a value; see {@link InformationTree}. */
  private void information(Map<String, String> information) throws IOException {
    open("rt_info");
    tree(InformationTree.of(information));
    close("rt_info");
  }

  private void tree(InformationTree tree) throws IOException {
    for (Map.Entry<String, InformationTree> child : tree.children().entrySet()) {
      InformationTree below = child.getValue();
      String value = below.value();
      String name = child.getKey();
      boolean plain = InformationTree.isElementName(name);
      String element = plain ? name : "attribute";
      java.util.List<String> attributes = new java.util.ArrayList<>();
      if (!plain) {
        attributes.addAll(List.of("name", name));
      }
      if (value != null) {
        attributes.addAll(List.of("value", value));
      }
      String[] all = attributes.toArray(String[]::new);
      if (below.children().isEmpty()) {
        single(element, all);
      } else {
        open(element, all);
        tree(below);
        close(element);
      }
    }
  }

  private static String[] flat(Map<String, String> attributes) {
    return attributes.entrySet().stream()
        .flatMap(one -> java.util.stream.Stream.of(one.getKey(), one.getValue()))
        .toArray(String[]::new);
  }

  private void open(String element, String... attributes) throws IOException {
    start(element, attributes);
    out.write(">\n");
    depth++;
  }

  private void single(String element, String... attributes) throws IOException {
    start(element, attributes);
    out.write(" />\n");
  }

  private void start(String element, String... attributes) throws IOException {
    indent();
    out.write("<" + element);
    for (int index = 0; index < attributes.length; index += 2) {
      out.write(" " + attributes[index] + "=\"" + escaped(attributes[index + 1]) + "\"");
    }
  }

  private void close(String element) throws IOException {
    depth--;
    indent();
    out.write("</" + element + ">\n");
  }

  private void indent() throws IOException {
    out.write("\t".repeat(depth));
  }

  /** Text as an attribute's value; what XML cannot hold at all becomes an underscore. */
  private static String escaped(String text) {
    StringBuilder escaped = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\n' -> escaped.append("&#10;");
                case '\r' -> escaped.append("&#13;");
                case '\t' -> escaped.append("&#9;");
                default -> {
                  boolean valid =
                      (c >= 0x20 && c <= 0xD7FF) || (c >= 0xE000 && c <= 0xFFFD) || c >= 0x10000;
                  escaped.appendCodePoint(valid ? c : '_');
                }
              }
            });
    return escaped.toString();
  }
}
