package io.nncf4j.formats.tensorflow;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writes small GraphDefs, field by field. */
final class GraphBytes {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  private GraphBytes number(int field, long value) {
    varint((long) field << 3);
    varint(value);
    return this;
  }

  GraphBytes bytes(int field, byte[] value) {
    varint((long) field << 3 | 2);
    varint(value.length);
    bytes.writeBytes(value);
    return this;
  }

  private GraphBytes text(int field, String value) {
    return bytes(field, value.getBytes(StandardCharsets.UTF_8));
  }

  private void varint(long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      bytes.write((int) (rest & 0x7f | 0x80));
      rest >>>= 7;
    }
    bytes.write((int) rest);
  }

  byte[] toBytes() {
    return bytes.toByteArray();
  }

  private static GraphBytes entry(String key, GraphBytes value) {
    return new GraphBytes().text(1, key).bytes(2, value.toBytes());
  }

  /** A node; attributes are added by those that follow. */
  static byte[] node(String name, String operator, String[] inputs, byte[]... attributes) {
    GraphBytes node = new GraphBytes().text(1, name).text(2, operator);
    for (String input : inputs) {
      node.text(3, input);
    }
    for (byte[] attribute : attributes) {
      node.bytes(5, attribute);
    }
    return node.toBytes();
  }

  static byte[] type(String key, int type) {
    return entry(key, new GraphBytes().number(6, type)).toBytes();
  }

  static byte[] text(String key, String value) {
    return entry(key, new GraphBytes().text(2, value)).toBytes();
  }

  static byte[] number(String key, long value) {
    return entry(key, new GraphBytes().number(3, value)).toBytes();
  }

  static byte[] function(String key, String name) {
    GraphBytes reference = new GraphBytes().text(1, name);
    return entry(key, new GraphBytes().bytes(10, reference.toBytes())).toBytes();
  }

  static byte[] real(String key, float value) {
    GraphBytes attribute = new GraphBytes();
    attribute.varint(4 << 3 | 5);
    attribute.bytes.writeBytes(
        ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(value).array());
    return entry(key, attribute).toBytes();
  }

  static byte[] shape(String key, long... lengths) {
    return entry(key, new GraphBytes().bytes(7, shape(lengths))).toBytes();
  }

  private static byte[] shape(long... lengths) {
    GraphBytes shape = new GraphBytes();
    for (long length : lengths) {
      shape.bytes(2, new GraphBytes().number(1, length).toBytes());
    }
    return shape.toBytes();
  }

  /** A constant of one byte each: booleans. */
  static byte[] flag(String key, boolean value) {
    GraphBytes tensor =
        new GraphBytes()
            .number(1, 10)
            .bytes(2, shape())
            .bytes(4, new byte[] {(byte) (value ? 1 : 0)});
    return entry(key, new GraphBytes().bytes(8, tensor.toBytes())).toBytes();
  }

  /** A constant of 32-bit integers; a scalar without lengths. */
  static byte[] integers(String name, long[] lengths, int... values) {
    ByteBuffer content = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (int value : values) {
      content.putInt(value);
    }
    GraphBytes tensor =
        new GraphBytes().number(1, 3).bytes(2, shape(lengths)).bytes(4, content.array());
    return node(
        name,
        "Const",
        new String[0],
        entry("value", new GraphBytes().bytes(8, tensor.toBytes())).toBytes());
  }

  static byte[] integer(String name, int value) {
    return integers(name, new long[0], value);
  }

  static byte[] graph(byte[]... nodes) {
    GraphBytes graph = new GraphBytes();
    for (byte[] node : nodes) {
      graph.bytes(1, node);
    }
    return graph.toBytes();
  }

  /** A graph with a function of one input {@code x} and one output that is {@code result}. */
  static byte[] withFunction(byte[] graph, String name, String result, byte[]... nodes) {
    return withLibrary(graph, functionBody(name, 1, 1, result, nodes));
  }

  static byte[] withLibrary(byte[] graph, byte[]... functions) {
    GraphBytes library = new GraphBytes();
    for (byte[] function : functions) {
      library.bytes(1, function);
    }
    GraphBytes all = new GraphBytes();
    all.bytes.writeBytes(graph);
    return all.bytes(2, library.toBytes()).toBytes();
  }

  /** A function of {@code x} whose output is {@code result}; types by TensorFlow's numbers. */
  static byte[] functionBody(
      String name, int inputType, int outputType, String result, byte[]... nodes) {
    GraphBytes argument = new GraphBytes().text(1, "x").number(3, inputType);
    GraphBytes output = new GraphBytes().text(1, "y").number(3, outputType);
    GraphBytes signature =
        new GraphBytes().text(1, name).bytes(2, argument.toBytes()).bytes(3, output.toBytes());
    GraphBytes function = new GraphBytes().bytes(1, signature.toBytes());
    for (byte[] node : nodes) {
      function.bytes(3, node);
    }
    function.bytes(4, new GraphBytes().text(1, "y").text(2, result).toBytes());
    return function.toBytes();
  }
}
