package io.nncf4j.compression.training.pruning;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.nncf4j.compression.config.ScopeFilter;
import io.nncf4j.compression.pruning.channel.ChannelAnalysis;
import io.nncf4j.compression.pruning.channel.ChannelGroup;
import io.nncf4j.compression.pruning.channel.ChannelSlice;
import io.nncf4j.compression.pruning.channel.ChannelUnit;
import io.nncf4j.compression.pruning.channel.KeptChannels;
import io.nncf4j.compression.pruning.channel.Place;
import io.nncf4j.compression.pruning.channel.PrunableLayer;
import io.nncf4j.compression.pruning.channel.RemoveChannels;
import io.nncf4j.compression.pruning.importance.FilterImportance;
import io.nncf4j.compression.pruning.importance.UnitImportance;
import io.nncf4j.compression.pruning.selection.LayerCosts;
import io.nncf4j.compression.pruning.selection.UnitSelector;
import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.testing.SharedFiles;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Masks along the graph and arithmetic against the original's, on its recorded graphs. */
class RecordedPropagationTest {
  private static JsonNode read(String file) throws IOException {
    return JsonMapper.builder().build().readTree(SharedFiles.oracle("pruning/" + file).toFile());
  }

  /** What stays of every value is what the original's masks say. */
  @TestFactory
  Stream<DynamicTest> masksReachTheSameChannels() throws IOException {
    JsonNode cases = read("mask_propagation.json").get("conv_nets");
    List<DynamicTest> tests = new ArrayList<>();
    for (int index = 0; index < cases.size(); index++) {
      JsonNode entry = cases.get(index);
      if (!entry.has("expected_error")) {
        tests.add(
            DynamicTest.dynamicTest(
                index + " " + entry.get("case").asText(), () -> checkMasks(entry)));
      }
    }
    return tests.stream();
  }

  private static void checkMasks(JsonNode entry) {
    Model model = RecordedGraph.of(entry);
    ChannelAnalysis analysis = ChannelAnalysis.of(model);
    Map<String, ChannelUnit> units = units(analysis);
    Set<ChannelUnit> removed = new LinkedHashSet<>();
    entry
        .get("masks_before")
        .fields()
        .forEachRemaining(
            mask -> {
              String bits = mask.getValue().asText("");
              if (isBehindLayerNormalization(entry, mask.getKey())) {
                return;
              }
              for (int index = 0; index < bits.length(); index++) {
                if (bits.charAt(index) == '0') {
                  String filter = "n" + mask.getKey() + "/" + index;
                  assertThat(units.containsKey(filter)).as(filter).isTrue();
                  removed.add(units.get(filter));
                }
              }
            });
    KeptChannels kept = RemoveChannels.kept(analysis, removed);
    entry
        .get("masks_after")
        .fields()
        .forEachRemaining(
            mask -> {
              if (!isBehindLayerNormalization(entry, mask.getKey())) {
                checkMask(analysis.model(), kept, mask);
              }
            });
  }

  /** The original masks over a layer normalisation, which then counts zeros; we keep those. */
  private static boolean isBehindLayerNormalization(JsonNode entry, String node) {
    return entry.get("case").asText().equals("BigPruningTestModel") && Integer.parseInt(node) >= 11;
  }

  private static void checkMask(Model model, KeptChannels kept, Map.Entry<String, JsonNode> mask) {
    String value = "v" + mask.getKey() + "_0";
    if (!model.graph().isDefined(value) || mask.getValue().isObject()) {
      return;
    }
    Shape shape = model.graph().tensorType(value).shape();
    String expected = mask.getValue().isNull() ? "" : mask.getValue().asText();
    int dimension = java.util.Objects.requireNonNull(shape).rank() == 1 ? 0 : 1;
    int[] staying = kept.of(Place.ofValue(value), dimension);
    StringBuilder found = new StringBuilder();
    if (staying != null) {
      found.append("0".repeat((int) shape.get(dimension).lengthOrMinusOne()));
      for (int index : staying) {
        found.setCharAt(index, '1');
      }
    }
    // No mask and a mask of ones mean the same.
    assertThat(found.toString()).as(value).isEqualTo(expected.contains("0") ? expected : "");
  }

