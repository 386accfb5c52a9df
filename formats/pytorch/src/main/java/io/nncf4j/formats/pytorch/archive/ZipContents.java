package io.nncf4j.formats.pytorch.archive;

import io.nncf4j.core.InputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * A zip archive in memory, by its central directory. Stored members are views of the archive's
 * bytes and are never copied, so that weights stay mapped and an archive may stand in another;
 * deflated members are inflated within a limit.
 *
 * <p>Source: PKWARE's APPNOTE.TXT, sections 4.3.7, 4.3.12 and 4.3.16.
 */
public final class ZipContents {
  private static final int END_SIGNATURE = 0x06054b50;
  private static final int DIRECTORY_SIGNATURE = 0x02014b50;
  private static final int LOCAL_SIGNATURE = 0x04034b50;
  private static final int END_LENGTH = 22;
  private static final int DIRECTORY_LENGTH = 46;
  private static final int LOCAL_LENGTH = 30;
  private static final int LONGEST_COMMENT = 0xffff;
  private static final long LARGEST_INFLATED = 256L << 20;

  private record Member(int method, int start, int packed, long size) {}

  private final ByteBuffer data;
  private final String prefix;

  /** One of them stands in the folder that holds all else. */
  private static final Set<String> MARKS = Set.of("data.pkl", "archive_format");

  private final Map<String, Member> members = new LinkedHashMap<>();
  private long inflated;

  private ZipContents(ByteBuffer data) {
    this.data = data.slice().order(ByteOrder.LITTLE_ENDIAN);
    readDirectory();
    prefix = commonFolder();
  }

  /** True when the bytes begin like a zip archive. */
  public static boolean accepts(ByteBuffer data) {
    return data.remaining() >= END_LENGTH
        && data.order(ByteOrder.LITTLE_ENDIAN).getInt(data.position()) == LOCAL_SIGNATURE;
  }

  /**
   * @throws InputException when the directory is damaged, or a name leads out of the archive
   */
  public static ZipContents of(ByteBuffer data) {
    return new ZipContents(data);
  }

  /** Maps a whole file. */
  static ByteBuffer map(Path file) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      if (channel.size() > Integer.MAX_VALUE) {
        throw new InputException(file + " has more than 2 GiB; larger files cannot be read");
      }
      return channel
          .map(FileChannel.MapMode.READ_ONLY, 0, channel.size())
          .order(ByteOrder.LITTLE_ENDIAN);
    } catch (IOException e) {
      throw new InputException(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  private void readDirectory() {
    int end = endRecord();
    int count = data.getShort(end + 10) & 0xffff;
    long at = data.getInt(end + 16) & 0xffffffffL;
    for (int index = 0; index < count; index++) {
      if (at + DIRECTORY_LENGTH > end || data.getInt((int) at) != DIRECTORY_SIGNATURE) {
        throw new InputException("The archive's directory is damaged at entry " + index);
      }
      int entry = (int) at;
      int nameLength = data.getShort(entry + 28) & 0xffff;
      int extra = data.getShort(entry + 30) & 0xffff;
      int comment = data.getShort(entry + 32) & 0xffff;
      if (at + DIRECTORY_LENGTH + nameLength > end) {
        throw new InputException("The archive's directory is damaged at entry " + index);
      }
      byte[] name = new byte[nameLength];
      data.get(entry + DIRECTORY_LENGTH, name);
      add(new String(name, StandardCharsets.UTF_8), entry);
      at += DIRECTORY_LENGTH + nameLength + extra + comment;
    }
  }

  private int endRecord() {
    int last = data.limit() - END_LENGTH;
    for (int at = last; at >= 0 && at >= last - LONGEST_COMMENT; at--) {
      if (data.getInt(at) == END_SIGNATURE) {
        return at;
      }
    }
    throw new InputException("The archive has no directory at its end: it is cut off or damaged");
  }

  private void add(String name, int entry) {
    if (name.startsWith("/") || name.contains("\\") || List.of(name.split("/")).contains("..")) {
      throw new InputException("The archive holds \"" + name + "\", a path that leads out of it");
    }
    int method = data.getShort(entry + 10) & 0xffff;
    long packed = data.getInt(entry + 20) & 0xffffffffL;
    long size = data.getInt(entry + 24) & 0xffffffffL;
    long local = data.getInt(entry + 42) & 0xffffffffL;
    if (local + LOCAL_LENGTH > data.limit() || data.getInt((int) local) != LOCAL_SIGNATURE) {
      throw new InputException("The archive's member \"" + name + "\" is not where it should be");
    }
    long start =
        local
            + LOCAL_LENGTH
            + (data.getShort((int) local + 26) & 0xffff)
            + (data.getShort((int) local + 28) & 0xffff);
    if (start + packed > data.limit() || (method == 0 && packed != size)) {
      throw new InputException(
          "The archive's member \""
              + name
              + "\" is to have "
              + size
              + " bytes, more than there are");
    }
    if (members.put(name, new Member(method, (int) start, (int) packed, size)) != null) {
      throw new InputException("The archive holds \"" + name + "\" twice");
    }
  }

  /** Archives of PyTorch have all members in one folder, whose name is free. */
  private String commonFolder() {
    for (String name : members.keySet()) {
      int slash = name.indexOf('/');
      if (slash > 0 && MARKS.contains(name.substring(slash + 1))) {
        return name.substring(0, slash + 1);
      }
    }
    return "";
  }

  /** Names of the members without the common folder. */
  public Set<String> names() {
    Set<String> names = new java.util.LinkedHashSet<>();
    for (String name : members.keySet()) {
      names.add(name.startsWith(prefix) ? name.substring(prefix.length()) : name);
    }
    return names;
  }

  public boolean has(String name) {
    return members.containsKey(prefix + name);
  }

  /**
   * The bytes of a member.
   *
   * @throws InputException when there is none, or it cannot be inflated within the limits
   */
  public ByteBuffer get(String name) {
    @Nullable Member member = members.get(prefix + name);
    if (member == null) {
      throw new InputException("The archive has no member \"" + name + "\"");
    }
    ByteBuffer stored = data.slice(member.start(), member.packed());
    return switch (member.method()) {
      case 0 -> stored.order(ByteOrder.LITTLE_ENDIAN);
      case 8 -> inflate(name, member, stored);
      default ->
          throw new InputException(
              "The archive's member \"" + name + "\" is packed by method " + member.method());
    };
  }

  private ByteBuffer inflate(String name, Member member, ByteBuffer packed) {
    inflated += member.size();
    // Deflate packs at most 1032 to 1; whatever announces more is no honest archive.
    if (inflated > LARGEST_INFLATED || member.size() > 1032L * member.packed() + 64) {
      throw new InputException(
          "The archive's member \""
              + name
              + "\" would be inflated from "
              + member.packed()
              + " to "
              + member.size()
              + " bytes, which is refused");
    }
    Inflater inflater = new Inflater(true);
    try {
      ByteBuffer target = ByteBuffer.allocate((int) member.size()).order(ByteOrder.LITTLE_ENDIAN);
      inflater.setInput(packed);
      while (target.hasRemaining() && inflater.inflate(target) > 0) {}
      if (target.hasRemaining()) {
        throw new InputException("The archive's member \"" + name + "\" is cut off");
      }
      return target.flip();
    } catch (DataFormatException e) {
      throw new InputException("The archive's member \"" + name + "\" is damaged", e);
    } finally {
      inflater.end();
    }
  }

  /** A member as text in UTF-8. */
  public String text(String name) {
    return StandardCharsets.UTF_8.decode(get(name)).toString();
  }
}
