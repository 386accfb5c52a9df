package io.nncf4j.data.source;

import io.nncf4j.core.Finding;
import io.nncf4j.core.InputException;
import io.nncf4j.data.AnnotatedObject;
import io.nncf4j.data.Box;
import io.nncf4j.data.Target;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * Reads a folder of Pascal VOC's XML files, one a picture. Categories are numbered alphabetically
 * over all files of the folder, so that every image set sees the same numbers.
 *
 * <p>VOC counts pixels from 1 and includes the last one: 1 to 10 becomes 0 to 10 here. Document
 * types and entities are not processed.
 */
public final class VocAnnotations {
  private static final long LARGEST_FILE = 16L << 20;
  private static final int DEEPEST = 32;

  private record Raw(String category, double[] corners, boolean difficult) {}

  private record Picture(int width, int height, List<Raw> objects) {}

  private final Path folder;
  private final XMLInputFactory xml = XMLInputFactory.newDefaultFactory();
  private final List<String> problems = new ArrayList<>();
  private final List<String> degenerate = new ArrayList<>();

  private VocAnnotations(Path folder) {
    this.folder = folder;
    xml.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    xml.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    xml.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
  }

  /**
   * Reads every XML file of a folder. Keys of the result are file names without ending.
   *
   * @throws InputException that names every file that is wrong
   */
  public static Annotations read(Path folder) {
    return new VocAnnotations(folder).readAll();
  }

  private Annotations readAll() {
    Map<String, Picture> pictures = new LinkedHashMap<>();
    for (Path file : files()) {
      String name = String.valueOf(file.getFileName());
      Picture picture = readFile(file);
      pictures.put(name.substring(0, name.length() - 4), picture);
    }
    TextFile.throwIfAny(problems);
    TreeSet<String> names = new TreeSet<>();
    pictures.values().forEach(each -> each.objects.forEach(raw -> names.add(raw.category)));
    List<String> categories = List.copyOf(names);
    Map<String, Target.Objects> byFile = new LinkedHashMap<>();
    pictures.forEach(
        (name, picture) -> byFile.put(name, objects(byFile.size(), name, picture, categories)));
    List<Finding> findings = new ArrayList<>();
    ImageTargets.addFinding(
        findings, "empty-box", degenerate, "have a box without area, which is left out");
    return new Annotations(categories, byFile, findings);
  }

  private Target.Objects objects(
      int number, String name, Picture picture, List<String> categories) {
    List<AnnotatedObject> objects = new ArrayList<>();
    for (Raw raw : picture.objects) {
      double[] at = raw.corners;
      if (!(at[2] > at[0] && at[3] > at[1])) {
        degenerate.add(name);
        continue;
      }
      Box box = Box.ofCorners(Math.max(at[0] - 1, 0), Math.max(at[1] - 1, 0), at[2], at[3]);
      int category = categories.indexOf(raw.category);
      objects.add(new AnnotatedObject(category, box, box.area(), raw.difficult));
    }
    return new Target.Objects(number, picture.width, picture.height, objects);
  }

  private List<Path> files() {
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> found = files.filter(file -> file.toString().endsWith(".xml")).sorted().toList();
      if (found.isEmpty()) {
        throw new InputException("No annotations (.xml) in the folder " + folder);
      }
      return found;
    } catch (IOException failure) {
      throw new InputException(
          "Cannot list the folder " + folder + ": " + FolderFiles.reason(failure), failure);
    }
  }

  private Picture readFile(Path file) {
    try {
      if (Files.size(file) > LARGEST_FILE) {
        problems.add(file + ": larger than " + (LARGEST_FILE >> 20) + " MB");
        return new Picture(0, 0, List.of());
      }
      try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
        XMLStreamReader reader = xml.createXMLStreamReader(in);
        return annotation(file, reader);
      }
    } catch (XMLStreamException failure) {
      int line = failure.getLocation() == null ? 1 : failure.getLocation().getLineNumber();
      problems.add("%s:%d: not valid XML".formatted(file, line));
    } catch (IOException failure) {
      problems.add(file + ": cannot be read: " + FolderFiles.reason(failure));
    }
    return new Picture(0, 0, List.of());
  }

  /** Walks the elements with their path, so that parts of objects are not taken for objects. */
  private Picture annotation(Path file, XMLStreamReader reader) throws XMLStreamException {
    List<String> path = new ArrayList<>();
    Map<String, String> values = new LinkedHashMap<>();
    List<Raw> objects = new ArrayList<>();
    int width = 0;
    int height = 0;
    StringBuilder text = new StringBuilder();
    while (reader.hasNext()) {
      switch (reader.next()) {
        case XMLStreamConstants.DTD, XMLStreamConstants.ENTITY_REFERENCE -> {
          problems.add(file + ": document types and entities are not allowed");
          return new Picture(0, 0, List.of());
        }
        case XMLStreamConstants.START_ELEMENT -> {
          path.add(reader.getLocalName());
          text.setLength(0);
          if (path.size() > DEEPEST) {
            problems.add(file + ": nested deeper than " + DEEPEST + " elements");
            return new Picture(0, 0, List.of());
          }
        }
        case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA ->
            text.append(reader.getText());
        case XMLStreamConstants.END_ELEMENT -> {
          String element = String.join("/", path);
          values.putIfAbsent(element, text.toString().strip());
          if (element.equals("annotation/object")) {
            objects.add(raw(file, reader.getLocation().getLineNumber(), values));
            values.keySet().removeIf(key -> key.startsWith("annotation/object"));
          } else if (element.equals("annotation/size")) {
            width = (int) number(file, values, "annotation/size/width");
            height = (int) number(file, values, "annotation/size/height");
          }
          path.remove(path.size() - 1);
          text.setLength(0);
        }
        default -> {
          // Comments and the like say nothing about objects.
        }
      }
    }
    return new Picture(width, height, objects);
  }

  private Raw raw(Path file, int line, Map<String, String> values) {
    String object = "annotation/object/";
    String name = values.getOrDefault(object + "name", "");
    if (name.isEmpty()) {
      problems.add("%s:%d: an object without name".formatted(file, line));
    }
    double[] corners = new double[4];
    List<String> keys = List.of("xmin", "ymin", "xmax", "ymax");
    for (int at = 0; at < 4; at++) {
      corners[at] = number(file, values, object + "bndbox/" + keys.get(at));
    }
    return new Raw(name, corners, values.getOrDefault(object + "difficult", "0").equals("1"));
  }

  private double number(Path file, Map<String, String> values, String element) {
    String text = values.getOrDefault(element, "");
    if (text.matches("-?[0-9]{1,7}(\\.[0-9]{1,18})?")) {
      return Double.parseDouble(text);
    }
    problems.add("%s: %s must be a number, found \"%s\"".formatted(file, element, text));
    return 0;
  }
}
