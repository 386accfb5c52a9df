package io.nncf4j.data.source;

import io.nncf4j.data.BrokenSampleException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;

/**
 * Named picture files, read by random access: a folder, a list or an archive.
 *
 * <p>Safe for use by several threads at once.
 */
public sealed interface FileStore extends AutoCloseable permits FolderFiles, ListedFiles, ZipFiles {
  /** A file that is longer is broken: no picture of the permitted size needs so much. */
  int LARGEST_FILE = 256 << 20;

  /** Names relative to the store, with slashes, in the order of the samples. */
  List<String> names();

  /** The whole content of one file. */
  byte[] read(String name);

  /** How messages call the file. */
  String describe(String name);

  /** How messages call the store. */
  String location();

  @Override
  void close();

  /** True for the endings that pictures have; hidden files and their like are none. */
  static boolean isPicture(String path) {
    String lower = path.toLowerCase(Locale.ROOT);
    String file = lower.substring(lower.lastIndexOf('/') + 1);
    return !file.startsWith(".")
        && !lower.startsWith("__macosx/")
        && (lower.endsWith(".jpg") || lower.endsWith(".jpeg") || lower.endsWith(".png"));
  }

  /** All bytes, unless there are too many. */
  static byte[] readLimited(InputStream in, String description) throws IOException {
    byte[] bytes = in.readNBytes(LARGEST_FILE + 1);
    if (bytes.length > LARGEST_FILE) {
      throw new BrokenSampleException(
          description, "larger than " + (LARGEST_FILE >> 20) + " MB; no picture needs so much");
    }
    return bytes;
  }
}
