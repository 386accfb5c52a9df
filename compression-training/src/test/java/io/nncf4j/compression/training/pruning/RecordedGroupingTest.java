package io.nncf4j.compression.training.pruning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.nncf4j.compression.config.ScopeFilter;
import io.nncf4j.compression.pruning.channel.ChannelAnalysis;
import io.nncf4j.compression.pruning.channel.ChannelGroup;
import io.nncf4j.compression.pruning.channel.ChannelSlice;
import io.nncf4j.compression.pruning.channel.ChannelUnit;
import io.nncf4j.compression.pruning.channel.MaskChannels;
import io.nncf4j.compression.pruning.channel.PrunableLayer;
import io.nncf4j.compression.pruning.channel.RemoveChannels;
import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.Session;
import io.nncf4j.engines.SessionOptions;
import io.nncf4j.engines.SyntheticInputs;
import io.nncf4j.engines.onnxruntime.OnnxRuntimeEngine;
import io.nncf4j.testing.SharedFiles;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The groups of 33 nets against those of the original; differences are listed with a reason. */
class RecordedGroupingTest {
  private static final ScopeFilter ALL = new ScopeFilter(null, List.of(), false);

  @TestFactory
  Stream<DynamicTest> groupsAreThoseOfTheOriginal() throws IOException {
    JsonNode cases =
        JsonMapper.builder().build().readTree(SharedFiles.oracle("pruning/grouping.json").toFile());
    List<DynamicTest> tests = new ArrayList<>();
    for (int index = 0; index < cases.size(); index++) {
      int number = index;
      JsonNode entry = cases.get(index);
      tests.add(
          DynamicTest.dynamicTest(
              index + " " + entry.get("model").asText(), () -> check(number, entry)));
    }
    return tests.stream();
  }

  /**
   * What we prune and the original does not, by the number of the case; docs/differences.md has the
   * reasons.
   */
  private static final Map<Integer, Set<Set<Integer>>> MORE =
      Map.of(
          10, Set.of(Set.of(2, 3, 5)),
          11, Set.of(Set.of(1, 2, 4, 7, 9)),
          16, Set.of(Set.of(1, 2)),
          17, Set.of(Set.of(1)),
          21, Set.of(Set.of(1)),
          22, Set.of(Set.of(1)),
          25, Set.of(Set.of(1)),
          27, Set.of(Set.of(11), Set.of(13)),
          28, Set.of(Set.of(1)),
          30, Set.of(Set.of(2, 5)));

  private static void check(int number, JsonNode entry) {
    Model model = RecordedGraph.of(entry);
    assertThat(RecordedGraph.differences(model, entry)).isEmpty();
    Set<Set<Integer>> expected = new HashSet<>();
    for (JsonNode group : entry.get("groups_by_node_id")) {
      Set<Integer> nodes = new TreeSet<>();
      group.forEach(node -> nodes.add(node.asInt()));
      expected.add(nodes);
    }
    expected.addAll(MORE.getOrDefault(number, Set.of()));
    assertThat(
            groups(
                model,
                entry.get("prune_first_conv").asBoolean(),
                entry.get("prune_downsample_convs").asBoolean()))
        .isEqualTo(expected);
    removeAndMask(model);
  }

  /** Whatever group is found: removing some of it computes what masking does. */
  private static void removeAndMask(Model model) {
    ChannelAnalysis analysis = ChannelAnalysis.of(model);
    for (ChannelGroup group : analysis.groups()) {
      if (group.units().size() < 2) {
        continue;
      }
      List<ChannelUnit> some = group.units().subList(0, group.units().size() / 2);
      float[] masked = run(new MaskChannels(analysis).mask(some));
      float[] removed = run(new RemoveChannels(analysis).remove(some));
      assertThat(removed).hasSameSizeAs(masked);
      double largest = 1;
      for (float value : masked) {
        largest = Math.max(largest, Math.abs(value));
      }
      for (int index = 0; index < masked.length; index++) {
        assertThat((double) removed[index])
            .as(group.layerNames() + " at " + index)
            .isCloseTo(masked[index], within(1e-4 * largest));
      }
    }
  }

  private static float[] run(Model model) {
    Map<String, Tensor> inputs = SyntheticInputs.ofSeed(1).generate(model.graph().inputs());
    try (Session session = new OnnxRuntimeEngine().compile(model, SessionOptions.defaults())) {
      String output = model.graph().outputs().get(0).name();
      return java.util.Objects.requireNonNull(session.run(inputs).get(output)).toFloats();
    }
  }

  /** Layers of each group by the number of their nodes, those that make no channels as well. */
  static Set<Set<Integer>> groups(Model model, boolean first, boolean downsampling) {
    ChannelAnalysis analysis = ChannelAnalysis.of(model);
    Set<Set<Integer>> groups = new HashSet<>();
    List<ChannelGroup> prunable;
    try {
      prunable = PrunableGroups.of(analysis, ALL, first, downsampling).groups();
    } catch (InputException nothing) {
      return groups;
    }
    for (ChannelGroup group : prunable) {
      Set<Integer> nodes = new TreeSet<>();
      for (PrunableLayer layer : analysis.layers()) {
        for (ChannelSlice slice : group.units().get(0).slices()) {
          if (slice.constant().equals(layer.weight())
              && slice.dimension() == layer.filterDimension()) {
            nodes.add(Integer.parseInt(layer.node().substring(1)));
          }
        }
      }
      groups.add(nodes);
    }
    return groups;
  }
}
