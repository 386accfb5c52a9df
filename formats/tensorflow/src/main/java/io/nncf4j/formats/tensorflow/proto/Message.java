package io.nncf4j.formats.tensorflow.proto;

import io.nncf4j.core.InputException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One message: its fields in the order of the file, as numbers and as views of its bytes.
 *
 * <p>Source: Protocol Buffers, "Encoding".
 */
public final class Message {
  private static final int VARINT = 0;
  private static final int EIGHT_BYTES = 1;
  private static final int LENGTH = 2;
  private static final int FOUR_BYTES = 5;

  /** A number, or bytes when they are not null. */
  private record Field(int number, long value, @Nullable ByteBuffer bytes) {}

  private final List<Field> fields = new ArrayList<>();

  private Message() {}

  /**
   * @throws InputException when a length or a number is broken
   */
  public static Message of(ByteBuffer data) {
    ByteBuffer source = data.slice().order(ByteOrder.LITTLE_ENDIAN);
    Message message = new Message();
    while (source.hasRemaining()) {
      long tag = varint(source);
      int number = (int) (tag >>> 3);
      if (number < 1) {
        throw new InputException("A message holds a field of number " + number);
      }
      message.fields.add(
          switch ((int) (tag & 7)) {
            case VARINT -> new Field(number, varint(source), null);
            case EIGHT_BYTES -> new Field(number, need(source, 8).getLong(), null);
            case FOUR_BYTES -> new Field(number, need(source, 4).getInt(), null);
            case LENGTH -> new Field(number, 0, bytes(source));
            default -> throw new InputException("A message holds a field of kind " + (tag & 7));
          });
    }
    return message;
  }

  private static ByteBuffer need(ByteBuffer source, long count) {
    if (count < 0 || count > source.remaining()) {
      throw new InputException(
          "A message is cut off: "
              + count
              + " bytes are announced, "
              + source.remaining()
              + " left");
    }
    return source;
  }

  private static ByteBuffer bytes(ByteBuffer source) {
    long length = varint(source);
    need(source, length);
    ByteBuffer view = source.slice(source.position(), (int) length).order(ByteOrder.LITTLE_ENDIAN);
    source.position(source.position() + (int) length);
    return view;
  }

  /** A number of seven bits a byte, the lowest first; moves the position behind it. */
  public static long varint(ByteBuffer source) {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      byte part = need(source, 1).get();
      value |= (long) (part & 0x7f) << shift;
      if (part >= 0) {
        return value;
      }
    }
    throw new InputException("A message holds a number of more than ten bytes");
  }

  public boolean has(int number) {
    return fields.stream().anyMatch(field -> field.number() == number);
  }

  /** The last number under a field, 0 when absent. */
  public long number(int number) {
    long value = 0;
    for (Field field : fields) {
      if (field.number() == number && field.bytes() == null) {
        value = field.value();
      }
    }
    return value;
  }

  /** The last bytes under a field, empty when absent. */
  public ByteBuffer bytes(int number) {
    ByteBuffer found = ByteBuffer.allocate(0);
    for (Field field : fields) {
      if (field.number() == number && field.bytes() != null) {
        found = field.bytes();
      }
    }
    return found.duplicate().order(ByteOrder.LITTLE_ENDIAN);
  }

  public String text(int number) {
    return StandardCharsets.UTF_8.decode(bytes(number)).toString();
  }

  public Message message(int number) {
    return of(bytes(number));
  }

  public List<ByteBuffer> allBytes(int number) {
    List<ByteBuffer> all = new ArrayList<>();
    for (Field field : fields) {
      if (field.number() == number && field.bytes() != null) {
        all.add(field.bytes().duplicate().order(ByteOrder.LITTLE_ENDIAN));
      }
    }
    return all;
  }

  public List<String> texts(int number) {
    return allBytes(number).stream()
        .map(each -> StandardCharsets.UTF_8.decode(each).toString())
        .toList();
  }

  public List<Message> messages(int number) {
    return allBytes(number).stream().map(Message::of).toList();
  }

  /** Whole numbers, one by one or packed. */
  public List<Long> numbers(int number) {
    List<Long> all = new ArrayList<>();
    for (Field field : fields) {
      if (field.number() == number) {
        ByteBuffer packed = field.bytes();
        if (packed == null) {
          all.add(field.value());
        } else {
          ByteBuffer source = packed.duplicate();
          while (source.hasRemaining()) {
            all.add(varint(source));
          }
        }
      }
    }
    return all;
  }

  /** Numbers of four or eight bytes, one by one or packed, as bit patterns. */
  public List<Long> fixed(int number, int width) {
    List<Long> all = new ArrayList<>();
    for (Field field : fields) {
      if (field.number() == number) {
        ByteBuffer packed = field.bytes();
        if (packed == null) {
          all.add(field.value());
        } else {
          ByteBuffer source = packed.duplicate().order(ByteOrder.LITTLE_ENDIAN);
          while (source.remaining() >= width) {
            all.add(width == 4 ? source.getInt() : source.getLong());
          }
        }
      }
    }
    return all;
  }

  /** A map of texts to values, which are encoded as messages of key and value. */
  public <T> Map<String, T> map(int number, Function<Message, T> value) {
    Map<String, T> map = new LinkedHashMap<>();
    for (Message entry : messages(number)) {
      map.put(entry.text(1), value.apply(entry.message(2)));
    }
    return map;
  }
}
