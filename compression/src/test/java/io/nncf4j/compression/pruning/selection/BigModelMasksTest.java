package io.nncf4j.compression.pruning.selection;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.nncf4j.compression.pruning.channel.ChannelAnalysis;
import io.nncf4j.compression.pruning.channel.ChannelGroup;
import io.nncf4j.compression.pruning.channel.ChannelSlice;
import io.nncf4j.compression.pruning.channel.ChannelUnit;
import io.nncf4j.compression.pruning.channel.PrunableLayer;
import io.nncf4j.compression.pruning.importance.FilterImportance;
import io.nncf4j.compression.pruning.importance.UnitImportance;
import io.nncf4j.testing.SharedFiles;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Masks, arithmetic and weights of the larger net against the original, whose net also holds a
 * layer normalisation behind the linear layer, which changes no mask.
 */
class BigModelMasksTest {
  @TestFactory
  Stream<DynamicTest> masksAreThoseOfTheOriginal() throws IOException {
    JsonNode cases =
        JsonMapper.builder()
            .build()
            .readTree(SharedFiles.oracle("pruning/big_model_masks.json").toFile());
    return StreamSupport.stream(cases.spliterator(), false)
        .map(entry -> DynamicTest.dynamicTest(name(entry), () -> check(entry)));
  }

  private static String name(JsonNode entry) {
    return entry.get("dim")
        + "D"
        + (entry.get("all_weights").asBoolean() ? " global" : " uniform")
        + (entry.get("prune_by_flops").asBoolean() ? " flops" : " level")
        + (entry.get("prune_first_conv").asBoolean() ? " with first" : "");
  }

  private static void check(JsonNode entry) {
    ChannelAnalysis analysis = ChannelAnalysis.of(BigNetwork.of(entry.get("dim").asInt()));
    LayerCosts costs = LayerCosts.of(analysis, analysis.model(), true);
    assertThat(costs.tally().flops()).isEqualTo(entry.get("full_flops").asLong());
    assertThat(costs.tally().parameters()).isEqualTo(entry.get("full_params").asLong());
    assertThat(costs.tally().filters()).isEqualTo(entry.get("full_filters").asLong());
    boolean global = entry.get("all_weights").asBoolean();
    List<ChannelGroup> groups =
        analysis.groups().stream()
            .filter(
                group ->
                    entry.get("prune_first_conv").asBoolean()
                        || !group.layerNames().contains("conv1"))
            .toList();
    Map<ChannelUnit, Double> importance = UnitImportance.of(analysis, FilterImportance.L2, global);
    UnitSelector selector = new UnitSelector(groups, importance);
    double target = entry.get("pruning_init").asDouble();
    boolean flops = entry.get("prune_by_flops").asBoolean();
    List<ChannelUnit> chosen =
        global
            ? flops ? selector.globalForFlops(target, costs) : selector.global(target)
            : flops ? selector.uniformForFlops(target, 8, costs) : selector.uniform(target, 8);
    LayerCosts.Tally left = costs.without(chosen);
    entry
        .get("nodes")
        .properties()
        .forEach(
            node ->
                assertThat(mask(analysis, layer(node.getKey()), chosen))
                    .as(node.getKey())
                    .isEqualTo(node.getValue().asText()));
    assertThat(left.flops()).isEqualTo(entry.get("current_flops").asLong());
    assertThat(left.parameters()).isEqualTo(entry.get("current_params").asLong());
  }

  private static String layer(String node) {
    return node.replaceAll(".*\\[(.*)\\].*", "$1");
  }

  private static String mask(ChannelAnalysis analysis, String name, List<ChannelUnit> chosen) {
    PrunableLayer layer =
        analysis.layers().stream()
            .filter(found -> found.node().equals(name))
            .findFirst()
            .orElseThrow();
    int count =
        (int)
            analysis
                .model()
                .graph()
                .tensorType(layer.weight().value())
                .shape()
                .toArray()[layer.filterDimension()];
    char[] mask = new char[count];
    Arrays.fill(mask, '1');
    for (ChannelUnit unit : chosen) {
      for (ChannelSlice slice : unit.slices()) {
        if (slice.constant().equals(layer.weight())
            && slice.dimension() == layer.filterDimension()) {
          mask[slice.index()] = '0';
        }
      }
    }
    return new String(mask);
  }
}
