package io.nncf4j.compression.training.pruning;

import io.nncf4j.core.InputException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A file of learned coefficients, which a configuration names.
 *
 * @param key of the configuration
 */
record RankingFile(String key, Path path) {
  static final String SAVE = "save_ranking_coeffs_path";
  static final String LOAD = "load_ranking_coeffs_path";

  /** Names the file in messages. */
  String source() {
    return key + ": \"" + path + "\"";
  }

  /**
   * Looks whether coefficients can be saved, before anything is searched, and makes the folder.
   *
   * @throws InputException when they cannot, or the file is there
   */
  void requireSavable() {
    if (Files.exists(path)) {
      throw new InputException(
          source()
              + " exists already and is not written over; give another path, or use it as "
              + LOAD);
    }
    try {
      Files.createDirectories(folder());
      Files.delete(Files.createTempFile(folder(), path.getFileName().toString(), ".part"));
    } catch (IOException e) {
      throw new InputException(source() + " cannot be written: " + reason(e), e);
    }
  }

  /** Writes the file as a whole or not at all, in the place of what was there. */
  void save(String coefficients) {
    try {
      Path part = Files.createTempFile(folder(), path.getFileName().toString(), ".part");
      Files.writeString(part, coefficients, StandardCharsets.UTF_8);
      Files.move(part, path, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new InputException(source() + " cannot be written: " + reason(e), e);
    }
  }

  String read() {
    try {
      return Files.readString(path);
    } catch (IOException e) {
      throw new InputException(source() + " cannot be read: " + reason(e), e);
    }
  }

  private Path folder() {
    Path folder = path.toAbsolutePath().getParent();
    return folder == null ? Path.of("") : folder;
  }

  private static String reason(IOException failure) {
    if (failure instanceof NoSuchFileException) {
      return "there is no such file";
    } else if (failure instanceof FileAlreadyExistsException file) {
      return "\"" + file.getFile() + "\" is a file, and a folder is needed there";
    } else if (failure instanceof AccessDeniedException) {
      return "there is no permission to";
    } else if (failure instanceof CharacterCodingException) {
      return "it is no text in UTF-8";
    }
    return String.valueOf(failure.getMessage());
  }
}
