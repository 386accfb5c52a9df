package io.nncf4j.formats.openvino.ir;

import io.nncf4j.core.InputException;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * Reads the XML of an IR, event by event: no document type, no entities, no nesting deeper than
 * {@value #MAXIMUM_DEPTH}.
 */
public final class IrParser {
  private static final int MAXIMUM_DEPTH = 256;
  private static final char BYTE_ORDER_MARK = '\uFEFF';
  private static final int OLDEST = 2;
  private static final int NEWEST = 11;

  private final XmlCursor xml;

  private IrParser(XmlCursor xml) {
    this.xml = xml;
  }

  /**
   * @throws InputException when the file is no IR of a known version; the message has no file name
   */
  public static IrNetwork parse(Path file) {
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      reader.mark(1);
      if (reader.read() != BYTE_ORDER_MARK) {
        reader.reset();
      }
      return parse(reader);
    } catch (CharacterCodingException e) {
      throw new InputException("is no text in UTF-8", e);
    } catch (IOException e) {
      throw new InputException("cannot be read: " + e.getMessage(), e);
    }
  }

  /** Decoding is done here and not by the parser, which would print what it does not like. */
  private static IrNetwork parse(Reader text) {
    try {
      XMLStreamReader reader = factory().createXMLStreamReader(text);
      IrParser parser = new IrParser(new XmlCursor(reader, MAXIMUM_DEPTH));
      return parser.document();
    } catch (XMLStreamException e) {
      throw new InputException("is no well-formed XML: " + XmlCursor.oneLine(e), e);
    }
  }

  private static XMLInputFactory factory() {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
    factory.setProperty(XMLInputFactory.IS_COALESCING, true);
    return factory;
  }

  private IrNetwork document() throws XMLStreamException {
    if (!xml.nextChild() || !xml.name().equals("net")) {
      throw new InputException("is no OpenVINO IR: its first element should be net");
    }
    int version = (int) xml.number("version", 0, 1_000_000, 0);
    if (version < OLDEST || version > NEWEST) {
      throw new InputException(
          "is an IR of version "
              + version
              + "; versions "
              + OLDEST
              + " to "
              + NEWEST
              + " can be read");
    }
    return network(xml.attribute("name", ""), version);
  }

  /** The element at the cursor as a network, up to its end. */
  private IrNetwork network(String name, int version) throws XMLStreamException {
    List<IrLayer> layers = new ArrayList<>();
    List<IrEdge> edges = new ArrayList<>();
    List<IrPreprocessing> preprocessing = new ArrayList<>();
    Map<String, String> information = new LinkedHashMap<>();
    while (xml.nextChild()) {
      switch (xml.name()) {
        case "layers" -> {
          while (xml.nextChild()) {
            layers.add(layer(version));
          }
        }
        case "edges" -> edges.addAll(edges());
        case "rt_info" -> information(information, "");
        case "pre-process" -> preprocessing.add(IrPreprocessing.parse(xml));
        case "meta_data" -> information(information, "meta_data/");
        default -> xml.skip();
      }
    }
    return new IrNetwork(name, version, layers, edges, preprocessing, information);
  }

  private List<IrEdge> edges() throws XMLStreamException {
    List<IrEdge> edges = new ArrayList<>();
    while (xml.nextChild()) {
      edges.add(new IrEdge(id("from-layer"), port("from-port"), id("to-layer"), port("to-port")));
      xml.skip();
    }
    return edges;
  }

  private int id(String attribute) {
    return (int) xml.number(attribute, 0, Integer.MAX_VALUE, -1);
  }

  /** Back edges of newer versions have no ports. */
  private int port(String attribute) {
    return xml.has(attribute) ? id(attribute) : 0;
  }

  private IrLayer layer(int version) throws XMLStreamException {
    int id = id("id");
    String name = xml.attribute("name", "");
    String type = xml.attribute("type", "");
    String opset = xml.attribute("version", "");
    String precision = xml.attribute("precision", "");
    if (type.isEmpty()) {
      throw new InputException("Layer " + id + " \"" + name + "\" has no type");
    }
    Map<String, String> data = new LinkedHashMap<>();
    List<IrPort> inputs = new ArrayList<>();
    List<IrPort> outputs = new ArrayList<>();
    Map<String, IrBlob> blobs = new LinkedHashMap<>();
    Map<String, String> information = new LinkedHashMap<>();
    BodyParts bodies = new BodyParts();
    while (xml.nextChild()) {
      String element = xml.name();
      switch (element) {
        case "input" -> inputs.addAll(ports());
        case "output" -> outputs.addAll(ports());
        case "blobs" -> blobs(blobs);
        case "weights", "biases" -> blob(blobs);
        case "rt_info" -> information(information, "");
        case "port_map", "then_port_map", "else_port_map" -> portMap(bodies, element);
        case "back_edges" -> bodies.backEdges.addAll(edges());
        case "body", "then_body", "else_body" ->
            bodies.networks.put(element, network(name + "/" + element, version));
        default -> {
          // Version 2 named the element after the operator.
          data.putAll(xml.attributes());
          xml.skip();
        }
      }
    }
    return new IrLayer(
        id,
        name,
        type,
        opset,
        precision,
        data,
        inputs,
        outputs,
        blobs,
        bodies.build(),
        information);
  }

  private List<IrPort> ports() throws XMLStreamException {
    List<IrPort> ports = new ArrayList<>();
    while (xml.nextChild()) {
      int id = id("id");
      String precision = xml.attribute("precision", "");
      List<String> names = splitNames(xml.attribute("names", ""));
      List<Long> dimensions = new ArrayList<>();
      boolean dynamicRank = false;
      while (xml.nextChild()) {
        if (xml.name().equals("dim")) {
          String text = xml.text().strip();
          if (text.equals("...")) {
            dynamicRank = true;
          } else {
            dimensions.add(xml.parse("dim", text, -1, Long.MAX_VALUE));
          }
        } else {
          xml.skip();
        }
      }
      ports.add(new IrPort(id, precision, dimensions, names, dynamicRank));
    }
    return ports;
  }

  /** Names are separated by commas; a comma inside a name has a backslash before it. */
  static List<String> splitNames(String text) {
    List<String> names = new ArrayList<>();
    StringBuilder name = new StringBuilder();
    for (int at = 0; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c == '\\' && at + 1 < text.length() && text.charAt(at + 1) == ',') {
        name.append(',');
        at++;
      } else if (c == ',') {
        names.add(name.toString());
        name.setLength(0);
      } else {
        name.append(c);
      }
    }
    names.add(name.toString());
    names.removeIf(String::isEmpty);
    return names;
  }

  private void blobs(Map<String, IrBlob> blobs) throws XMLStreamException {
    while (xml.nextChild()) {
      blob(blobs);
    }
  }

  private void blob(Map<String, IrBlob> blobs) throws XMLStreamException {
    blobs.put(
        xml.name(),
        new IrBlob(
            xml.number("offset", 0, Long.MAX_VALUE, -1),
            xml.number("size", 0, Long.MAX_VALUE, -1),
            xml.attribute("precision", "")));
    xml.skip();
  }

  private void portMap(BodyParts bodies, String element) throws XMLStreamException {
    while (xml.nextChild()) {
      IrBody.PortMapping mapping =
          new IrBody.PortMapping(
              xml.attribute("purpose", ""),
              (int) xml.number("external_port_id", -1, Integer.MAX_VALUE, -1),
              id("internal_layer_id"),
              xml.has("axis") ? (int) xml.number("axis", -64, 64, 0) : null,
              xml.number("start", Long.MIN_VALUE, Long.MAX_VALUE, 0),
              xml.number("end", Long.MIN_VALUE, Long.MAX_VALUE, -1),
              xml.number("stride", Long.MIN_VALUE, Long.MAX_VALUE, 1),
              xml.number("part_size", Long.MIN_VALUE, Long.MAX_VALUE, 1));
      bodies.add(element.replace("port_map", "body"), xml.name().equals("input"), mapping);
      xml.skip();
    }
  }

  /** Leaves of nested elements by path: their attribute {@code value}, or each other attribute. */
  private void information(Map<String, String> information, String path) throws XMLStreamException {
    while (xml.nextChild()) {
      String name = xml.name();
      Map<String, String> attributes = xml.attributes();
      if (name.equals("attribute")) {
        name = attributes.getOrDefault("name", name);
      }
      String here = path + name;
      for (Map.Entry<String, String> one : attributes.entrySet()) {
        switch (one.getKey()) {
          case "value" -> information.put(here, one.getValue());
          case "name", "version" -> {
            // They tell which attribute it is, not what it says.
          }
          default -> information.put(here + "/" + one.getKey(), one.getValue());
        }
      }
      information(information, here + "/");
    }
  }

  /** What stands in several elements of a layer with bodies. */
  private static final class BodyParts {
    private final Map<String, IrNetwork> networks = new LinkedHashMap<>();
    private final Map<String, List<IrBody.PortMapping>> inputs = new LinkedHashMap<>();
    private final Map<String, List<IrBody.PortMapping>> outputs = new LinkedHashMap<>();
    private final List<IrEdge> backEdges = new ArrayList<>();

    void add(String body, boolean input, IrBody.PortMapping mapping) {
      (input ? inputs : outputs).computeIfAbsent(body, key -> new ArrayList<>()).add(mapping);
    }

    Map<String, IrBody> build() {
      Map<String, IrBody> bodies = new LinkedHashMap<>();
      networks.forEach(
          (name, network) ->
              bodies.put(
                  name,
                  new IrBody(
                      network,
                      inputs.getOrDefault(name, List.of()),
                      outputs.getOrDefault(name, List.of()),
                      backEdges)));
      return bodies;
    }
  }
}
