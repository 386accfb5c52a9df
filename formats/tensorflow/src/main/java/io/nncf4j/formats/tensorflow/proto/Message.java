package io.nncf4j.formats.tensorflow.proto;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnsafeByteOperations;
import io.nncf4j.core.InputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * One message, without a class of its own: its fields by number, as numbers and as views of its
 * bytes. Messages within it are read when they are asked for.
 */
public final class Message {
  /** A number of seven bits a byte has at most so many bytes. */
  private static final int LONGEST_NUMBER = 10;

  private final UnknownFieldSet fields;

  private Message(UnknownFieldSet fields) {
    this.fields = fields;
  }

  /**
   * @throws InputException when a length or a number is broken
   */
  public static Message of(ByteBuffer data) {
    return of(UnsafeByteOperations.unsafeWrap(data));
  }

  /** A message of one text. */
  static Message ofText(int field, String text) {
    return ofBytes(field, ByteString.copyFromUtf8(text));
  }

  /** A message of one message. */
  static Message ofMessage(int field, Message inner) {
    return ofBytes(field, inner.fields.toByteString());
  }

  private static Message ofBytes(int field, ByteString bytes) {
    UnknownFieldSet.Field content =
        UnknownFieldSet.Field.newBuilder().addLengthDelimited(bytes).build();
    return new Message(UnknownFieldSet.newBuilder().addField(field, content).build());
  }

  private static Message of(ByteString data) {
    try {
      return new Message(UnknownFieldSet.parseFrom(views(data)));
    } catch (IOException e) {
      throw new InputException("A message is cut off or damaged: " + e.getMessage(), e);
    }
  }

  /** Reads without copying: texts and weights are views of the file. */
  private static CodedInputStream views(ByteString data) {
    CodedInputStream input = data.newCodedInput();
    input.enableAliasing(true);
    return input;
  }

  /** A number of seven bits a byte, the lowest first; moves the position behind it. */
  public static long varint(ByteBuffer source) {
    int length = Math.min(LONGEST_NUMBER, source.remaining());
    CodedInputStream input = CodedInputStream.newInstance(source.slice(source.position(), length));
    try {
      long value = input.readRawVarint64();
      source.position(source.position() + input.getTotalBytesRead());
      return value;
    } catch (IOException e) {
      throw new InputException("A number is cut off or has more than ten bytes", e);
    }
  }

  private UnknownFieldSet.Field field(int number) {
    return fields.getField(number);
  }

  public boolean has(int number) {
    return fields.hasField(number);
  }

  /** The last number under a field, 0 when absent. */
  public long number(int number) {
    List<Long> all = single(number);
    return all.isEmpty() ? 0 : all.get(all.size() - 1);
  }

  /** Numbers that stand alone, not packed; a field has one kind of them. */
  private List<Long> single(int number) {
    List<Long> all = new ArrayList<>(field(number).getVarintList());
    all.addAll(field(number).getFixed64List());
    field(number).getFixed32List().forEach(each -> all.add(each.longValue()));
    return all;
  }

  /** The last bytes under a field, empty when absent. */
  public ByteBuffer bytes(int number) {
    return view(last(number));
  }

  private ByteString last(int number) {
    List<ByteString> all = field(number).getLengthDelimitedList();
    return all.isEmpty() ? ByteString.EMPTY : all.get(all.size() - 1);
  }

  private static ByteBuffer view(ByteString bytes) {
    return bytes.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  public String text(int number) {
    return last(number).toStringUtf8();
  }

  public Message message(int number) {
    return of(last(number));
  }

  public List<ByteBuffer> allBytes(int number) {
    return field(number).getLengthDelimitedList().stream().map(Message::view).toList();
  }

  public List<String> texts(int number) {
    return field(number).getLengthDelimitedList().stream().map(ByteString::toStringUtf8).toList();
  }

  public List<Message> messages(int number) {
    return field(number).getLengthDelimitedList().stream().map(Message::of).toList();
  }

  /** Whole numbers, one by one or packed. */
  public List<Long> numbers(int number) {
    List<Long> all = single(number);
    for (ByteString packed : field(number).getLengthDelimitedList()) {
      CodedInputStream input = packed.newCodedInput();
      try {
        while (!input.isAtEnd()) {
          all.add(input.readRawVarint64());
        }
      } catch (IOException e) {
        throw new InputException("Packed numbers are cut off or damaged: " + e.getMessage(), e);
      }
    }
    return all;
  }

  /** Numbers of four or eight bytes, one by one or packed, as bit patterns. */
  public List<Long> fixed(int number, int width) {
    List<Long> all = single(number);
    for (ByteString packed : field(number).getLengthDelimitedList()) {
      ByteBuffer source = view(packed);
      while (source.remaining() >= width) {
        all.add(width == 4 ? source.getInt() : source.getLong());
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
