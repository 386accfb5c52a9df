package io.nncf4j.core.format;

import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** Reads and writes models of any format that is on the class path. */
public final class ModelFiles {
  private ModelFiles() {}

  /** All readers, in alphabetical order of their format. */
  public static List<ModelReader> readers() {
    return StreamSupport.stream(ServiceLoader.load(ModelReader.class).spliterator(), false)
        .sorted(java.util.Comparator.comparing(ModelReader::format))
        .toList();
  }

  /** All writers, in alphabetical order of their format. */
  public static List<ModelWriter> writers() {
    return StreamSupport.stream(ServiceLoader.load(ModelWriter.class).spliterator(), false)
        .sorted(java.util.Comparator.comparing(ModelWriter::format))
        .toList();
  }

  /**
   * Reads a model of whatever format {@code file} has.
   *
   * @throws InputException when there is no such file, no reader knows it, or it is damaged
   */
  public static Model read(Path file) {
    return readerOf(file).read(file);
  }

  /**
   * All files that a model is made of, the given one first.
   *
   * @throws InputException as {@link #read}
   */
  public static List<Path> filesOf(Path file) {
    return readerOf(file).filesOf(file);
  }

  private static ModelReader readerOf(Path file) {
    if (!Files.exists(file)) {
      throw new InputException("There is no file " + file + ": give the path of a model");
    }
    if (!Files.isRegularFile(file) && !Files.isDirectory(file)) {
      throw new InputException(
          file + " is a pipe or a device; give the path of a model, which is read in any order");
    }
    for (ModelReader reader : readers()) {
      if (reader.accepts(file)) {
        return reader;
      }
    }
    if (Files.isDirectory(file)) {
      throw new InputException(file + " is a folder; give the path of a model file");
    }
    throw new InputException(
        file
            + " is no model of a known format; known are "
            + readers().stream().map(ModelReader::format).collect(Collectors.joining(", ")));
  }

  /** The writer for the format that the name of {@code file} asks for. */
  public static ModelWriter writerFor(Path file) {
    return writers().stream()
        .filter(writer -> writer.accepts(file))
        .findFirst()
        .orElseThrow(
            () ->
                new InputException(
                    "The name "
                        + file.getFileName()
                        + " asks for no format that can be written; it must end in "
                        + writers().stream()
                            .flatMap(writer -> writer.endings().stream())
                            .collect(Collectors.joining(" or "))));
  }

  /**
   * Finds out before long work whether a model made of {@code model} can be written.
   *
   * @param beside what else will be written
   * @param force whether existing files may be written over; never those that are read
   * @throws InputException when a file is in the way, or the output would be written over a file of
   *     the model that is read
   */
  public static void checkOutput(Path model, Path output, List<Path> beside, boolean force) {
    OutputFiles.check(output, true);
    List<Path> places = new ArrayList<>(writerFor(output).places(output));
    places.addAll(beside);
    for (Path read : filesOf(model)) {
      for (Path place : places) {
        if (isSameFile(read, place)) {
          throw new InputException(
              place
                  + (read.equals(model)
                      ? " is the model that is read"
                      : " holds a part of the model that is read, " + model)
                  + "; give the output another name, even with --force");
        }
      }
    }
    for (Path place : places) {
      OutputFiles.check(place, force);
    }
  }

  /**
   * Looks whether a file that is read beside the model would be written over.
   *
   * @param what it is, for the message
   * @throws InputException when one of the places of the output is this file
   */
  public static void checkKept(Path read, String what, Path output, List<Path> beside) {
    List<Path> places = new ArrayList<>(writerFor(output).places(output));
    places.addAll(beside);
    for (Path place : places) {
      if (Files.exists(read) && isSameFile(read, place)) {
        throw new InputException(
            place + " is " + what + "; give the output another name, even with --force");
      }
    }
  }

  private static boolean isSameFile(Path read, Path place) {
    try {
      return Files.exists(place) && Files.isSameFile(read, place);
    } catch (IOException e) {
      throw new InputException("Cannot tell whether " + place + " is " + read, e);
    }
  }

  /**
   * Writes a model in the format that the name of {@code file} asks for; it appears whole or not at
   * all.
   *
   * @param force whether existing files may be written over
   * @return the files written, the main one first
   * @throws InputException when the file exists and {@code force} is off, the folder is missing or
   *     not writable, or no writer knows the name
   */
  public static List<Path> write(Model model, Path file, boolean force) {
    return OutputFiles.write(file, force, content(model, file));
  }

  /** The model as one file of an {@link OutputSet}, in the format that its name asks for. */
  public static OutputFiles.Content content(Model model, Path file) {
    ModelWriter writer = writerFor(file);
    return target -> writer.write(model, target);
  }
}
