package io.nncf4j.data.source;

import io.nncf4j.core.InputException;
import io.nncf4j.data.BrokenSampleException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The pictures in a folder and in the folders below it, sorted by name. */
public final class FolderFiles implements FileStore {
  private static final int DEEPEST = 16;

  private final Path folder;
  private final List<String> names;

  private FolderFiles(Path folder, List<String> names) {
    this.folder = folder;
    this.names = names;
  }

  /**
   * Lists a folder.
   *
   * @throws InputException when it is no folder or holds no picture
   */
  public static FolderFiles open(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new InputException("There is no folder of images at " + folder);
    }
    List<String> names;
    // Opened through its real path: a link to a folder is not walked into otherwise.
    try (Stream<Path> files = Files.walk(folder.toRealPath(), DEEPEST)) {
      Path root = folder.toRealPath();
      names =
          files
              .filter(Files::isRegularFile)
              .map(file -> root.relativize(file).toString().replace('\\', '/'))
              .filter(FileStore::isPicture)
              .sorted()
              .toList();
    } catch (IOException | UncheckedIOException failure) {
      throw new InputException(
          "Cannot list the folder " + folder + ": " + reason(failure), failure);
    }
    if (names.isEmpty()) {
      throw new InputException("No images (.jpg, .jpeg, .png) in the folder " + folder);
    }
    return new FolderFiles(folder, names);
  }

  @Override
  public List<String> names() {
    return names;
  }

  @Override
  public byte[] read(String name) {
    return readFile(folder.resolve(name));
  }

  @Override
  public String describe(String name) {
    return folder.resolve(name).toString();
  }

  @Override
  public String location() {
    return "folder " + folder;
  }

  @Override
  public void close() {
    // A folder holds nothing open.
  }

  static byte[] readFile(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return FileStore.readLimited(in, file.toString());
    } catch (NoSuchFileException missing) {
      throw new BrokenSampleException(file.toString(), "the file does not exist", missing);
    } catch (IOException failure) {
      throw new BrokenSampleException(
          file.toString(), "cannot be read: " + reason(failure), failure);
    }
  }

  static String reason(Exception failure) {
    String message = failure.getMessage();
    return failure.getClass().getSimpleName() + (message == null ? "" : " " + message);
  }
}