  /** Units by layer and number of one of their filters. */
  private static Map<String, ChannelUnit> units(ChannelAnalysis analysis) {
    Map<String, ChannelUnit> units = new HashMap<>();
    for (ChannelGroup group : analysis.groups()) {
      for (ChannelUnit unit : group.units()) {
        for (ChannelSlice slice : unit.slices()) {
          for (PrunableLayer layer : analysis.layers()) {
            if (slice.constant().equals(layer.weight())
                && slice.dimension() == layer.filterDimension()) {
              units.put(layer.node() + "/" + slice.index(), unit);
            }
          }
        }
      }
    }
    return units;
  }

  /** Arithmetic of all layers before, and after pruning the same share of each group. */
  @TestFactory
  Stream<DynamicTest> arithmeticIsThatOfTheOriginal() throws IOException {
    Map<String, JsonNode> graphs = new HashMap<>();
    for (JsonNode entry : read("mask_propagation.json").get("conv_nets")) {
      graphs.putIfAbsent(entry.get("case").asText(), entry);
    }
    List<DynamicTest> tests = new ArrayList<>();
    JsonNode cases = read("flops.json");
    for (int index = 0; index < cases.size(); index++) {
      JsonNode entry = cases.get(index);
      String model = entry.get("model").asText();
      tests.add(
          DynamicTest.dynamicTest(
              index + " " + model, () -> checkFlops(entry, graph(entry, graphs))));
    }
    return tests.stream();
  }

  private static Model graph(JsonNode entry, Map<String, JsonNode> graphs) {
    if (!entry.get("export").get("onnx").isNull()) {
      return io.nncf4j.core.format.ModelFiles.read(
          SharedFiles.oracle("pruning/" + entry.get("export").get("onnx").asText()));
    }
    return RecordedGraph.of(
        java.util.Objects.requireNonNull(graphs.get(entry.get("model").asText())));
  }

  private static void checkFlops(JsonNode entry, Model model) {
    ChannelAnalysis analysis = ChannelAnalysis.of(model);
    LayerCosts costs = LayerCosts.of(analysis, analysis.model(), true);
    String name = entry.get("model").asText();
    // The product of a vector and a matrix is no layer to us.
    long vector = name.equals("GroupedConvolutionModel") ? 2 * 2048 * 128 : 0;
    assertThat(costs.tally().flops()).isEqualTo(entry.get("expected_full_flops").asLong() - vector);
    if (!name.equals("PruningTestModelSharedConvs") && vector == 0) {
      // The original counts a shared weight for each call.
      assertThat(costs.tally().parameters())
          .isEqualTo(entry.get("actual").get("full_params").asLong());
    }
    double target = entry.get("pruning_flops_target").asDouble();
    if (target == 0 || entry.get("all_weights").asBoolean()) {
      return;
    }
    List<ChannelGroup> groups;
    try {
      groups =
          PrunableGroups.of(analysis, new ScopeFilter(null, List.of(), false), true, false)
              .groups();
    } catch (InputException nothing) {
      groups = List.of();
    }
    if (name.equals("PruningTestModelDiffChInPruningCluster")) {
      // We prune another group, see RecordedGroupingTest.
      groups = groups.subList(0, 1);
    }
    UnitSelector selector =
        new UnitSelector(groups, UnitImportance.of(analysis, FilterImportance.L2, false));
    long left = costs.without(selector.uniformForFlops(target, 8, costs)).flops();
    // The original counts five inputs of a layer behind an addition that are gone, at 49 places.
    long forgotten = name.equals("MobilenetV3BlockSEReshape_mode_linear") ? 2 * 5 * 49 : 0;
    assertThat(left).isEqualTo(entry.get("expected_current_flops").asLong() - forgotten);
  }
}
