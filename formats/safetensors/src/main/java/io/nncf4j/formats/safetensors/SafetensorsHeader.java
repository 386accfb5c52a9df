package io.nncf4j.formats.safetensors;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nncf4j.core.InputException;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The header: which tensors stand where in the data. */
final class SafetensorsHeader {
  /** Longer headers are refused, as the format's own implementation does. */
  static final int LONGEST = 100_000_000;

  private static final String METADATA = "__metadata__";
  private static final int DEEPEST = 8;
  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(DEEPEST)
                          .maxStringLength(LONGEST)
                          .maxNumberLength(32)
                          .build())
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  /** One tensor: its bytes are {@code begin} to {@code end} of the data. */
  private record Entry(String name, DataType type, long[] shape, long begin, long end) {}

  private final List<Entry> entries;
  private final Map<String, String> metadata;

  private SafetensorsHeader(List<Entry> entries, Map<String, String> metadata) {
    this.entries = entries;
    this.metadata = metadata;
  }

  /** Length and text of the header, padded so that the data begins at a multiple of 8. */
  static ByteBuffer bytes(Safetensors content) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    if (!content.metadata().isEmpty()) {
      ObjectNode texts = root.putObject(METADATA);
      content.metadata().forEach(texts::put);
    }
    long at = 0;
    for (Map.Entry<String, Tensor> entry : content.tensors().entrySet()) {
      Tensor tensor = entry.getValue();
      ObjectNode node = root.putObject(entry.getKey());
      node.put("dtype", SafetensorsTypes.label(entry.getKey(), tensor.dataType()));
      ArrayNode shape = node.putArray("shape");
      Arrays.stream(tensor.shape()).forEach(shape::add);
      node.putArray("data_offsets").add(at).add(at + tensor.byteCount());
      at += tensor.byteCount();
    }
    byte[] text = root.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8);
    int padded = (text.length + 7) / 8 * 8;
    ByteBuffer bytes =
        ByteBuffer.allocate(Safetensors.PREFIX + padded).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(padded).put(text);
    while (bytes.hasRemaining()) {
      bytes.put((byte) ' ');
    }
    return bytes.flip();
  }

  /**
   * @param available how many bytes of data follow the header
   */
  static SafetensorsHeader parse(String file, ByteBuffer bytes, long available) {
    JsonNode root;
    try {
      root = MAPPER.readTree(bytes.array());
    } catch (IOException e) {
      String problem = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      throw new InputException(file + ": the header is no JSON: " + problem, e);
    }
    if (root == null || !root.isObject()) {
      throw new InputException(file + ": the header is no JSON object");
    }
    Map<String, String> metadata = new LinkedHashMap<>();
    List<Entry> entries = new ArrayList<>();
    for (Map.Entry<String, JsonNode> field : root.properties()) {
      if (field.getKey().equals(METADATA)) {
        field
            .getValue()
            .properties()
            .forEach(text -> metadata.put(text.getKey(), text.getValue().asText()));
      } else {
        entries.add(entry(file, field.getKey(), field.getValue()));
      }
    }
    entries.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
    checkCoverage(file, entries, available);
    return new SafetensorsHeader(entries, metadata);
  }

  private static Entry entry(String file, String name, JsonNode node) {
    String where = file + ": the tensor \"" + name + "\"";
    DataType type = SafetensorsTypes.type(where, node.path("dtype").asText("nothing"));
    JsonNode sizes = node.path("shape");
    JsonNode offsets = node.path("data_offsets");
    if (!sizes.isArray() || !offsets.isArray() || offsets.size() != 2) {
      throw new InputException(where + " lacks its shape or its two offsets");
    }
    long[] shape = new long[sizes.size()];
    long elements = 1;
    for (int axis = 0; axis < shape.length; axis++) {
      shape[axis] = count(where, sizes.get(axis));
      elements = product(where, elements, shape[axis]);
    }
    long begin = count(where, offsets.get(0));
    long end = count(where, offsets.get(1));
    long needed = product(where, elements, type.bits() / 8);
    if (end < begin || end - begin != needed) {
      throw new InputException(
          where
              + " has the shape "
              + Arrays.toString(shape)
              + ", which needs "
              + needed
              + " bytes; its offsets give it "
              + (end - begin));
    }
    if (needed > Integer.MAX_VALUE) {
      throw new InputException(where + " is larger than 2 GB");
    }
    return new Entry(name, type, shape, begin, end);
  }

  private static long count(String where, JsonNode node) {
    if (!node.canConvertToLong() || !node.isIntegralNumber() || node.longValue() < 0) {
      throw new InputException(where + ": expected a count, found " + node);
    }
    return node.longValue();
  }

  private static long product(String where, long a, long b) {
    if (a != 0 && b > Long.MAX_VALUE / a) {
      throw new InputException(where + " has more elements than can be counted");
    }
    return a * b;
  }

  private static void checkCoverage(String file, List<Entry> entries, long available) {
    long at = 0;
    for (Entry entry : entries) {
      if (entry.begin != at) {
        throw new InputException(
            file
                + ": the tensor \""
                + entry.name
                + "\" begins at "
                + entry.begin
                + " of the data; the one before it ends at "
                + at);
      }
      at = entry.end;
    }
    if (at != available) {
      throw new InputException(
          file + " is damaged: its tensors have " + at + " bytes, " + available + " are there");
    }
  }

  /** The tensors, mapped. */
  Safetensors content(FileChannel channel, long dataStart) throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    long size = channel.size() - dataStart;
    ByteBuffer all = size > 0 && size <= Integer.MAX_VALUE ? map(channel, dataStart, size) : null;
    for (Entry entry : entries) {
      long length = entry.end - entry.begin;
      ByteBuffer bytes;
      if (length == 0) {
        bytes = ByteBuffer.allocate(0);
      } else if (all != null) {
        bytes = all.slice((int) entry.begin, (int) length);
      } else {
        bytes = map(channel, dataStart + entry.begin, length);
      }
      tensors.put(
          entry.name, Tensor.of(entry.type, entry.shape, bytes.order(ByteOrder.LITTLE_ENDIAN)));
    }
    return new Safetensors(tensors, metadata);
  }

  private static ByteBuffer map(FileChannel channel, long from, long length) throws IOException {
    return channel.map(FileChannel.MapMode.READ_ONLY, from, length);
  }
}
