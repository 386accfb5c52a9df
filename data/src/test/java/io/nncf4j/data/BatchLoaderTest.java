package io.nncf4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nncf4j.core.InputException;
import io.nncf4j.core.NncfException;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BatchLoaderTest {
  /** Sample i is float32[2] {i, -i}; some are broken, some have another shape. */
  private static final class Numbers implements SampleSource {
    private final int size;
    private final Set<Integer> broken;
    private final Set<Integer> odd;
    private final AtomicInteger loads = new AtomicInteger();

    Numbers(int size, Set<Integer> broken, Set<Integer> odd) {
      this.size = size;
      this.broken = broken;
      this.odd = odd;
    }

    @Override
    public int size() {
      return size;
    }

    @Override
    public String name(int index) {
      return "n" + index;
    }

    @Override
    public Sample load(int index, Memory memory) {
      loads.incrementAndGet();
      if (index == 666) {
        throw new IllegalStateException("a defect");
      }
      int length = odd.contains(index) ? 3 : 2;
      ByteBuffer buffer = memory.allocate(DataType.FLOAT32, length);
      if (broken.contains(index)) {
        throw new BrokenSampleException(name(index), "is broken");
      }
      buffer.putFloat(0, index).putFloat(4, -index);
      Tensor input = Tensor.of(DataType.FLOAT32, new long[] {length}, buffer);
      return new Sample(index, name(index), input, Target.UNKNOWN, null);
    }

    @Override
    public void close() {
      // Numbers hold nothing open.
    }
  }

  private static Numbers numbers(int size, Integer... broken) {
    return new Numbers(size, Set.of(broken), Set.of());
  }

  private static List<Float> firsts(BatchLoader loader) {
    List<Float> firsts = new ArrayList<>();
    for (Batch batch : loader) {
      try (batch) {
        for (int at = 0; at < batch.size(); at++) {
          firsts.add(batch.input().floatAt(2 * at));
          assertThat(batch.input().floatAt(2 * at + 1)).isEqualTo(-batch.input().floatAt(2 * at));
          assertThat(batch.samples().get(at).input().floatAt(0))
              .isEqualTo(firsts.get(firsts.size() - 1));
        }
      }
    }
    return firsts;
  }

  @Test
  void orderDoesNotDependOnThreads() {
    SampleSource source = numbers(101).shuffled(3);
    List<Float> expected = null;
    for (int threads : new int[] {1, 2, 5}) {
      var options = LoaderOptions.defaults().withBatchSize(7).withThreads(threads);
      try (BatchLoader loader = new BatchLoader(source, options)) {
        List<Float> firsts = firsts(loader);
        assertThat(firsts).hasSize(101).doesNotHaveDuplicates();
        assertThat(expected == null || expected.equals(firsts)).isTrue();
        expected = firsts;
        assertThat(firsts(loader)).as("second pass").isEqualTo(firsts);
      }
    }
  }

  @Test
  void batchesHaveTheirShape() {
    try (BatchLoader loader =
        new BatchLoader(numbers(10), LoaderOptions.defaults().withBatchSize(4))) {
      List<String> shapes = new ArrayList<>();
      loader.forEach(batch -> shapes.add(batch.input().toString() + batch.names()));
      assertThat(shapes)
          .containsExactly(
              "float32[4, 2][n0, n1, n2, n3]",
              "float32[4, 2][n4, n5, n6, n7]",
              "float32[2, 2][n8, n9]");
    }
    try (BatchLoader loader =
        new BatchLoader(
            numbers(10), LoaderOptions.defaults().withBatchSize(4).withDropLast(true))) {
      assertThat(loader).hasSize(2);
    }
  }

  @Test
  void brokenSamplesAreLeftOutAndCounted() {
    try (BatchLoader loader =
        new BatchLoader(
            numbers(10, 0, 3, 4, 5, 9), LoaderOptions.defaults().withBatchSize(3).withThreads(2))) {
      assertThat(firsts(loader)).containsExactly(1f, 2f, 6f, 7f, 8f);
      assertThat(loader.brokenCount()).isEqualTo(5);
      assertThat(loader.findings()).hasSize(5);
      assertThat(loader.findings().get(1).message()).isEqualTo("skipped n3: is broken");
      assertThat(firsts(loader)).hasSize(5);
      assertThat(loader.brokenCount()).as("counted anew").isEqualTo(5);
    }
  }

  @Test
  void manyBrokenSamplesAreSummedUp() {
    Set<Integer> broken = new HashSet<>();
    for (int index = 0; index < 50; index++) {
      broken.add(index);
    }
    try (BatchLoader loader =
        new BatchLoader(new Numbers(51, broken, Set.of()), LoaderOptions.defaults())) {
      assertThat(firsts(loader)).containsExactly(50f);
      assertThat(loader.findings()).hasSize(21);
      assertThat(loader.findings().get(20).message()).isEqualTo("skipped 30 more samples");
    }
  }

  @Test
  void anEmptyOrBrokenPassEnds() {
    try (BatchLoader loader = new BatchLoader(numbers(0), LoaderOptions.defaults())) {
      assertThat(loader).isEmpty();
    }
    try (BatchLoader loader = new BatchLoader(numbers(2, 0, 1), LoaderOptions.defaults())) {
      Iterator<Batch> pass = loader.iterator();
      assertThatThrownBy(pass::hasNext)
          .isInstanceOf(InputException.class)
          .hasMessage("None of the 2 samples can be used; the first: n0: is broken");
    }
  }

  @Test
  void otherShapesInOneBatchAreRefused() {
    Numbers source = new Numbers(4, Set.of(), Set.of(2));
    try (BatchLoader loader = new BatchLoader(source, LoaderOptions.defaults().withBatchSize(4))) {
      assertThatThrownBy(() -> loader.iterator().next())
          .isInstanceOf(InputException.class)
          .hasMessageContaining("after n0 with float32[2] comes one with float32[3]");
    }
    try (BatchLoader loader = new BatchLoader(source, LoaderOptions.defaults())) {
      assertThat(loader).hasSize(4);
    }
  }

  @Test
  void defectsReachTheConsumer() {
    try (BatchLoader loader =
        new BatchLoader(numbers(667).select(1, 666, 2), LoaderOptions.defaults())) {
      Iterator<Batch> pass = loader.iterator();
      assertThat(pass.next().names()).containsExactly("n1");
      assertThatThrownBy(pass::next)
          .isInstanceOf(NncfException.class)
          .hasMessageContaining("a defect");
      assertThat(pass.hasNext()).isFalse();
    }
  }

  @Test
  void buffersAreUsedAgainOnlyAfterClosing() {
    try (BatchLoader loader =
        new BatchLoader(numbers(40), LoaderOptions.defaults().withBatchesAhead(2))) {
      List<Batch> kept = new ArrayList<>();
      loader.forEach(kept::add);
      for (int at = 0; at < kept.size(); at++) {
        assertThat(kept.get(at).input().floatAt(0)).isEqualTo(at);
      }
    }
  }

  @Test
  void noMoreIsLoadedThanMayWait() {
    Numbers source = numbers(1000);
    try (BatchLoader loader =
        new BatchLoader(source, LoaderOptions.defaults().withBatchesAhead(3))) {
      Iterator<Batch> pass = loader.iterator();
      pass.next().close();
      pass.next().close();
    }
    assertThat(source.loads.get()).isLessThanOrEqualTo(5);
  }

  @Test
  void viewsComposeAndKeepTheOriginalIndex() {
    SampleSource source = numbers(100);
    SampleSource view = source.shuffled(1).first(10);
    assertThat(view.size()).isEqualTo(10);
    Set<Integer> indices = new HashSet<>();
    for (int at = 0; at < 10; at++) {
      Sample sample = view.load(at);
      assertThat(view.name(at)).isEqualTo("n" + sample.index());
      indices.add(sample.index());
    }
    assertThat(indices).hasSize(10).isNotEqualTo(Set.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9));
    assertThat(source.shuffled(1).name(0)).isEqualTo(view.name(0));
    assertThatThrownBy(() -> source.select(100)).isInstanceOf(InputException.class);
  }

  @Test
  void loadersServeAsDatasets() {
    try (BatchLoader loader = new BatchLoader(numbers(3), LoaderOptions.defaults())) {
      Dataset<Batch> dataset = loader.asDataset("x");
      List<Float> values = new ArrayList<>();
      dataset.inputs().forEach(inputs -> values.add(inputs.get("x").floatAt(0)));
      assertThat(values).containsExactly(0f, 1f, 2f);
    }
  }

  @Test
  void anyIterableIsADataset() {
    Dataset<Integer> dataset =
        Dataset.ofSingleInput(List.of(5, 6, 7, 8), "in", item -> Tensor.scalar((float) item));
    assertThat(dataset.items()).containsExactly(5, 6, 7, 8);
    assertThat(dataset.items(List.of(1, 3, 9))).containsExactly(6, 8);
    assertThat(dataset.inputs(List.of(0, 2)))
        .containsExactly(Map.of("in", Tensor.scalar(5f)), Map.of("in", Tensor.scalar(7f)));
    assertThat(dataset.inputs()).hasSize(4);
    assertThatThrownBy(() -> dataset.items(List.of(2, 1)).forEach(item -> {}))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("ascend");
  }
}
