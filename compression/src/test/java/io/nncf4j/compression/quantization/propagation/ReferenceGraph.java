package io.nncf4j.compression.quantization.propagation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A reference DOT file reduced to what matters: which producer is quantized for which consumers, as
 * lines {@code producer -> consumer, consumer}.
 */
final class ReferenceGraph {
  private static final Pattern NODE = Pattern.compile("^\"(\\d+) ([^\"]*)\" \\[(.*)\\];");
  private static final Pattern EDGE = Pattern.compile("^\"(\\d+) [^\"]*\" -> \"(\\d+) [^\"]*\"");

  private ReferenceGraph() {}

  static TreeSet<String> placements(Path dot) {
    Map<String, String> names = new HashMap<>();
    Map<String, String> types = new HashMap<>();
    Map<String, List<String>> next = new HashMap<>();
    Map<String, String> previous = new HashMap<>();
    try {
      for (String line : Files.readAllLines(dot)) {
        Matcher node = NODE.matcher(line);
        Matcher edge = EDGE.matcher(line);
        if (edge.find()) {
          next.computeIfAbsent(edge.group(1), key -> new ArrayList<>()).add(edge.group(2));
          previous.put(edge.group(2), edge.group(1));
        } else if (node.find()) {
          names.put(node.group(1), node.group(2));
          types.put(node.group(1), node.group(3).replaceAll(".*type=([A-Za-z_]+).*", "$1"));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    TreeSet<String> found = new TreeSet<>();
    for (String id : names.keySet()) {
      if (!"QuantizeLinear".equals(types.get(id))) {
        continue;
      }
      String producer = previous.get(id);
      TreeSet<String> consumers = new TreeSet<>();
      for (String dequantize : next.getOrDefault(id, List.of())) {
        next.getOrDefault(dequantize, List.of())
            .forEach(consumer -> consumers.add(names.get(consumer)));
      }
      found.add(
          (producer == null ? "weight" : names.get(producer))
              + " -> "
              + String.join(", ", consumers));
    }
    return found;
  }
}
