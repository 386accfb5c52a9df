package io.nncf4j.engines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Dimension;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SyntheticInputsTest {
  private static final Value IMAGE =
      new Value(
          "image",
          new TensorType(
              DataType.FLOAT32,
              Shape.of(
                  Dimension.symbol("batch"),
                  Dimension.of(3),
                  Dimension.UNKNOWN,
                  Dimension.symbol("width"))));
  private static final Value TOKENS =
      new Value(
          "tokens",
          new TensorType(
              DataType.INT64, Shape.of(Dimension.symbol("batch"), Dimension.symbol("length"))));

  @Test
  void makesTheSameTensorsOfTheSameSeed() {
    SyntheticInputs inputs =
        SyntheticInputs.ofSeed(3).withImageLength(4).withLengths(Map.of("length", 5L, "width", 6L));
    Map<String, Tensor> first = inputs.generate(List.of(IMAGE, TOKENS));
    assertThat(first).isEqualTo(inputs.generate(List.of(IMAGE, TOKENS)));
    assertThat(first.get("image").shape()).containsExactly(1, 3, 4, 6);
    assertThat(first.get("image").data().isDirect()).isTrue();
    assertThat(Arrays.stream(first.get("image").toDoubles()).boxed())
        .allSatisfy(value -> assertThat(value).isBetween(-1.0, 1.0));
    assertThat(first.get("tokens").shape()).containsExactly(1, 5);
    assertThat(Arrays.stream(first.get("tokens").toLongs()).boxed())
        .allSatisfy(value -> assertThat(value).isBetween(0L, 1L));
    assertThat(SyntheticInputs.ofSeed(4).withImageLength(4).generate(List.of(IMAGE)).get("image"))
        .isNotEqualTo(
            SyntheticInputs.ofSeed(3).withImageLength(4).generate(List.of(IMAGE)).get("image"));
  }

  @Test
  void saysWhichInputCannotBeMadeUp() {
    Value unranked = new Value("x", new TensorType(DataType.FLOAT32, null));
    assertThatThrownBy(() -> SyntheticInputs.ofSeed(1).generate(List.of(unranked)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("\"x\"")
        .hasMessageContaining("float32[...]");
  }
}
