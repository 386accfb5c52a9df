package io.nncf4j.core.symbolic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Random expressions, computed symbolically and directly. */
class SymbolicIntegerPropertyTest {
  private record Pair(SymbolicInteger symbolic, long value) {}

  private static Pair random(Random random, Map<String, Long> symbols, int depth) {
    if (depth == 0 || random.nextInt(5) == 0) {
      String name = "abc".substring(random.nextInt(3)).substring(0, 1);
      long constant = random.nextInt(9) - 4;
      return random.nextBoolean()
          ? new Pair(SymbolicInteger.symbol(name), symbols.getOrDefault(name, 1L))
          : new Pair(SymbolicInteger.of(constant), constant);
    }
    Pair left = random(random, symbols, depth - 1);
    Pair right = random(random, symbols, depth - 1);
    long divisor = random.nextInt(6) + 1;
    return switch (random.nextInt(7)) {
      case 0 -> new Pair(left.symbolic.plus(right.symbolic), left.value + right.value);
      case 1 -> new Pair(left.symbolic.minus(right.symbolic), left.value - right.value);
      case 2 -> new Pair(left.symbolic.times(right.symbolic), left.value * right.value);
      case 3 -> new Pair(left.symbolic.floorDivide(divisor), Math.floorDiv(left.value, divisor));
      case 4 -> new Pair(left.symbolic.ceilDivide(divisor), -Math.floorDiv(-left.value, divisor));
      case 5 ->
          new Pair(
              SymbolicInteger.maximum(left.symbolic, right.symbolic),
              Math.max(left.value, right.value));
      default ->
          new Pair(
              SymbolicInteger.minimum(left.symbolic, right.symbolic),
              Math.min(left.value, right.value));
    };
  }

  @Property(tries = 3000)
  void simplificationKeepsTheValue(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 50) int a,
      @ForAll @IntRange(min = 1, max = 50) int b) {
    Map<String, Long> symbols = Map.of("a", (long) a, "b", (long) b, "c", 7L);
    Pair pair = random(new Random(seed), symbols, 4);
    if (!pair.symbolic.isUnknown()) {
      assertThat(pair.symbolic.evaluate(symbols))
          .as(pair.symbolic.toString())
          .isEqualTo(pair.value);
      assertThat(pair.symbolic.lowerBound()).isLessThanOrEqualTo(pair.value);
      assertThat(pair.symbolic.upperBound()).isGreaterThanOrEqualTo(pair.value);
    }
  }

  @Property(tries = 2000)
  void textIsReadBack(@ForAll long seed) {
    SymbolicInteger value = random(new Random(seed), Map.of(), 4).symbolic;
    if (!value.isUnknown() && !value.isConstant()) {
      assertThat(SymbolicInteger.parse(value.toString())).isEqualTo(value);
    }
  }

  @Property(tries = 1000)
  void arithmeticCommutes(@ForAll long seed) {
    Random random = new Random(seed);
    SymbolicInteger left = random(random, Map.of(), 3).symbolic;
    SymbolicInteger right = random(random, Map.of(), 3).symbolic;
    assertThat(left.plus(right).toString()).isEqualTo(right.plus(left).toString());
    assertThat(left.times(right).toString()).isEqualTo(right.times(left).toString());
    assertThat(SymbolicInteger.maximum(left, right).toString())
        .isEqualTo(SymbolicInteger.maximum(right, left).toString());
  }
}
