package io.nncf4j.formats.onnx;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.nncf4j.formats.onnx.proto.Onnx;
import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;

/**
 * Damages ONNX files in ways that a seed decides: bytes at random, and fields of the parsed
 * messages, so that the damage gets past the parser.
 */
final class Mutation {
  private static final long[] NUMBERS = {
    0,
    1,
    -1,
    2,
    7,
    21,
    64,
    255,
    4096,
    65_536,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    1L << 33,
    Long.MAX_VALUE,
    Long.MIN_VALUE
  };

  private static final String[] TEXTS = {
    "", "x", "Add", "Loop", "Softmax", "Split", "Upsample", "BatchNormalization", "Constant", "\0é",
  };

  private final Random random;

  Mutation(long seed) {
    // Neighbouring seeds of Random begin alike; scrambled, they do not.
    random = new Random(new SplittableRandom(seed).nextLong());
  }

  /** A damaged form of {@code file}. */
  byte[] apply(byte[] file, Onnx.ModelProto parsed) {
    return switch (random.nextInt(8)) {
      case 0, 1, 2 -> damageBytes(file);
      case 3 -> nest(parsed);
      default -> {
        Message.Builder model = parsed.toBuilder();
        for (int count = 1 + random.nextInt(4); count > 0; count--) {
          damageField(model);
        }
        yield ((Onnx.ModelProto) model.buildPartial()).toByteArray();
      }
    };
  }

