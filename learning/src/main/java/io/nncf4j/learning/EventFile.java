package io.nncf4j.learning;

import io.nncf4j.core.NncfException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * Scalars over the steps of a run, in the file that TensorBoard reads: records of TensorFlow, each
 * an {@code Event} in protocol buffers' encoding.
 *
 * <pre>
 *   record: length (8 bytes), masked CRC-32C of it (4), data, masked CRC-32C of them (4)
 *   Event: 1 wall time (double), 2 step, 3 file version, 5 summary: 1 value: 1 tag, 2 number (float)
 * </pre>
 */
public final class EventFile implements AutoCloseable {
  private static final String VERSION = "brain.Event:2";
  private static final int MASK_DELTA = 0xa282ead8;
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int BYTES = 2;
  private static final int FIXED32 = 5;

  private final Path file;
  private final OutputStream stream;

  private EventFile(Path file, OutputStream stream) {
    this.file = file;
    this.stream = stream;
  }

  /**
   * Begins a file of its own, with the name that TensorBoard looks for.
   *
   * @param folder where; TensorBoard joins the files of one folder
   */
  public static EventFile create(Path folder) {
    String name =
        "events.out.tfevents."
            + System.currentTimeMillis() / 1000
            + ".nncf."
            + ProcessHandle.current().pid();
    try {
      Files.createDirectories(folder);
      Path file = folder.resolve(name);
      EventFile events =
          new EventFile(
              file,
              Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND));
      events.record(event(0, 3, VERSION.getBytes(StandardCharsets.UTF_8)));
      return events;
    } catch (IOException e) {
      throw new NncfException("Cannot write " + folder.resolve(name) + ": " + e.getMessage(), e);
    }
  }

  public Path file() {
    return file;
  }

  /**
   * Adds one number.
   *
   * @param tag its name, such as {@code train/loss}
   */
  public void scalar(String tag, long step, double number) {
    ByteArrayOutputStream value = new ByteArrayOutputStream();
    field(value, 1, tag.getBytes(StandardCharsets.UTF_8));
    key(value, 2, FIXED32);
    fixed(value, Integer.BYTES, Float.floatToIntBits((float) number));
    ByteArrayOutputStream summary = new ByteArrayOutputStream();
    field(summary, 1, value.toByteArray());
    try {
      record(event(step, 5, summary.toByteArray()));
    } catch (IOException e) {
      throw new NncfException("Cannot write " + file + ": " + e.getMessage(), e);
    }
  }

  private static byte[] event(long step, int field, byte[] content) {
    ByteArrayOutputStream event = new ByteArrayOutputStream();
    key(event, 1, FIXED64);
    fixed(event, Long.BYTES, Double.doubleToLongBits(System.currentTimeMillis() / 1000.0));
    key(event, 2, VARINT);
    variable(event, step);
    field(event, field, content);
    return event.toByteArray();
  }

  private void record(byte[] data) throws IOException {
    ByteArrayOutputStream record = new ByteArrayOutputStream();
    fixed(record, Long.BYTES, data.length);
    fixed(record, Integer.BYTES, maskedChecksum(record.toByteArray()));
    record.writeBytes(data);
    fixed(record, Integer.BYTES, maskedChecksum(data));
    stream.write(record.toByteArray());
  }

  /** CRC-32C, rotated by 15 bits and shifted, as TensorFlow stores it. */
  static int maskedChecksum(byte[] data) {
    CRC32C checksum = new CRC32C();
    checksum.update(data);
    return Integer.rotateRight((int) checksum.getValue(), 15) + MASK_DELTA;
  }

  private static void field(ByteArrayOutputStream out, int number, byte[] content) {
    key(out, number, BYTES);
    variable(out, content.length);
    out.writeBytes(content);
  }

  private static void key(ByteArrayOutputStream out, int number, int type) {
    variable(out, (long) number << 3 | type);
  }

  private static void variable(ByteArrayOutputStream out, long value) {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      out.write((int) (rest & 0x7F | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
  }

  private static void fixed(ByteArrayOutputStream out, int bytes, long value) {
    out.write(
        ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array(),
        0,
        bytes);
  }

  @Override
  public void close() {
    try {
      stream.close();
    } catch (IOException e) {
      throw new NncfException("Cannot write " + file + ": " + e.getMessage(), e);
    }
  }
}
