package io.nncf4j.compression.pruning.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.nncf4j.compression.GraphSketch;
import io.nncf4j.core.NncfException;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.testing.SharedFiles;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Which operators hand channels on, against the original's cases of made-up operators, each as a
 * graph of real ones. Their masks are of ones, so they say whether a mask arrives and not which.
 */
class RecordedOperatorsTest {
  /**
   * What a mask of node 0 reaches here where it is not what it reaches in the original: whole
   * groups of convolutions and normalizations go, there they stop the mask; and a normalization
   * over all channels keeps the layer before it from being pruned, there it is masked without an
   * effect on what follows.
   */
  private static final Map<String, Set<String>> OURS =
      Map.of(
          "group_norm_pruning_ops[10-5", Set.of("0", "1"),
          "group_norm_pruning_ops[10-1-", Set.of(),
          "grouped_conv_no_depthwise", Set.of("0", "1"),
          "multiply_grouped_conv", Set.of("0", "1"));

  @TestFactory
  Stream<DynamicTest> masksArriveWhereTheyDoInTheOriginal() throws IOException {
    JsonNode cases =
        JsonMapper.builder()
            .build()
            .readTree(SharedFiles.oracle("pruning/mask_propagation.json").toFile())
            .get("generic");
    List<DynamicTest> tests = new ArrayList<>();
    for (int index = 0; index < cases.size(); index++) {
      JsonNode entry = cases.get(index);
      String name = index + " " + entry.get("case").asText();
      tests.add(
          DynamicTest.dynamicTest(
              name,
              () -> {
                if (entry.has("expected_error")) {
                  checkRefused(entry);
                } else {
                  check(entry);
                }
              }));
    }
    return tests.stream();
  }

  private static void check(JsonNode entry) {
    ChannelAnalysis analysis = ChannelAnalysis.of(new RealGraph(entry).model());
    Set<String> reached = new TreeSet<>();
    entry
        .get("masks_before")
        .fields()
        .forEachRemaining(
            mask -> {
              if (!mask.getValue().isNull()) {
                reached.addAll(reached(analysis, entry, mask.getKey()));
              }
            });
    Set<String> expected = new TreeSet<>();
    entry
        .get("masks_after")
        .fields()
        .forEachRemaining(
            mask -> {
              if (!mask.getValue().isNull()) {
                expected.add(mask.getKey());
              }
            });
    boolean isMasked = !entry.get("masks_before").path("0").isNull();
    String ours =
        OURS.keySet().stream()
            .filter(part -> isMasked && entry.get("case").asText().contains(part))
            .findAny()
            .orElse("");
    assertThat(reached).isEqualTo(OURS.getOrDefault(ours, expected));
  }

  /** Nodes whose output loses a channel when the first filter of {@code source} goes. */
  private static Set<String> reached(ChannelAnalysis analysis, JsonNode entry, String source) {
    ChannelUnit unit = unitOrNull(analysis, source);
    Set<String> reached = new TreeSet<>();
    if (unit == null) {
      return reached;
    }
    KeptChannels kept = RemoveChannels.kept(analysis, Set.of(unit));
    for (JsonNode node : entry.get("nodes")) {
      String id = node.get("id").asText();
      if (kept.of(Place.ofValue("v" + id), 1) != null) {
        reached.add(id);
      }
    }
    return reached;
  }

  private static ChannelUnit unit(ChannelAnalysis analysis, String node) {
    return java.util.Objects.requireNonNull(unitOrNull(analysis, node));
  }

  /** Null when the first filter of the node cannot go by itself. */
  private static @Nullable ChannelUnit unitOrNull(ChannelAnalysis analysis, String node) {
    for (ChannelGroup group : analysis.groups()) {
      for (PrunableLayer layer : group.layers()) {
        for (ChannelUnit unit : group.units()) {
          boolean isFirst =
              layer.node().equals("v" + node)
                  && unit.slices()
                      .contains(new ChannelSlice(layer.weight(), layer.filterDimension(), 0));
          if (isFirst) {
            return unit;
          }
        }
      }
    }
    return null;
  }

  /** Masks that contradict each other: here they cannot be said, or the graph is wrong. */
  private static void checkRefused(JsonNode entry) {
    if (entry.get("masks_before").get("0").asText().length() != 10) {
      assertThatThrownBy(() -> new RealGraph(entry).model()).isInstanceOf(NncfException.class);
      return;
    }
    ChannelAnalysis analysis = ChannelAnalysis.of(new RealGraph(entry).model());
    assertThat(unit(analysis, "0")).isEqualTo(unit(analysis, "1"));
  }

  /** A case with real operators; what nothing reads is read by a layer of one filter. */
  private static final class RealGraph {
    private final JsonNode entry;
    private final GraphSketch sketch = new GraphSketch();
    private final Map<String, Long> channels = new HashMap<>();
    private final Set<String> unread = new TreeSet<>();
    private final boolean linear;

