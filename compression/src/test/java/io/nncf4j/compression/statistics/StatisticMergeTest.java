package io.nncf4j.compression.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Any order, split and number of threads gives the same state. */
class StatisticMergeTest {
  @Provide
  Arbitrary<List<Float>> values() {
    Arbitrary<Float> anyBits =
        Arbitraries.integers().map(Float::intBitsToFloat).filter(value -> Float.isFinite(value));
    Arbitrary<Float> usual = Arbitraries.floats().between(-8f, 8f);
    Arbitrary<Float> special =
        Arbitraries.of(0f, -0f, 1f, -1f, Float.MAX_VALUE, -Float.MAX_VALUE, Float.MIN_VALUE);
    return Arbitraries.frequencyOf(
            net.jqwik.api.Tuple.of(2, anyBits),
            net.jqwik.api.Tuple.of(5, usual),
            net.jqwik.api.Tuple.of(2, special))
        .list()
        .ofMinSize(1)
        .ofMaxSize(60);
  }

  @Property(tries = 300)
  void exactSum(@ForAll("values") List<Float> values, @ForAll long seed) {
    check(values, seed, ExactSum::new, ExactSum::add);
  }

  @Property(tries = 300)
  void exactSumIsTheSumOfDecimals(@ForAll("values") List<Float> values) {
    ExactSum sum = new ExactSum();
    values.forEach(sum::add);
    java.math.BigDecimal expected =
        values.stream()
            .map(value -> new java.math.BigDecimal(value))
            .reduce(java.math.BigDecimal.ZERO, java.math.BigDecimal::add);
    assertThat(sum.value()).isEqualTo(expected.doubleValue());
  }

  @Property(tries = 300)
  void minMax(@ForAll("values") List<Float> values, @ForAll long seed) {
    check(values, seed, () -> new MinMax(1), (statistic, value) -> statistic.add(0, value));
  }

  @Property(tries = 300)
  void means(@ForAll("values") List<Float> values, @ForAll long seed) {
    check(values, seed, () -> new Means(2), (statistic, value) -> statistic.add(value, -value / 2));
  }

  @Property(tries = 500)
  void histogram(@ForAll("values") List<Float> values, @ForAll long seed) {
    check(values, seed, Histogram::new, (statistic, value) -> statistic.add(value));
    Histogram inBlocks = new Histogram();
    float[] block = new float[values.size()];
    for (int i = 0; i < block.length; i++) {
      block[i] = values.get(i);
    }
    inBlocks.add(block);
    Histogram oneByOne = new Histogram();
    values.forEach(oneByOne::add);
    assertThat(inBlocks).isEqualTo(oneByOne);
    assertThat(IntStream.range(0, inBlocks.bins()).mapToLong(inBlocks::count).sum())
        .isEqualTo(values.size());
    assertThat(inBlocks.bins()).isLessThanOrEqualTo(Histogram.MAXIMUM_BINS);
  }

  @Property(tries = 200)
  void sampleDistribution(@ForAll("values") List<Float> values, @ForAll long seed) {
    check(values, seed, SampleDistribution::new, SampleDistribution::add);
  }

  @Property(tries = 200)
  void tensorDistribution(@ForAll("values") List<Float> values, @ForAll long seed) {
    // One sample of three elements for each value.
    check(
        values,
        seed,
        () -> new TensorDistribution(1e-3, 1e-2),
        (statistic, value) ->
            statistic.add(java.nio.FloatBuffer.wrap(new float[] {value, value / 2, -value / 4})));
  }

  private static <S extends Statistic<S>> void check(
      List<Float> values, long seed, Supplier<S> empty, BiConsumer<S, Float> add) {
    S expected = empty.get();
    values.forEach(value -> add.accept(expected, value));
    Random random = new Random(seed);
    List<Float> shuffled = new ArrayList<>(values);
    Collections.shuffle(shuffled, random);
    int parts = 1 + random.nextInt(5);
    List<S> partial =
        new ArrayList<>(IntStream.range(0, parts).mapToObj(i -> empty.get()).toList());
    shuffled.forEach(value -> add.accept(partial.get(random.nextInt(parts)), value));
    while (partial.size() > 1) {
      S taken = partial.remove(random.nextInt(partial.size()));
      partial.get(random.nextInt(partial.size())).merge(taken);
    }
    S neutral = empty.get();
    neutral.merge(partial.get(0));
    assertThat(partial.get(0)).isEqualTo(expected).hasSameHashCodeAs(expected);
    assertThat(neutral).isEqualTo(expected);
    partial.get(0).merge(empty.get());
    assertThat(partial.get(0)).isEqualTo(expected);
  }
}
