package io.nncf4j.data.source;

import io.nncf4j.core.InputException;
import io.nncf4j.data.BrokenSampleException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * The pictures below one folder of a zip archive, sorted by name, read by random access; nothing is
 * ever extracted to a file.
 */
public final class ZipFiles implements FileStore {
  private final Path archive;
  private final String prefix;
  private final ZipFile zip;
  private final List<String> names;

  private ZipFiles(Path archive, String prefix, ZipFile zip, List<String> names) {
    this.archive = archive;
    this.prefix = prefix;
    this.zip = zip;
    this.names = names;
  }

  /**
   * Opens an archive and checks the names of all its entries.
   *
   * @param folder folder inside the archive; empty for all of it
   * @throws InputException when it is no zip archive, an entry's name leads outside it, or there is
   *     no picture
   */
  public static ZipFiles open(Path archive, String folder) {
    if (!Files.isRegularFile(archive)) {
      throw new InputException("There is no archive " + archive);
    }
    String prefix = folder.isEmpty() || folder.endsWith("/") ? folder : folder + "/";
    ZipFile zip;
    try {
      zip = new ZipFile(archive.toFile());
    } catch (IOException | IllegalArgumentException failure) {
      throw new InputException(
          archive + " is not a readable zip archive: " + failure.getMessage(), failure);
    }
    try {
      List<String> names = names(archive, prefix, zip);
      ZipFiles opened = new ZipFiles(archive, prefix, zip, names);
      zip = null;
      return opened;
    } finally {
      if (zip != null) {
        closeQuietly(zip);
      }
    }
  }

  private static List<String> names(Path archive, String prefix, ZipFile zip) {
    List<String> names = new ArrayList<>();
    Enumeration<? extends ZipEntry> entries = zip.entries();
    while (entries.hasMoreElements()) {
      ZipEntry entry = entries.nextElement();
      String name = entry.getName();
      checkName(archive, name);
      if (!entry.isDirectory() && name.startsWith(prefix)) {
        String relative = name.substring(prefix.length());
        if (FileStore.isPicture(relative)) {
          names.add(relative);
        }
      }
    }
    if (names.isEmpty()) {
      throw new InputException(
          "No images (.jpg, .jpeg, .png) in %s of the archive %s"
              .formatted(prefix.isEmpty() ? "the top folder" : "folder " + prefix, archive));
    }
    names.sort(null);
    return List.copyOf(names);
  }

  private static void checkName(Path archive, String name) {
    boolean outside =
        name.startsWith("/")
            || name.indexOf('\\') >= 0
            || name.indexOf('\0') >= 0
            || name.matches("[A-Za-z]:.*")
            || List.of(name.split("/", -1)).contains("..");
    if (outside) {
      throw new InputException(
          "The archive %s holds an entry whose name leads outside it: \"%s\"; it is not used"
              .formatted(archive, name));
    }
  }

  @Override
  public List<String> names() {
    return names;
  }

  @Override
  public byte[] read(String name) {
    ZipEntry entry = zip.getEntry(prefix + name);
    if (entry == null) {
      throw new BrokenSampleException(describe(name), "the archive has no such entry");
    }
    if (entry.getSize() > LARGEST_FILE) {
      throw new BrokenSampleException(
          describe(name),
          "the archive says it is %d MB long when unpacked; no picture needs so much"
              .formatted(entry.getSize() >> 20));
    }
    try (InputStream in = zip.getInputStream(entry)) {
      return FileStore.readLimited(in, describe(name));
    } catch (IOException failure) {
      throw new BrokenSampleException(
          describe(name), "cannot be unpacked: " + FolderFiles.reason(failure), failure);
    }
  }

  @Override
  public String describe(String name) {
    return archive + "!" + prefix + name;
  }

  @Override
  public String location() {
    return "archive " + archive + (prefix.isEmpty() ? "" : "!" + prefix);
  }

  @Override
  public void close() {
    closeQuietly(zip);
  }

  private static void closeQuietly(ZipFile zip) {
    try {
      zip.close();
    } catch (IOException failure) {
      throw new io.nncf4j.core.NncfException("Cannot close " + zip.getName(), failure);
    }
  }
}