    RealGraph(JsonNode entry) {
      this.entry = entry;
      linear = entry.get("edges").get(0).get("shape").size() == 2;
      if (linear) {
        sketch.input("x", 4, 3);
      } else {
        sketch.input("x", 2, 3, 6, 6);
      }
      channels.put("x", 3L);
    }

    io.nncf4j.core.graph.Model model() {
      entry.get("nodes").forEach(this::add);
      List<String> outputs = new ArrayList<>();
      for (String value : List.copyOf(unread)) {
        layer("end_" + value, value, 1, 1, false);
        outputs.add("end_" + value);
      }
      return sketch.model(outputs.toArray(String[]::new));
    }

    private void add(JsonNode node) {
      String output = "v" + node.get("id").asText();
      List<String> inputs = inputs(node);
      JsonNode attributes = node.path("layer_attributes");
      switch (node.get("type").asText()) {
        case "conv", "mask_producer", "linear" ->
            layer(
                output,
                inputs.isEmpty() ? "x" : inputs.get(0),
                filters(node, attributes),
                attributes.path("groups").asLong(1),
                attributes.path("transpose").asBoolean());
        case "identity_mask_forward" -> simple(output, "Relu", Attributes.NONE, inputs);
        case "batch_norm" -> simple(output, "BatchNormalization", Attributes.NONE, with(4, inputs));
        case "group_norm" ->
            simple(
                output,
                "GroupNormalization",
                Attributes.NONE.with("num_groups", attributes.get("num_groups").asLong()),
                with(2, inputs));
        case "elementwise" -> simple(output, "Add", Attributes.NONE, inputs);
        case "concat" -> {
          simple(output, "Concat", Attributes.NONE.with("axis", 1), inputs);
          channels.put(output, inputs.stream().mapToLong(channels::get).sum());
        }
        case "chunk" -> {
          sketch.add(
              Node.onnx(
                  output,
                  "Split",
                  Attributes.NONE.with("axis", 1).with("num_outputs", 2),
                  inputs,
                  List.of(output, output + "_1")));
          unread.removeAll(inputs);
          for (String part : List.of(output, output + "_1")) {
            channels.put(part, channels.get(inputs.get(0)) / 2);
            unread.add(part);
          }
        }
        default -> throw new IllegalStateException("no translation of " + node);
      }
    }

    private List<JsonNode> edges(String end, JsonNode node) {
      List<JsonNode> edges = new ArrayList<>();
      for (JsonNode edge : entry.get("edges")) {
        if (edge.get(end).equals(node.get("id"))) {
          edges.add(edge);
        }
      }
      edges.sort(Comparator.comparingInt(edge -> edge.get("input_port").asInt()));
      return edges;
    }

    private List<String> inputs(JsonNode node) {
      List<String> inputs = new ArrayList<>();
      for (JsonNode edge : edges("to", node)) {
        String value = "v" + edge.get("from").asText();
        boolean isSecondHalf = channels.containsKey(value + "_1") && !unread.contains(value);
        inputs.add(isSecondHalf ? value + "_1" : value);
      }
      return inputs;
    }

    private long filters(JsonNode node, JsonNode attributes) {
      if (attributes.has("out_channels")) {
        return attributes.get("out_channels").asLong();
      }
      if (attributes.has("out_features")) {
        return attributes.get("out_features").asLong();
      }
      String mask = entry.get("masks_before").path(node.get("id").asText()).asText("");
      if (entry.has("expected_error")) {
        return mask.length();
      }
      // The cases with concatenation count channels along the third dimension.
      int dimension = entry.get("case").asText().contains("concat") ? 2 : 1;
      return edges("from", node).get(0).get("shape").get(dimension).asLong();
    }

    private void layer(String output, String input, long filters, long groups, boolean transposed) {
      long given = channels.get(input);
      if (linear) {
        sketch
            .constant(output + ".w", ones(given, filters))
            .node(output, "MatMul", input, output + ".w");
      } else {
        Tensor weight =
            transposed ? ones(given, filters / groups, 1, 1) : ones(filters, given / groups, 1, 1);
        sketch
            .constant(output + ".w", weight)
            .node(
                output,
                transposed ? "ConvTranspose" : "Conv",
                Attributes.NONE.with("group", groups),
                input,
                output + ".w");
      }
      unread.remove(input);
      channels.put(output, filters);
      unread.add(output);
    }

    private List<String> with(int constants, List<String> inputs) {
      List<String> all = new ArrayList<>(inputs);
      for (int index = 0; index < constants; index++) {
        String name = "c" + index;
        sketch.constant(name, ones(channels.get(inputs.get(0))));
        all.add(name);
      }
      return all;
    }

    private void simple(String output, String type, Attributes attributes, List<String> inputs) {
      sketch.node(output, type, attributes, inputs.toArray(String[]::new));
      unread.removeAll(inputs);
      channels.put(output, channels.get(inputs.get(0)));
      unread.add(output);
    }

    private static Tensor ones(long... shape) {
      float[] values = new float[Tensor.elementCount(shape)];
      java.util.Arrays.fill(values, 1);
      return Tensor.ofFloats(values, shape);
    }
  }
}
