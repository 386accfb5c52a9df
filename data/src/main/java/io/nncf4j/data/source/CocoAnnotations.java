package io.nncf4j.data.source;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.nncf4j.core.InputException;
import io.nncf4j.data.AnnotatedObject;
import io.nncf4j.data.Box;
import io.nncf4j.data.Target;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reads COCO's {@code instances.json}: pictures, categories, boxes, crowds. It streams, so outlines
 * cost nothing; categories are numbered in the order of their identifiers.
 */
public final class CocoAnnotations {
  private record Image(long id, String file, int width, int height) {}

  private record Category(long id, String name) {}

  private record Annotation(long image, long category, Box box, double area, boolean crowd) {}

  private final Path file;
  private final List<String> problems = new ArrayList<>();
  private final List<Image> images = new ArrayList<>();
  private final Map<Long, String> categories = new TreeMap<>();
  private final List<Annotation> annotations = new ArrayList<>();

  private CocoAnnotations(Path file) {
    this.file = file;
  }

  /**
   * Reads a file.
   *
   * @throws InputException that names the line of every wrong entry
   */
  public static Annotations read(Path file) {
    CocoAnnotations reader = new CocoAnnotations(file);
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
        JsonParser parser = new JsonFactory().createParser(in)) {
      reader.document(parser);
    } catch (JacksonException failure) {
      int line = failure.getLocation() == null ? 1 : failure.getLocation().getLineNr();
      throw new InputException(
          "%s:%d: not valid JSON: %s".formatted(file, line, failure.getOriginalMessage()), failure);
    } catch (NoSuchFileException missing) {
      throw new InputException("There is no annotation file " + file, missing);
    } catch (IOException failure) {
      throw new InputException("Cannot read " + file + ": " + FolderFiles.reason(failure), failure);
    }
    return reader.join();
  }

  private void document(JsonParser parser) throws IOException {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw new InputException(file + ": a COCO file holds one JSON object at its top");
    }
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String section = parser.currentName();
      boolean array = parser.nextToken() == JsonToken.START_ARRAY;
      boolean known = List.of("images", "categories", "annotations").contains(section);
      if (!known || !array) {
        if (known) {
          problem(parser, section + " must be an array");
        }
        parser.skipChildren();
        continue;
      }
      while (parser.nextToken() == JsonToken.START_OBJECT) {
        entry(section, parser);
      }
      if (parser.currentToken() != JsonToken.END_ARRAY) {
        throw new InputException(
            "%s:%d: %s must hold objects only"
                .formatted(file, parser.currentLocation().getLineNr(), section));
      }
    }
  }

  /** Reads the fields of one object and leaves out those that nobody asks for. */
  private void entry(String section, JsonParser parser) throws IOException {
    int line = parser.currentLocation().getLineNr();
    Map<String, Number> numbers = new HashMap<>();
    Map<String, String> texts = new HashMap<>();
    List<Double> box = new ArrayList<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String field = parser.currentName();
      JsonToken token = parser.nextToken();
      if (token == JsonToken.START_ARRAY && field.equals("bbox")) {
        while (parser.nextToken().isNumeric()) {
          box.add(parser.getDoubleValue());
        }
        while (parser.currentToken() != JsonToken.END_ARRAY) {
          parser.skipChildren();
          parser.nextToken();
          box.clear();
        }
      } else if (token.isNumeric()) {
        numbers.put(field, parser.getNumberValue());
      } else if (token == JsonToken.VALUE_STRING) {
        texts.put(field, parser.getText());
      } else {
        parser.skipChildren();
      }
    }
    Fields fields = new Fields(numbers, texts, line);
    switch (section) {
      case "images" ->
          images.add(
              new Image(
                  fields.id("id"),
                  fields.text("file_name"),
                  fields.size("width"),
                  fields.size("height")));
      case "categories" -> category(new Category(fields.id("id"), fields.text("name")), line);
      default -> annotations.add(annotation(fields, box, line));
    }
  }

  private void category(Category category, int line) {
    if (categories.put(category.id, category.name) != null) {
      problems.add("%s:%d: category id %d stands twice".formatted(file, line, category.id));
    }
  }

  private Annotation annotation(Fields fields, List<Double> numbers, int line) {
    Box box = new Box(0, 0, 0, 0);
    boolean sane = numbers.size() == 4 && numbers.stream().allMatch(Double::isFinite);
    if (!sane || numbers.get(2) < 0 || numbers.get(3) < 0) {
      problems.add("%s:%d: bbox must be [left, top, width, height]".formatted(file, line));
    } else {
      box = new Box(numbers.get(0), numbers.get(1), numbers.get(2), numbers.get(3));
    }
    Number area = fields.numbers.get("area");
    Number crowd = fields.numbers.get("iscrowd");
    return new Annotation(
        fields.id("image_id"),
        fields.id("category_id"),
        box,
        area == null ? box.area() : area.doubleValue(),
        crowd != null && crowd.intValue() != 0);
  }

  private Annotations join() {
    List<Long> order = List.copyOf(categories.keySet());
    Map<Long, Integer> indices = new HashMap<>();
    order.forEach(id -> indices.put(id, indices.size()));
    Map<Long, List<AnnotatedObject>> objects = new HashMap<>();
    for (Image image : images) {
      if (objects.put(image.id, new ArrayList<>()) != null) {
        problems.add("%s: image id %d stands twice".formatted(file, image.id));
      }
    }
    for (Annotation annotation : annotations) {
      List<AnnotatedObject> ofImage = objects.get(annotation.image);
      Integer category = indices.get(annotation.category);
      if (ofImage == null || category == null) {
        problems.add(
            "%s: an annotation is of image %d and category %d, one of which does not exist"
                .formatted(file, annotation.image, annotation.category));
      } else {
        ofImage.add(
            new AnnotatedObject(category, annotation.box, annotation.area, annotation.crowd));
      }
    }
    if (problems.isEmpty() && images.isEmpty()) {
      problems.add(file + ": holds no images; is it a COCO instances file?");
    }
    TextFile.throwIfAny(problems);
    Map<String, Target.Objects> byFile = new LinkedHashMap<>();
    for (Image image : images) {
      List<AnnotatedObject> found = objects.getOrDefault(image.id, List.of());
      byFile.put(image.file, new Target.Objects(image.id, image.width, image.height, found));
    }
    return new Annotations(List.copyOf(categories.values()), byFile, List.of());
  }

  private void problem(JsonParser parser, String problem) {
    problems.add("%s:%d: %s".formatted(file, parser.currentLocation().getLineNr(), problem));
  }

  /** The plain fields of one entry; what is missing becomes a problem. */
  private final class Fields {
    private final Map<String, Number> numbers;
    private final Map<String, String> texts;
    private final int line;

    Fields(Map<String, Number> numbers, Map<String, String> texts, int line) {
      this.numbers = numbers;
      this.texts = texts;
      this.line = line;
    }

    long id(String field) {
      Number number = numbers.get(field);
      if (number == null) {
        missing(field, "a number");
        return 0;
      }
      return number.longValue();
    }

    int size(String field) {
      long size = id(field);
      if (size < 0 || size > Integer.MAX_VALUE) {
        missing(field, "a size in pixels");
        return 0;
      }
      return (int) size;
    }

    String text(String field) {
      String text = texts.get(field);
      if (text == null) {
        missing(field, "text");
        return "";
      }
      return text;
    }

    private void missing(String field, String kind) {
      problems.add("%s:%d: %s must be %s".formatted(file, line, field, kind));
    }
  }
}
