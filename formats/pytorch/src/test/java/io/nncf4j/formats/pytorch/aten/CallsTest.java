package io.nncf4j.formats.pytorch.aten;

import static org.assertj.core.api.Assertions.assertThat;

import io.nncf4j.core.compose.ForeignNodes;
import io.nncf4j.core.compose.GraphComposer;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.reference.Interpreter;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.formats.pytorch.archive.TorchTypes;
import io.nncf4j.formats.pytorch.aten.AtenTranslator.Argument;
import io.nncf4j.formats.pytorch.aten.AtenValue.Flag;
import io.nncf4j.formats.pytorch.aten.AtenValue.Many;
import io.nncf4j.formats.pytorch.aten.AtenValue.Real;
import io.nncf4j.formats.pytorch.aten.AtenValue.TensorValue;
import io.nncf4j.formats.pytorch.aten.AtenValue.Text;
import io.nncf4j.formats.pytorch.aten.AtenValue.Whole;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Single calls: what is not read is refused, and operators are those that ONNX has. */
class CallsTest {
  private static Argument named(String name, AtenValue value) {
    return new Argument(name, value);
  }

  private static Graph call(String operator, TensorType type, Argument... rest) {
    GraphComposer composer = new GraphComposer("calls");
    AtenValue input = new TensorValue(composer.input("x", type));
    List<Argument> arguments = new ArrayList<>(List.of(named("", input)));
    for (Argument one : rest) {
      arguments.add(
          one.value() instanceof Text text && text.value().equals("second")
              ? named(one.name(), new TensorValue(composer.input("y", type)))
              : one);
    }
    AtenTranslator translator = new AtenTranslator(composer, TorchTypes::ofExported);
    for (AtenValue result : translator.call(operator, "made", arguments, 1)) {
      composer.output(((TensorValue) result).value(), "out");
    }
    return composer.build();
  }

  private static TensorType type(DataType type, long... shape) {
    return new TensorType(type, Shape.of(shape));
  }

  private static void assertRefused(String reason, Graph graph) {
    assertThat(ForeignNodes.list(graph)).hasSize(1);
    assertThat(ForeignNodes.list(graph).get(0).toString()).contains(reason);
  }

  private static final TensorType REALS = type(DataType.FLOAT32, 4);
  private static final TensorType PICTURE = type(DataType.FLOAT32, 1, 3, 5, 5);

  @Test
  void anArgumentThatNoRuleReadsMakesTheCallInexpressible() {
    assertRefused("decimals", call("round.decimals", REALS, named("decimals", new Whole(2))));
    assertRefused("number 2", call("relu.default", REALS, named("", new Real(2))));
    assertRefused("threshold", call("softplus", REALS, named("threshold", new Whole(1))));
    assertRefused("train", call("dropout", REALS, named("train", new Flag(true))));
    assertRefused(
        "rounding_mode",
        call(
            "div.Tensor_mode",
            REALS,
            named("other", new Text("second")),
            named("rounding_mode", new Text("weird"))));
    assertRefused("approximate", call("gelu", REALS, named("approximate", new Text("foo"))));
  }

  @Test
  void argumentsWithoutEffectArePassedOver() {
    Graph graph =
        call(
            "relu.default",
            REALS,
            named("inplace", new Flag(true)),
            named("dtype", AtenValue.NOTHING),
            named("copy", new Flag(true)));
    assertThat(ForeignNodes.list(graph)).isEmpty();
  }

  @Test
  void normalisationByTheBatchIsRefused() {
    AtenValue statistics = new Text("second");
    assertRefused(
        "model.eval()",
        call(
            "batch_norm",
            type(DataType.FLOAT32, 3, 3),
            named("running_mean", statistics),
            named("running_var", new Whole(1)),
            named("training", new Flag(true))));
  }

  @Test
  void resizingByScalesThatAreNoRatioOfLengthsIsRefused() {
    AtenValue sizes = new Many(List.of(new Whole(12), new Whole(10)));
    assertRefused(
        "scales_h",
        call(
            "upsample_nearest2d",
            PICTURE,
            named("output_size", sizes),
            named("scales_h", new Real(2.5)),
            named("scales_w", new Real(2))));
    Graph graph =
        call(
            "upsample_nearest2d",
            PICTURE,
            named("output_size", new Many(List.of(new Whole(10), new Whole(10)))),
            named("scales_h", new Real(2)),
            named("scales_w", new Real(2)));
    assertThat(ForeignNodes.list(graph)).isEmpty();
  }

  @Test
  void theRestOfRealsHasTheSignOfTheDivisor() {
    Graph graph = call("remainder.Scalar", REALS, named("other", new Real(3)));
    assertThat(run(graph, Tensor.ofFloats(new float[] {-5, -1, 1, 5}, 4)))
        .containsExactly(1, 2, 1, 2);
    assertThat(graph.nodes()).noneMatch(node -> node.is("Mod"));
  }

  @Test
  void sumsThatRunHaveTheTypeThatIsAskedFor() {
    Graph graph = call("cumsum", REALS, named("dim", new Whole(0)), named("dtype", new Whole(5)));
    assertThat(run(graph, Tensor.ofFloats(new float[] {1.5f, 1.5f, 1.5f, 1.5f}, 4)))
        .containsExactly(1, 2, 3, 4);
  }

  @ParameterizedTest
  @CsvSource({
    "logical_and, FLOAT32, And, BOOL",
    "logical_or, INT32, Or, BOOL",
    "logical_xor, BOOL, Xor, BOOL",
    "bitwise_and, INT32, BitwiseAnd, INT32",
    "bitwise_or, BOOL, Or, BOOL",
    "bitwise_xor, UINT8, BitwiseXor, UINT8"
  })
  void logicHasTheOperatorOfItsElements(
      String operator, DataType elements, String expected, DataType result) {
    Graph graph = call(operator, type(elements, 4), named("other", new Text("second")));
    assertThat(ForeignNodes.list(graph)).isEmpty();
    assertThat(graph.nodes()).anyMatch(node -> node.is(expected));
    assertThat(graph.outputs().get(0).tensorType().dataType()).isEqualTo(result);
  }

  @Test
  void negationHasTheOperatorOfItsElements() {
    assertThat(call("bitwise_not", type(DataType.INT32, 4)).nodes())
        .anyMatch(node -> node.is("BitwiseNot"));
    Graph graph = call("logical_not", REALS);
    assertThat(graph.nodes()).extracting(node -> node.type()).contains("Cast", "Not");
    assertRefused("bits", call("bitwise_not", REALS));
  }

  private static double[] run(Graph graph, Tensor input) {
    return new Interpreter().run(graph, Map.of("x", input)).get(0).toDoubles();
  }
}
