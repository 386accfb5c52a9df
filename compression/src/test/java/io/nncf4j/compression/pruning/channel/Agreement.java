package io.nncf4j.compression.pruning.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.nncf4j.compression.GraphSketch;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.SyntheticInputs;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Compares what is left after removal with what masking gives, in ONNX Runtime. */
final class Agreement {
  private final ChannelAnalysis analysis;
  private final Map<String, Tensor> inputs;

  Agreement(Model model) {
    analysis = ChannelAnalysis.of(model);
    List<Value> given = analysis.model().graph().inputs();
    inputs = SyntheticInputs.ofSeed(7).withImageLength(96).generate(given);
  }

  ChannelAnalysis analysis() {
    return analysis;
  }

  /** Removes and masks some units of a group and compares all outputs. */
  Model check(ChannelGroup group, Random random) {
    return check("group " + group.index() + " of " + group.layerNames(), some(group, random));
  }

  /** At least one and not all. */
  static List<ChannelUnit> some(ChannelGroup group, Random random) {
    List<ChannelUnit> units = new ArrayList<>(group.units());
    java.util.Collections.shuffle(units, random);
    return units.subList(0, 1 + random.nextInt(Math.max(1, units.size() - 1)));
  }

  Model check(String what, Collection<ChannelUnit> units) {
    Model removed = new RemoveChannels(analysis).remove(units);
    Model masked = new MaskChannels(analysis).mask(units);
    Map<String, Tensor> expected = GraphSketch.run(masked, inputs);
    Map<String, Tensor> found = GraphSketch.run(removed, inputs);
    expected.forEach((name, tensor) -> compare(what + ": " + name, tensor, found.get(name)));
    assertThat(parameters(removed)).as(what).isLessThan(parameters(analysis.model()));
    return removed;
  }

  private static void compare(String what, Tensor expected, Tensor found) {
    assertThat(found.shape()).as(what).isEqualTo(expected.shape());
    double largest = 1;
    double worst = 0;
    for (int index = 0; index < expected.size(); index++) {
      largest = Math.max(largest, Math.abs(expected.doubleAt(index)));
      double difference = Math.abs(expected.doubleAt(index) - found.doubleAt(index));
      worst = difference <= worst ? worst : difference;
    }
    assertThat(worst / largest).as(what).isLessThan(1e-4);
  }

  private static long parameters(Model model) {
    Graph graph = model.graph();
    return graph.constants().values().stream().mapToLong(Tensor::size).sum();
  }
}
