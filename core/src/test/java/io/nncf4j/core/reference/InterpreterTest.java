package io.nncf4j.core.reference;

import static io.nncf4j.core.Graphs.graph;
import static io.nncf4j.core.Graphs.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nncf4j.core.InputException;
import io.nncf4j.core.UnsupportedOperatorException;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class InterpreterTest {
  private static Tensor run(String type, Attributes attributes, Tensor... inputs) {
    String[] names = new String[inputs.length];
    Arrays.setAll(names, index -> "i" + index);
    Node node = Node.onnx("n", type, attributes, List.of(names), List.of("o"));
    return new Interpreter().run(node, Arrays.asList(inputs)).get(0);
  }

  @Property
  void integerDivisionTruncatesAndModFollowsTheDivisor(
      @ForAll int a, @ForAll @IntRange(min = 1, max = 1000) int magnitude, @ForAll boolean minus) {
    int b = minus ? -magnitude : magnitude;
    Tensor left = Tensor.ofInts(new int[] {a}, 1);
    Tensor right = Tensor.ofInts(new int[] {b}, 1);
    assertThat(run("Div", Attributes.NONE, left, right).longAt(0)).isEqualTo((int) (a / b));
    assertThat(run("Mod", Attributes.NONE, left, right).longAt(0)).isEqualTo(Math.floorMod(a, b));
    assertThat(run("Mod", with("fmod", 1), left, right).longAt(0)).isEqualTo(a % b);
  }

  @Test
  void integersWrap() {
    Tensor large = Tensor.ofInts(new int[] {Integer.MAX_VALUE}, 1);
    assertThat(run("Add", Attributes.NONE, large, Tensor.ofInts(new int[] {1}, 1)).longAt(0))
        .isEqualTo(Integer.MIN_VALUE);
    Tensor bytes = Tensor.ofBytes(DataType.UINT8, new byte[] {(byte) 200}, 1);
    assertThat(run("Add", Attributes.NONE, bytes, bytes).longAt(0)).isEqualTo(144);
    assertThat(run("Cast", with("to", DataType.INT8.onnxNumber()), bytes).longAt(0)).isEqualTo(-56);
  }

  @Test
  void unsigned64IsComparedAndDividedWithoutSign() {
    Tensor huge = Tensor.ofDoubles(DataType.UINT64, new double[] {0x1p63}, 1);
    Tensor two = Tensor.ofDoubles(DataType.UINT64, new double[] {2}, 1);
    assertThat(run("Div", Attributes.NONE, huge, two).longAt(0)).isEqualTo(1L << 62);
    assertThat(run("Greater", Attributes.NONE, huge, two).longAt(0)).isEqualTo(1);
    assertThat(run("Max", Attributes.NONE, huge, two).longAt(0)).isEqualTo(Long.MIN_VALUE);
    assertThat(run("Clip", Attributes.NONE, huge, two).longAt(0)).isEqualTo(Long.MIN_VALUE);
  }

  @Test
  void sliceTakesExtremeBoundsAndSteps() {
    Tensor data = Tensor.vector(0, 1, 2, 3, 4);
    Tensor axes = Tensor.vector(0);
    assertThat(
            run(
                    "Slice",
                    Attributes.NONE,
                    data,
                    Tensor.vector(-1),
                    Tensor.vector(Long.MIN_VALUE),
                    axes,
                    Tensor.vector(-2))
                .toLongs())
        .containsExactly(4, 2, 0);
    assertThat(
            run(
                    "Slice",
                    Attributes.NONE,
                    data,
                    Tensor.vector(1),
                    Tensor.vector(Long.MAX_VALUE),
                    axes,
                    Tensor.vector(Long.MAX_VALUE))
                .toLongs())
        .containsExactly(1);
    assertThat(
            run(
                    "Slice",
                    Attributes.NONE,
                    data,
                    Tensor.vector(3),
                    Tensor.vector(1),
                    axes,
                    Tensor.vector(1))
                .size())
        .isZero();
  }

  @Property
  void sliceAgreesWithCounting(
      @ForAll @IntRange(min = -9, max = 9) int start,
      @ForAll @IntRange(min = -9, max = 9) int end,
      @ForAll @IntRange(min = -4, max = 4) int step) {
    if (step == 0) {
      return;
    }
    long[] data = {10, 11, 12, 13, 14, 15, 16};
    java.util.ArrayList<Long> expected = new java.util.ArrayList<>();
    int n = data.length;
    int from = start < 0 ? start + n : start;
    int to = end < 0 ? end + n : end;
    from = step > 0 ? Math.max(0, Math.min(n, from)) : Math.max(0, Math.min(n - 1, from));
    to = step > 0 ? Math.max(0, Math.min(n, to)) : Math.max(-1, Math.min(n - 1, to));
    for (int at = from; step > 0 ? at < to : at > to; at += step) {
      expected.add(data[at]);
    }
    Tensor result =
        run(
            "Slice",
            Attributes.NONE,
            Tensor.vector(data),
            Tensor.vector(start),
            Tensor.vector(end),
            Tensor.vector(0),
            Tensor.vector(step));
    assertThat(result.toLongs()).isEqualTo(expected.stream().mapToLong(Long::longValue).toArray());
  }

  @Test
  void packedElementsMoveByBits() {
    Tensor nibbles = Tensor.ofDoubles(DataType.INT4, new double[] {-8, 7, 3, -1, 0, 5}, 2, 3);
    Tensor turned = run("Transpose", Attributes.NONE, nibbles);
    assertThat(turned.shape()).containsExactly(3, 2);
    assertThat(turned.toLongs()).containsExactly(-8, -1, 7, 0, 3, 5);
  }

  @Test
  void erfIsExactToFourteenDigits() {
    assertThat(SpecialFunctions.erf(0.5)).isCloseTo(0.5204998778130465, offset());
    assertThat(SpecialFunctions.erf(2.9)).isCloseTo(0.9999589021219005, offset());
    assertThat(SpecialFunctions.erf(3.1)).isCloseTo(0.9999883513426328, offset());
    assertThat(SpecialFunctions.erf(-1)).isCloseTo(-0.8427007929497149, offset());
    assertThat(SpecialFunctions.erf(Double.POSITIVE_INFINITY)).isEqualTo(1);
    assertThat(SpecialFunctions.erf(Double.NaN)).isNaN();
  }

  private static org.assertj.core.data.Offset<Double> offset() {
    return org.assertj.core.data.Offset.offset(1e-14);
  }

  @Test
  void bodiesSeeOuterValuesAndLoopsAreBounded() {
    Graph body =
        graph("body")
            .input("i", TensorType.of(DataType.INT64))
            .input("go", TensorType.of(DataType.BOOL))
            .input("sum", TensorType.of(DataType.INT64))
            .node("next", "Add", "sum step")
            .node("still", "Identity", "go")
            .node("seen", "Identity", "next")
            .output("still")
            .output("next")
            .output("seen")
            .build();
    Graph graph =
        graph()
            .input("trips", TensorType.of(DataType.INT64))
            .constant("step", Tensor.scalar(3L))
            .constant("zero", Tensor.scalar(0L))
            .node("last all", "Loop", "trips _ zero", with("body", body))
            .output("last")
            .output("all")
            .build();
    List<Tensor> results = new Interpreter().run(graph, Map.of("trips", Tensor.scalar(4L)));
    assertThat(results.get(0).longAt(0)).isEqualTo(12);
    assertThat(results.get(1)).isEqualTo(Tensor.vector(3, 6, 9, 12));

    assertThatThrownBy(() -> new Interpreter().run(graph, Map.of("trips", Tensor.scalar(1L << 40))))
        .isInstanceOf(BudgetExceededException.class)
        .hasMessageContaining("last_node")
        .hasMessageContaining("steps");
  }

  @Test
  void bigWorkIsRefusedBeforeItIsAllocated() {
    assertThatThrownBy(() -> run("ConstantOfShape", Attributes.NONE, Tensor.vector(40_000, 40_000)))
        .isInstanceOf(BudgetExceededException.class)
        .hasMessageContaining("\"n\"");
    assertThatThrownBy(
            () ->
                run(
                    "Range",
                    Attributes.NONE,
                    Tensor.scalar(0L),
                    Tensor.scalar(Long.MAX_VALUE),
                    Tensor.scalar(1L)))
        .isInstanceOf(InputException.class);
    assertThatThrownBy(
            () ->
                run(
                    "MatMul",
                    Attributes.NONE,
                    Tensor.ofFloats(new float[1_000_000], 1000, 1000),
                    Tensor.ofFloats(new float[1_000_000], 1000, 1000)))
        .isInstanceOf(BudgetExceededException.class);
  }

  @Test
  void unknownOperatorsAreNamed() {
    assertThatThrownBy(() -> run("Frobnicate", Attributes.NONE))
        .isInstanceOf(UnsupportedOperatorException.class)
        .hasMessageContaining("Frobnicate");
  }

  @Test
  void badInputsEndInOneSentenceThatNamesTheNode() {
    Map<String, Tensor[]> bad =
        Map.of(
            "Gather", new Tensor[] {Tensor.vector(1, 2), Tensor.vector(2)},
            "Reshape", new Tensor[] {Tensor.vector(1, 2), Tensor.vector(3)},
            "Add", new Tensor[] {Tensor.vector(1, 2), Tensor.vector(1, 2, 3)},
            "Div", new Tensor[] {Tensor.vector(1), Tensor.vector(0)},
            "Concat", new Tensor[] {Tensor.vector(1), Tensor.scalar(1f)},
            "Expand", new Tensor[] {Tensor.vector(1, 2), Tensor.vector(3)},
            "Squeeze", new Tensor[] {Tensor.vector(1, 2), Tensor.vector(0)},
            "Conv", new Tensor[] {Tensor.vector(1, 2), Tensor.vector(3)},
            "MatMul", new Tensor[] {Tensor.vector(1, 2), Tensor.vector(3)});
    bad.forEach(
        (type, inputs) ->
            assertThatThrownBy(() -> run(type, Attributes.NONE, inputs))
                .as(type)
                .isInstanceOf(InputException.class)
                .hasMessageContaining("Node \"n\" (" + type + ")"));
  }

  @Test
  void knowsAtLeastAHundredOperators() {
    assertThat(Interpreter.operators().size()).isGreaterThanOrEqualTo(100);
  }
}
