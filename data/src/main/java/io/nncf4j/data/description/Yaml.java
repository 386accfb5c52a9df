package io.nncf4j.data.description;

import io.nncf4j.core.InputException;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * A small part of YAML as a tree with line numbers: mappings, sequences and scalars, without
 * aliases, anchors, tags or deep nesting.
 */
sealed interface Yaml {
  /** Deepest nesting; a description needs three levels. */
  int DEEPEST = 8;

  /** Longest file in bytes. */
  int LARGEST_FILE = 1 << 20;

  /** Counted from 1. */
  int line();

  /** Text of a plain or quoted scalar. */
  record Scalar(int line, String text) implements Yaml {}

  /** Elements in order. */
  record Sequence(int line, List<Yaml> elements) implements Yaml {}

  /** Entries in the order of the file. */
  record Mapping(int line, Map<String, Entry> entries) implements Yaml {}

  /** A value with the line of its key. */
  record Entry(int line, Yaml value) {}

  /**
   * Reads a file whose top is a mapping.
   *
   * @throws InputException with file and line when it is not YAML of this kind
   */
  static Mapping read(Path file) {
    try {
      if (Files.isRegularFile(file) && Files.size(file) > LARGEST_FILE) {
        throw new InputException(
            file + " is larger than 1 MB: a description of a data set is a small YAML file");
      }
      return parse(file.toString(), Files.readString(file, StandardCharsets.UTF_8));
    } catch (NoSuchFileException missing) {
      throw new InputException("There is no data set description " + file, missing);
    } catch (MalformedInputException binary) {
      throw new InputException(
          file + " is not a text file: a description of a data set is a small YAML file", binary);
    } catch (IOException failure) {
      throw new InputException("Cannot read " + file + ": " + failure.getMessage(), failure);
    }
  }

  /** Reads text that is called {@code name} in messages. */
  static Mapping parse(String name, String text) {
    LoadSettings settings = LoadSettings.builder().setLabel(name).setParseComments(false).build();
    try {
      return new Reader(name, new Parse(settings).parseString(text).iterator()).document();
    } catch (MarkedYamlEngineException failure) {
      int line = failure.getProblemMark().map(mark -> mark.getLine() + 1).orElse(1);
      throw new InputException(
          "%s:%d: not valid YAML: %s".formatted(name, line, failure.getProblem()), failure);
    } catch (YamlEngineException failure) {
      throw new InputException(name + ": not valid YAML: " + failure.getMessage(), failure);
    }
  }

  /** Builds the tree from the parser's events, which are made without recursion. */
  final class Reader {
    private final String name;
    private final Iterator<Event> events;

    private Reader(String name, Iterator<Event> events) {
      this.name = name;
      this.events = events;
    }

    private Mapping document() {
      Event event = next();
      while (event.getEventId() == Event.ID.StreamStart
          || event.getEventId() == Event.ID.DocumentStart) {
        event = next();
      }
      if (event.getEventId() == Event.ID.StreamEnd) {
        throw new InputException(name + " is empty: it should describe a data set");
      }
      if (!(node(event, 0) instanceof Mapping mapping)) {
        throw wrong(event, "expected \"key: value\" lines, such as \"images: folder\"");
      }
      next();
      if (next().getEventId() != Event.ID.StreamEnd) {
        throw new InputException(name + " holds more than one YAML document");
      }
      return mapping;
    }

    private Event next() {
      return events.next();
    }

    private Yaml node(Event event, int depth) {
      if (event instanceof AliasEvent) {
        throw wrong(event, "aliases (*name) are not used here; write the value out");
      }
      if (event instanceof NodeEvent node && node.getAnchor().isPresent()) {
        throw wrong(event, "anchors (&name) are not used here");
      }
      if (depth > DEEPEST) {
        throw wrong(event, "nested deeper than " + DEEPEST + " levels");
      }
      int line = line(event);
      if (event instanceof ScalarEvent scalar) {
        refuseTag(event, scalar.getTag());
        return new Scalar(line, scalar.getValue());
      }
      if (event instanceof SequenceStartEvent sequence) {
        refuseTag(event, sequence.getTag());
        List<Yaml> elements = new ArrayList<>();
        for (Event each = next(); each.getEventId() != Event.ID.SequenceEnd; each = next()) {
          elements.add(node(each, depth + 1));
        }
        return new Sequence(line, elements);
      }
      if (event instanceof MappingStartEvent start) {
        refuseTag(event, start.getTag());
        return mapping(line, depth);
      }
      throw wrong(event, "unexpected end");
    }

    private Mapping mapping(int line, int depth) {
      Map<String, Entry> entries = new LinkedHashMap<>();
      for (Event each = next(); each.getEventId() != Event.ID.MappingEnd; each = next()) {
        if (!(node(each, depth + 1) instanceof Scalar key)) {
          throw wrong(each, "a key must be plain text");
        }
        Entry entry = new Entry(key.line, node(next(), depth + 1));
        if (entries.putIfAbsent(key.text, entry) != null) {
          throw wrong(each, "the key \"" + key.text + "\" stands here a second time");
        }
      }
      return new Mapping(line, entries);
    }

    private void refuseTag(Event event, Optional<String> tag) {
      if (tag.isPresent()) {
        throw wrong(event, "tags (" + tag.get() + ") are not used here");
      }
    }

    private static int line(Event event) {
      return event.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
    }

    private InputException wrong(Event event, String problem) {
      return new InputException("%s:%d: %s".formatted(name, line(event), problem));
    }
  }
}
