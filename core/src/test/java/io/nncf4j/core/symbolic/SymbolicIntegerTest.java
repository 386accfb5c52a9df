package io.nncf4j.core.symbolic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Dimension;
import org.junit.jupiter.api.Test;

class SymbolicIntegerTest {
  private static final SymbolicInteger H = SymbolicInteger.symbol("h");
  private static final SymbolicInteger W = SymbolicInteger.symbol("w");

  @Test
  void quotientsOfMultiplesDisappear() {
    assertThat(H.times(2).floorDivide(2)).isEqualTo(H);
    assertThat(H.times(4).plus(6).floorDivide(2)).hasToString("2*h + 3");
    assertThat(H.times(4).floorDivide(8)).hasToString("h/2");
  }

  @Test
  void whatLosesARemainderStays() {
    assertThat(H.floorDivide(4).times(4)).hasToString("4*(h/4)");
    assertThat(H.plus(1).floorDivide(2)).hasToString("(h + 1)/2");
  }

  @Test
  void chainsOfStridesBecomeOneQuotient() {
    SymbolicInteger length = H;
    for (int stage = 0; stage < 5; stage++) {
      length = length.plus(2).minus(SymbolicInteger.of(3)).floorDivide(2).plus(1);
    }
    assertThat(length).hasToString("(h + 31)/32");
  }

  @Test
  void productsCancelExactly() {
    SymbolicInteger elements = H.plus(1).times(W).times(6);
    assertThat(elements.divideExactly(W.times(3))).hasToString("2*h + 2");
    assertThat(elements.divideExactly(H.plus(1))).hasToString("6*w");
    assertThat(H.times(H).minus(W.times(W)).divideExactly(H.minus(W))).hasToString("h + w");
  }

  @Test
  void extremaDropWhatCannotWin() {
    assertThat(SymbolicInteger.maximum(H.plus(-1), SymbolicInteger.ZERO)).hasToString("h - 1");
    assertThat(SymbolicInteger.maximum(H.plus(-2), SymbolicInteger.ZERO))
        .hasToString("max(0, h - 2)");
    SymbolicInteger capped = SymbolicInteger.minimum(H, SymbolicInteger.of(512));
    assertThat(capped).hasToString("min(512, h)");
    assertThat(SymbolicInteger.maximum(capped, H)).isEqualTo(H);
  }

  @Test
  void lengthsThatDependOnDataMayBeZero() {
    SymbolicInteger kept = SymbolicInteger.symbol("boxes#0");
    assertThat(SymbolicInteger.minimum(kept, SymbolicInteger.ONE)).hasToString("min(1, boxes#0)");
    assertThat(SymbolicInteger.minimum(H, SymbolicInteger.ONE)).isEqualTo(SymbolicInteger.ONE);
  }

  @Test
  void namesOfAnyKindSurvive() {
    for (String name :
        new String[] {"batch-size", "a b", "1x", "h/", "1 + h", "(h", "min", "h*1"}) {
      SymbolicInteger symbol = SymbolicInteger.parse(name);
      assertThat(symbol.toDimension()).isEqualTo(Dimension.symbol(name));
      SymbolicInteger sum = symbol.plus(H);
      assertThat(SymbolicInteger.parse(sum.toString())).isEqualTo(sum);
      assertThat(sum.minus(H).toDimension()).isEqualTo(Dimension.symbol(name));
    }
    assertThat(SymbolicInteger.parse("past + 1").minus(SymbolicInteger.symbol("past")))
        .isEqualTo(SymbolicInteger.ONE);
  }

  @Test
  void overflowAndGrowthEndInUnknown() {
    assertThat(SymbolicInteger.of(Long.MAX_VALUE).plus(1).isUnknown()).isTrue();
    assertThat(SymbolicInteger.of(Long.MIN_VALUE).times(-1).isUnknown()).isTrue();
    assertThat(H.times(Long.MAX_VALUE).times(3).isUnknown()).isTrue();
    SymbolicInteger grown = H.plus(W).plus(1);
    for (int step = 0; step < 40; step++) {
      grown = grown.times(grown).plus(grown.floorDivide(3));
    }
    assertThat(grown.isUnknown()).isTrue();
  }

  @Test
  void divisionByZeroIsRefused() {
    assertThatThrownBy(() -> H.floorDivide(0)).isInstanceOf(InputException.class);
    assertThat(H.floorDivide(SymbolicInteger.symbol("n#0")).isUnknown()).isTrue();
  }
}
