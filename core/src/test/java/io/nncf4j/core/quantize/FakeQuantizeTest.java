package io.nncf4j.core.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nncf4j.core.Graphs;
import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Scale;
import org.junit.jupiter.api.Test;

class FakeQuantizeTest {
  private static final Tensor ZERO_U8 = Tensor.ofBytes(DataType.UINT8, new byte[1]);

  @Test
  void rangesFollowOpenVinoSemantics() {
    FakeQuantize quantizer =
        new FakeQuantize(
            5,
            0,
            Tensor.scalar(0f),
            Tensor.scalar(4f),
            Tensor.scalar(-1f),
            Tensor.scalar(1f),
            null);
    Tensor x = Tensor.ofFloats(new float[] {-3, 0, 0.4f, 0.5f, 1.5f, 2.5f, 4, 9}, 8);
    assertThat(quantizer.apply(x).toFloats()).containsExactly(-1, -1, -1, -1, 0, 0, 1, 1);
  }

  @Property
  void everyCodeSurvivesTheRoundTrip(
      @ForAll @Scale(8) @FloatRange(min = 1e-6f, max = 1e6f) float scale,
      @ForAll @IntRange(min = 0, max = 255) int zeroPoint) {
    IntegerGrid grid =
        IntegerGrid.full(
            Tensor.scalar(scale), Tensor.ofBytes(DataType.UINT8, new byte[] {(byte) zeroPoint}));
    for (int code = 0; code < 256; code++) {
      assertThat(grid.code(grid.real(code, 0), 0)).isEqualTo(code);
    }
  }

  @Property
  void aGridFromARangeGivesTheValuesOfTheRangeForm(
      @ForAll @IntRange(min = 0, max = 255) int zero,
      @ForAll @Scale(6) @FloatRange(min = 0.001f, max = 10f) float step,
      @ForAll @FloatRange(min = -3000, max = 3000) float x) {
    FakeQuantize byRange =
        FakeQuantize.ofRange(
            256, 0, Tensor.scalar(-zero * step), Tensor.scalar((255 - zero) * step));
    IntegerGrid grid = byRange.gridOr(DataType.UINT8);
    assertThat(grid.zeroPoint().longAt(0)).isEqualTo(zero);
    float fromRange = byRange.apply(Tensor.scalar(x)).floatAt(0);
    float fromGrid = FakeQuantize.ofGrid(grid, 0).apply(Tensor.scalar(x)).floatAt(0);
    // One whole step where x lies next to the middle of two levels; else float32 rounding.
    float phase = Math.abs(x / step - (float) Math.rint(x / step));
    float tolerance = phase > 0.499f ? step * 1.001f : step * 1e-3f;
    assertThat(fromGrid).isCloseTo(fromRange, org.assertj.core.data.Offset.offset(tolerance));
  }

  @Test
  void aSignedNarrowRangeLeavesTheLowestCodeOut() {
    IntegerGrid grid =
        FakeQuantize.ofRange(255, 0, Tensor.scalar(-12.7f), Tensor.scalar(12.7f))
            .gridOr(DataType.INT8);
    assertThat(grid.lowestCode()).isEqualTo(-127);
    assertThat(grid.zeroPoint().longAt(0)).isZero();
    assertThat(grid.code(-100, 0)).isEqualTo(-127);
    assertThat(grid.scale().floatAt(0)).isCloseTo(0.1f, org.assertj.core.data.Offset.offset(1e-6f));
  }

  @Test
  void aRangeWithoutALevelAtZeroHasNoGrid() {
    assertThatThrownBy(
            () ->
                FakeQuantize.ofRange(256, 0, Tensor.scalar(1f), Tensor.scalar(2f))
                    .gridOr(DataType.UINT8))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("no level at zero");
  }

  @Test
  void theNodeGivesTheQuantizerBack() {
    IntegerGrid grid =
        IntegerGrid.narrow(
            Tensor.ofFloats(new float[] {0.1f, 0.2f}, 2),
            Tensor.ofBytes(DataType.INT8, new byte[2], 2));
    FakeQuantize perChannel = FakeQuantize.ofGrid(grid, 1);
    FakeQuantize perTensor = FakeQuantize.ofRange(16, 0, Tensor.scalar(-1f), Tensor.scalar(0.875f));
    GraphEditor editor = new GraphEditor(Graphs.graph().input("x", 1, 2, 4, 4).build());
    Node first = perChannel.addTo(editor, "fq", "x", "y", 4);
    Node second = perTensor.addTo(editor, "fq", "y", "z", 4);
    Graph graph = editor.build();

    assertThat(first.name()).isNotEqualTo(second.name());
    assertThat(graph.constant(first.input(1)).shape()).containsExactly(1, 2, 1, 1);
    assertThat(FakeQuantize.read(first, graph::constantValue, -1)).isEqualTo(perChannel);
    assertThat(FakeQuantize.read(second, graph::constantValue, 4)).isEqualTo(perTensor);
  }

  @Test
  void theAxisFollowsFromTheShapeOfTheRangesWhenTheNodeDoesNotNameIt() {
    Graph graph =
        Graphs.graph()
            .input("x", 1, 3, 4, 4)
            .constant("low", Tensor.ofFloats(new float[] {-1, -2, -3}, 3, 1, 1))
            .constant("high", Tensor.scalar(1f))
            .build();
    Node node =
        new Node(
            "fq",
            FakeQuantize.OPERATOR,
            Graphs.with("levels", 256),
            java.util.List.of("x", "low", "high", "low", "high"),
            java.util.List.of("y"));
    assertThat(FakeQuantize.read(node, graph::constantValue, 4).axis()).isEqualTo(1);
    assertThat(FakeQuantize.read(node, graph::constantValue, -1).axis()).isEqualTo(-3);
  }

  @Test
  void quantizesAlongItsAxis() {
    IntegerGrid grid =
        IntegerGrid.full(
            Tensor.ofFloats(new float[] {1, 10}, 2),
            Tensor.ofBytes(DataType.INT8, new byte[] {0, 5}, 2));
    Tensor x = Tensor.ofFloats(new float[] {1, 2, 30, 40, 5, 6, 70, Float.NaN}, 2, 2, 2);
    assertThat(grid.quantize(x, 1).toLongs()).containsExactly(1, 2, 8, 9, 5, 6, 12, 5);
    assertThat(grid.quantize(x, -2)).isEqualTo(grid.quantize(x, 1));
  }

  @Test
  void refusesGridsThatMakeNoSense() {
    assertThatThrownBy(() -> IntegerGrid.full(Tensor.scalar(0f), ZERO_U8))
        .isInstanceOf(InputException.class);
    assertThatThrownBy(() -> IntegerGrid.full(Tensor.ofFloats(new float[2], 2), ZERO_U8))
        .isInstanceOf(InputException.class);
  }
}
