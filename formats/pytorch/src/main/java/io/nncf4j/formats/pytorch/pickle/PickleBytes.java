package io.nncf4j.formats.pytorch.pickle;

import io.nncf4j.core.InputException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Reads the arguments of opcodes; every length is checked against what is left. */
final class PickleBytes {
  private static final int LONGEST_LINE = 1 << 16;
  private static final int LONGEST_NUMBER = 64;

  private final ByteBuffer data;
  private final ByteOrder order = ByteOrder.LITTLE_ENDIAN;

  PickleBytes(ByteBuffer data) {
    data.order(order);
    this.data = data;
  }

  int position() {
    return data.position();
  }

  InputException damaged(String why) {
    return new InputException("The pickle is damaged at byte " + data.position() + ": " + why);
  }

  private void need(long count) {
    if (count < 0 || count > data.remaining()) {
      throw damaged(count + " more bytes are announced, " + data.remaining() + " are left");
    }
  }

  int length(long announced) {
    need(announced);
    return (int) announced;
  }

  int unsignedByte() {
    need(1);
    return data.get() & 0xff;
  }

  int unsignedShort() {
    need(2);
    return data.getShort() & 0xffff;
  }

  int integer() {
    need(4);
    return data.getInt();
  }

  long longInteger() {
    need(8);
    return data.getLong();
  }

  /** Doubles alone stand in big-endian order. */
  double real() {
    need(8);
    return Double.longBitsToDouble(Long.reverseBytes(data.getLong()));
  }

  /** A two's complement number, least significant byte first. */
  PickleValue longNumber(int length) {
    need(length);
    if (length > LONGEST_NUMBER) {
      throw damaged("a number of " + length + " bytes");
    }
    byte[] reversed = new byte[length];
    for (int index = length - 1; index >= 0; index--) {
      reversed[index] = data.get();
    }
    BigInteger value = length == 0 ? BigInteger.ZERO : new BigInteger(reversed);
    return value.bitLength() < Long.SIZE
        ? new PickleValue.Whole(value.longValueExact())
        : new PickleValue.Large(value.toString(16));
  }

  String text(int length) {
    need(length);
    byte[] read = new byte[length];
    data.get(read);
    return new String(read, StandardCharsets.UTF_8);
  }

  PickleValue skipped(int length) {
    need(length);
    data.position(data.position() + length);
    return new PickleValue.Bytes(length);
  }

  String line() {
    int start = data.position();
    while (data.hasRemaining() && data.position() - start < LONGEST_LINE) {
      if (data.get() == '\n') {
        int end = data.position();
        data.position(start);
        String text = text(end - start - 1);
        data.position(end);
        return text;
      }
    }
    throw damaged("a line that does not end");
  }

  long lineNumber() {
    String line = line();
    try {
      return Long.parseLong(line.endsWith("L") ? line.substring(0, line.length() - 1) : line);
    } catch (NumberFormatException e) {
      throw damaged("\"" + line + "\" is no number");
    }
  }

  PickleValue integerLine() {
    int start = data.position();
    String line = line();
    if (line.equals("00") || line.equals("01")) {
      return new PickleValue.Flag(line.equals("01"));
    }
    data.position(start);
    return new PickleValue.Whole(lineNumber());
  }

  PickleValue realLine() {
    String line = line();
    try {
      return new PickleValue.Real(Double.parseDouble(line));
    } catch (NumberFormatException e) {
      throw damaged("\"" + line + "\" is no number");
    }
  }
}
