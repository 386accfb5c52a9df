package io.nncf4j.engines.onnxruntime;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.nncf4j.engines.NodeTime;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads the events that ONNX Runtime writes when profiling: one for each run of each kernel. */
final class RuntimeProfile {
  private static final String SUFFIX = "_kernel_time";

  private RuntimeProfile() {}

  private static final class Event {
    private String name = "";
    private String category = "";
    private String operator = "";
    private long micros;
    private long outputBytes;
  }

  /**
   * Medians over all but the first {@code ignoredRuns} runs of each node.
   *
   * @throws IOException when the file cannot be read or is no profile
   */
  static List<NodeTime> read(Path file, int ignoredRuns) throws IOException {
    Map<String, List<Event>> byNode = new LinkedHashMap<>();
    try (JsonParser parser = new JsonFactory().createParser(file.toFile())) {
      while (parser.nextToken() != null) {
        if (parser.currentToken() == JsonToken.START_OBJECT) {
          Event event = event(parser);
          if (event.category.equals("Node") && event.name.endsWith(SUFFIX)) {
            String node = event.name.substring(0, event.name.length() - SUFFIX.length());
            byNode.computeIfAbsent(node, key -> new ArrayList<>()).add(event);
          }
        }
      }
    }
    List<NodeTime> times = new ArrayList<>();
    byNode.forEach((node, events) -> times.add(time(node, events, ignoredRuns)));
    return times;
  }

  private static NodeTime time(String node, List<Event> events, int ignoredRuns) {
    List<Long> micros = new ArrayList<>();
    for (int run = Math.min(ignoredRuns, events.size() - 1); run < events.size(); run++) {
      micros.add(events.get(run).micros);
    }
    Collections.sort(micros);
    double median = (micros.get((micros.size() - 1) / 2) + micros.get(micros.size() / 2)) / 2.0;
    Event last = events.get(events.size() - 1);
    return new NodeTime(node, last.operator, median * 1000, last.outputBytes);
  }

  /** Reads one event; its {@code args} are an object inside it. */
  private static Event event(JsonParser parser) throws IOException {
    Event event = new Event();
    int depth = 1;
    while (depth > 0) {
      JsonToken token = parser.nextToken();
      if (token == null) {
        throw new IOException("the profile ends in the middle of an event");
      }
      switch (token) {
        case START_OBJECT, START_ARRAY -> depth++;
        case END_OBJECT, END_ARRAY -> depth--;
        case VALUE_STRING -> text(event, parser.currentName(), parser.getText());
        case VALUE_NUMBER_INT ->
            event.micros =
                "dur".equals(parser.currentName()) ? parser.getLongValue() : event.micros;
        default -> {}
      }
    }
    return event;
  }

  private static void text(
      Event event, @org.jspecify.annotations.Nullable String name, String value) {
    if (name == null) {
      return;
    }
    switch (name) {
      case "name" -> event.name = value;
      case "cat" -> event.category = value;
      case "op_name" -> event.operator = value;
      case "output_size" -> event.outputBytes = Long.parseLong(value);
      default -> {}
    }
  }
}
