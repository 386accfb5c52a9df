package io.nncf4j.core.rewrite;

import static io.nncf4j.core.Graphs.graph;
import static io.nncf4j.core.Graphs.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nncf4j.core.Graphs;
import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.pass.Verifier;
import io.nncf4j.core.reference.Interpreter;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class InputNormalizationTest {
  private static final List<Double> MEANS = List.of(120.0, 110.0, 90.0);
  private static final List<Double> SCALES = List.of(58.0, 57.0, 61.0);
  private static final InputNormalization BOTH = new InputNormalization(MEANS, SCALES, true);
  private final Random random = new Random(5);

  private Tensor weights(long... shape) {
    return Tensor.ofDoubles(
        DataType.FLOAT32,
        random.doubles(Tensor.elementCount(shape)).map(value -> value - 0.5).toArray(),
        shape);
  }

  private Model convolution(Attributes attributes, String inputs) {
    return graph()
        .input("x", 2, 3, 5, 5)
        .constant("w", weights(4, 3, 3, 3))
        .constant("b", weights(4))
        .node("y", "Conv", inputs, attributes)
        .output("y")
        .model();
  }

  /** On pixels the new model gives what the old one gives on pixels that were prepared by hand. */
  private Model prepares(Model model, InputNormalization normalization) {
    Model whole = normalization.into(model, null);
    assertThat(Verifier.STANDARD.verify(whole)).isEmpty();
    Tensor pixels =
        Tensor.ofDoubles(
            DataType.FLOAT32, random.doubles(2 * 3 * 25).map(v -> v * 255).toArray(), 2, 3, 5, 5);
    double[] prepared = new double[pixels.size()];
    for (int index = 0; index < prepared.length; index++) {
      int channel = index / 25 % 3;
      int source = normalization.reverseChannels() ? 2 - channel : channel;
      double mean = normalization.means().isEmpty() ? 0 : normalization.means().get(channel);
      double scale = normalization.scales().isEmpty() ? 1 : normalization.scales().get(channel);
      prepared[index] = (pixels.doubleAt(index + (source - channel) * 25) - mean) / scale;
    }
    Tensor expected = run(model, Tensor.ofDoubles(DataType.FLOAT32, prepared, pixels.shape()));
    assertThat(run(whole, pixels).toFloats())
        .containsExactly(expected.toFloats(), Offset.offset(1e-4f));
    return whole;
  }

  private static Tensor run(Model model, Tensor input) {
    return new Interpreter().run(model.graph(), Map.of("x", input)).get(0);
  }

  private static List<String> types(Model model) {
    return model.graph().nodes().stream().map(Node::type).toList();
  }

  @Test
  void goesIntoTheWeightsOfAConvolutionThatDoesNotPad() {
    assertThat(types(prepares(convolution(Attributes.NONE, "x w b"), BOTH)))
        .containsExactly("Conv");
    assertThat(types(prepares(convolution(Attributes.NONE, "x w"), BOTH))).containsExactly("Conv");
  }

  @Test
  void subtractsBeforeAConvolutionThatPads() {
    Attributes padding = with("pads", new long[] {1, 1, 1, 1});
    assertThat(types(prepares(convolution(padding, "x w b"), BOTH))).containsExactly("Sub", "Conv");
    assertThat(
            types(
                prepares(
                    convolution(padding, "x w"), new InputNormalization(List.of(), SCALES, true))))
        .containsExactly("Conv");
  }

  @Test
  void becomesNodesWhereOthersRead() {
    Graphs other = graph().input("x", 2, 3, 5, 5).node("y", "Relu", "x").output("y");
    assertThat(types(prepares(other.model(), BOTH)))
        .containsExactly("Gather", "Sub", "Div", "Relu");
  }

  @Test
  void leavesTheModelWhenNothingIsAskedFor() {
    Model model = convolution(Attributes.NONE, "x w b");
    assertThat(new InputNormalization(List.of(), List.of(), false).into(model, null))
        .isSameAs(model);
  }

  @Test
  void refusesWhatDoesNotFit() {
    Model model = convolution(Attributes.NONE, "x w b");
    assertThatThrownBy(
            () -> new InputNormalization(List.of(1.0, 2.0), List.of(), false).into(model, null))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("3 channels")
        .hasMessageContaining("2 means");
    assertThatThrownBy(() -> BOTH.into(model, "z"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("no input \"z\", but x");
    assertThatThrownBy(() -> new InputNormalization(List.of(), List.of(0.0), false))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("not 0");
  }
}
