package io.nncf4j.learning;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventFileTest {
  @TempDir private Path folder;

  /** RFC 3720, B.4: 32 bytes of zeros have the CRC-32C 0x8a9136aa. */
  @Test
  void checksumsAreRotatedAndShifted() {
    int expected = Integer.rotateRight(0x8a9136aa, 15) + 0xa282ead8;
    assertThat(EventFile.maskedChecksum(new byte[32])).isEqualTo(expected);
  }

  @Test
  void recordsHoldVersionAndScalars() throws IOException {
    Path file;
    try (EventFile events = EventFile.create(folder)) {
      events.scalar("train/loss", 300, 0.5);
      file = events.file();
    }
    assertThat(file.getFileName().toString()).startsWith("events.out.tfevents.");
    ByteBuffer content = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(new String(record(content), StandardCharsets.ISO_8859_1)).contains("brain.Event:2");
    ByteBuffer event = ByteBuffer.wrap(record(content)).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(content.hasRemaining()).isFalse();
    assertThat(event.get()).as("key of the wall time").isEqualTo((byte) 0x09);
    assertThat(event.getDouble()).isGreaterThan(1.6e9);
    assertThat(event.get()).as("key of the step").isEqualTo((byte) 0x10);
    assertThat(new byte[] {event.get(), event.get()})
        .as("300 as a varint")
        .isEqualTo(new byte[] {(byte) 0xAC, 0x02});
    assertThat(event.get()).as("key of the summary").isEqualTo((byte) 0x2A);
    assertThat(event.get()).isEqualTo((byte) (2 + 2 + 10 + 5));
    assertThat(event.get()).as("key of the value").isEqualTo((byte) 0x0A);
    assertThat(event.get()).isEqualTo((byte) (2 + 10 + 5));
    assertThat(event.get()).as("key of the tag").isEqualTo((byte) 0x0A);
    byte[] tag = new byte[event.get()];
    event.get(tag);
    assertThat(new String(tag, StandardCharsets.UTF_8)).isEqualTo("train/loss");
    assertThat(event.get()).as("key of the number").isEqualTo((byte) 0x15);
    assertThat(event.getFloat()).isEqualTo(0.5f);
  }

  private static byte[] record(ByteBuffer content) {
    byte[] length = new byte[8];
    content.get(length);
    assertThat(content.getInt()).isEqualTo(EventFile.maskedChecksum(length));
    byte[] data = new byte[(int) ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong()];
    content.get(data);
    assertThat(content.getInt()).isEqualTo(EventFile.maskedChecksum(data));
    return data;
  }
}