  private byte[] damageBytes(byte[] file) {
    byte[] bytes = file.clone();
    for (int count = 1 + random.nextInt(6); count > 0 && bytes.length > 0; count--) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(5)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bytes[at] = (byte) random.nextInt(256);
        case 2 -> bytes = Arrays.copyOf(bytes, at);
        case 3 -> bytes = without(bytes, at, 1 + random.nextInt(16));
        default -> bytes = withCopy(bytes, at, 1 + random.nextInt(64));
      }
    }
    return bytes;
  }

  private static byte[] without(byte[] bytes, int at, int length) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int end = Math.min(bytes.length, at + length);
    out.write(bytes, 0, at);
    out.write(bytes, end, bytes.length - end);
    return out.toByteArray();
  }

  private static byte[] withCopy(byte[] bytes, int at, int length) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int end = Math.min(bytes.length, at + length);
    out.write(bytes, 0, end);
    out.write(bytes, at, bytes.length - at);
    return out.toByteArray();
  }

  /** Puts the graph into bodies of bodies, up to ten thousand deep. */
  private byte[] nest(Onnx.ModelProto parsed) {
    int depth = (int) Math.pow(10, random.nextDouble() * 4);
    return concatenate(
        parsed.toBuilder().clearGraph().build().toByteArray(),
        nested(parsed.getGraph().toByteArray(), depth));
  }

  /**
   * Field 7 of a model: {@code graph} in the body of a node, that in the body of a node, and so on.
   * A body is the last field of its node, so only the beginnings pile up.
   */
  static byte[] nested(byte[] graph, int depth) {
    byte[] type = {(byte) 0xA0, 1, 5};
    byte[] attribute = concatenate(type, field(1, "then_branch".getBytes(UTF_8)));
    byte[] node = Onnx.NodeProto.newBuilder().setOpType("If").addInput("x").build().toByteArray();
    Deque<byte[]> beginnings = new ArrayDeque<>();
    int length = graph.length;
    for (int level = 0; level < depth; level++) {
      byte[] inner = concatenate(attribute, header(6, length));
      length += inner.length;
      byte[] outer = concatenate(node, header(5, length));
      length += outer.length;
      byte[] first = header(1, length);
      length += first.length;
      beginnings.push(concatenate(first, outer, inner));
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(length + 8);
    bytes.writeBytes(header(7, length));
    beginnings.forEach(bytes::writeBytes);
    bytes.writeBytes(graph);
    return bytes.toByteArray();
  }

  /** One length-delimited field, encoded. */
  private static byte[] field(int number, byte[] content) {
    return concatenate(header(number, content.length), content);
  }

  private static byte[] header(int number, int length) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(number << 3 | 2);
    int rest = length;
    while (rest >= 128) {
      bytes.write(rest & 127 | 128);
      rest >>>= 7;
    }
    bytes.write(rest);
    return bytes.toByteArray();
  }

  private static byte[] concatenate(byte[]... parts) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      bytes.writeBytes(part);
    }
    return bytes.toByteArray();
  }

  /** Walks down to a random message and changes one of its fields. */
  private void damageField(Message.Builder message) {
    List<Map.Entry<FieldDescriptor, Object>> set =
        new ArrayList<>(message.getAllFields().entrySet());
    if (set.isEmpty() || random.nextInt(12) == 0) {
      addField(message);
      return;
    }
    Map.Entry<FieldDescriptor, Object> chosen = set.get(random.nextInt(set.size()));
    FieldDescriptor field = chosen.getKey();
    boolean isMessage = field.getJavaType() == FieldDescriptor.JavaType.MESSAGE;
    if (field.isRepeated()) {
      int count = message.getRepeatedFieldCount(field);
      int index = random.nextInt(count);
      if (isMessage && random.nextInt(8) > 0) {
        Message.Builder inner = ((Message) message.getRepeatedField(field, index)).toBuilder();
        damageField(inner);
        message.setRepeatedField(field, index, inner.buildPartial());
      } else {
        damageList(message, field, index);
      }
    } else if (isMessage && random.nextInt(12) > 0) {
      Message.Builder inner = ((Message) message.getField(field)).toBuilder();
      damageField(inner);
      message.setField(field, inner.buildPartial());
    } else if (isMessage || random.nextInt(8) == 0) {
      message.clearField(field);
    } else {
      message.setField(field, scalar(field, message));
    }
  }

  private void damageList(Message.Builder message, FieldDescriptor field, int index) {
    int count = message.getRepeatedFieldCount(field);
    Object value = message.getRepeatedField(field, index);
    int other = random.nextInt(count);
    switch (random.nextInt(4)) {
      case 0 -> message.addRepeatedField(field, value);
      case 1 -> {
        message.setRepeatedField(field, index, message.getRepeatedField(field, other));
        message.setRepeatedField(field, other, value);
      }
      case 2 -> message.setRepeatedField(field, index, message.getRepeatedField(field, other));
      default -> {
        if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
          List<Object> rest = new ArrayList<>((List<?>) message.getField(field));
          rest.remove(index);
          message.setField(field, rest);
        } else {
          message.setRepeatedField(field, index, scalar(field, message));
        }
      }
    }
  }

  private void addField(Message.Builder message) {
    List<FieldDescriptor> fields = message.getDescriptorForType().getFields();
    FieldDescriptor field = fields.get(random.nextInt(fields.size()));
    Object value =
        field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
            ? message.newBuilderForField(field).buildPartial()
            : scalar(field, message);
    if (field.isRepeated()) {
      message.addRepeatedField(field, value);
    } else {
      message.setField(field, value);
    }
  }

  private Object scalar(FieldDescriptor field, Message.Builder message) {
    long number = NUMBERS[random.nextInt(NUMBERS.length)];
    return switch (field.getJavaType()) {
      case INT -> random.nextBoolean() ? random.nextInt(28) : (Object) (int) number;
      case LONG -> random.nextBoolean() ? (long) random.nextInt(9) - 2 : (Object) number;
      case FLOAT -> random.nextInt(4) == 0 ? Float.NaN : (Object) (float) number;
      case DOUBLE -> (double) number;
      case BOOLEAN -> random.nextBoolean();
      case STRING -> text(message);
      case BYTE_STRING -> ByteString.copyFrom(new byte[random.nextInt(40)]);
      case ENUM ->
          field
              .getEnumType()
              .getValues()
              .get(random.nextInt(field.getEnumType().getValues().size()));
      case MESSAGE -> throw new IllegalArgumentException(field.getFullName());
    };
  }

  /** A text of the same message, so that names meet, or one from the list. */
  private String text(Message.Builder message) {
    List<String> own = new ArrayList<>(List.of(TEXTS));
    for (Map.Entry<FieldDescriptor, Object> entry : message.getAllFields().entrySet()) {
      if (entry.getKey().getJavaType() == FieldDescriptor.JavaType.STRING) {
        if (entry.getValue() instanceof List<?> list) {
          list.forEach(one -> own.add((String) one));
        } else {
          own.add((String) entry.getValue());
        }
      }
    }
    return own.get(random.nextInt(own.size()));
  }
}
