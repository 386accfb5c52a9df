package io.nncf4j.engines.onnxruntime;

import io.nncf4j.engines.NodeTime;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the events that ONNX Runtime writes when profiling: one for each run of each kernel.
 *
 * <p>The file looks like JSON, but the runtime writes names as they are, with quotes and line ends
 * and all; so it is taken apart at what the runtime itself writes around them.
 */
final class RuntimeProfile {
  private static final String EVENT = "{\"cat\" : \"";
  private static final String NODE = "Node\",";
  private static final String BEFORE_NAME = ",\"name\" :\"";
  private static final String BEHIND_NAME = "_kernel_time\",\"args\" : ";
  private static final Pattern DURATION = Pattern.compile("\"dur\" :(\\d+)");
  private static final Pattern OPERATOR = Pattern.compile("\"op_name\" : \"([^\"]*)\"");
  private static final Pattern OUTPUT_BYTES = Pattern.compile("\"output_size\" : \"(\\d+)\"");

  private RuntimeProfile() {}

  private record Event(String operator, long micros, long outputBytes) {}

  /**
   * Medians over all but the first {@code ignoredRuns} runs of each node.
   *
   * @throws IOException when the file cannot be read or holds no kernel's time
   */
  static List<NodeTime> read(Path file, int ignoredRuns) throws IOException {
    String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    Map<String, List<Event>> byNode = new LinkedHashMap<>();
    int start = text.indexOf(EVENT);
    while (start >= 0) {
      int next = text.indexOf("\n" + EVENT, start);
      add(byNode, text.substring(start + EVENT.length(), next < 0 ? text.length() : next));
      start = next < 0 ? -1 : next + 1;
    }
    if (byNode.isEmpty()) {
      throw new IOException("it holds no kernel's time");
    }
    List<NodeTime> times = new ArrayList<>();
    byNode.forEach((node, events) -> times.add(time(node, events, ignoredRuns)));
    return times;
  }

  private static void add(Map<String, List<Event>> byNode, String event) {
    int name = event.indexOf(BEFORE_NAME);
    int end = event.lastIndexOf(BEHIND_NAME);
    if (!event.startsWith(NODE) || name < 0 || end < name + BEFORE_NAME.length()) {
      return;
    }
    String node = event.substring(name + BEFORE_NAME.length(), end);
    String arguments = event.substring(end);
    byNode
        .computeIfAbsent(node, key -> new ArrayList<>())
        .add(
            new Event(
                first(OPERATOR, arguments, ""),
                Long.parseLong(first(DURATION, event.substring(0, name), "0")),
                Long.parseLong(first(OUTPUT_BYTES, arguments, "0"))));
  }

  private static String first(Pattern pattern, String text, String absent) {
    Matcher matcher = pattern.matcher(text);
    return matcher.find() ? matcher.group(1) : absent;
  }

  private static NodeTime time(String node, List<Event> events, int ignoredRuns) {
    List<Long> micros = new ArrayList<>();
    for (int run = Math.min(ignoredRuns, events.size() - 1); run < events.size(); run++) {
      micros.add(events.get(run).micros());
    }
    Collections.sort(micros);
    double median = (micros.get((micros.size() - 1) / 2) + micros.get(micros.size() / 2)) / 2.0;
    Event last = events.get(events.size() - 1);
    return new NodeTime(node, last.operator(), median * 1000, last.outputBytes());
  }
}
