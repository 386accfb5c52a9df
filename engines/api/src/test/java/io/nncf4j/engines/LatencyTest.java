package io.nncf4j.engines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.LatencyMeasurement.Candidate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LatencyTest {
  private static final LatencyOptions FOUR_ROUNDS =
      LatencyOptions.defaults().withWarmUpRuns(1).withRounds(4).withRunsPerRound(2);

  /** A session that computes nothing and writes its letter down at each run. */
  private record Writing(String letter, StringBuilder log, SessionOptions options)
      implements Session {
    @Override
    public List<Value> inputs() {
      return List.of();
    }

    @Override
    public List<String> outputs() {
      return List.of();
    }

    @Override
    public Map<String, Tensor> run(Map<String, Tensor> inputs) {
      log.append(letter);
      return Map.of();
    }

    @Override
    public void close() {}
  }

  private static Candidate candidate(String letter, StringBuilder log) {
    return new Candidate(new Writing(letter, log, SessionOptions.defaults()), Map.of());
  }

  @Test
  void takesMedianAndNinetiethPercentileOfRuns() {
    Latency latency = Latency.of(new long[] {50, 10, 20, 40, 30, 60, 70, 80, 90, 100, 110});
    assertThat(latency).isEqualTo(new Latency(60, 100, 10, 11));
    assertThat(Latency.of(new long[] {1, 2}).medianNanos()).isEqualTo(1.5);
    assertThatThrownBy(() -> Latency.of(new long[0])).isInstanceOf(InputException.class);
  }

  @Test
  void timesPairsInTurnAndReversesTheOrder() {
    StringBuilder log = new StringBuilder();
    LatencyComparison comparison =
        LatencyMeasurement.compare(candidate("A", log), candidate("B", log), FOUR_ROUNDS);
    assertThat(log).hasToString("AB" + "AABB" + "BBAA" + "AABB" + "BBAA");
    assertThat(comparison.baseline().runs()).isEqualTo(8);
    assertThat(comparison.candidate().runs()).isEqualTo(8);
  }

  @Test
  void stopsEarlyWhenTheBudgetIsGone() {
    StringBuilder log = new StringBuilder();
    LatencyOptions options =
        FOUR_ROUNDS.withRounds(1000).withWarmUpRuns(0).withBudget(Duration.ZERO);
    assertThat(LatencyMeasurement.measure(candidate("A", log), options).runs()).isEqualTo(8);
  }

  @Test
  void refusesSessionsWithProbes() {
    SessionOptions probed = SessionOptions.defaults().withProbes(List.of("inner"));
    Session session = new Writing("A", new StringBuilder(), probed);
    assertThatThrownBy(() -> new Candidate(session, Map.of()))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("probes");
  }

  @Test
  void comparesRoundByRound() {
    // The machine is three times slower in the third round; the ratio does not see it.
    long[][] baseline = {{200, 200, 900}, {202, 200, 201}, {600, 600, 600}, {200, 200, 200}};
    // Single runs that were interrupted do not count either.
    long[][] candidate = {{100, 400, 300}, {100, 100, 100}, {300, 300, 300}, {100, 100, 100}};
    LatencyComparison comparison = LatencyComparison.of(baseline, candidate);
    assertThat(comparison.speedup()).isCloseTo(2, within(1e-9));
    assertThat(comparison.speedupLow()).isCloseTo(2, within(1e-9));
    assertThat(comparison.isFaster()).isTrue();
    assertThat(LatencyComparison.of(candidate, baseline).isSlower()).isTrue();
  }

  @Test
  void doesNotDecideWhatTheNoiseHides() {
    long[][] one = {{100}, {120}, {90}, {110}, {100}, {95}};
    long[][] other = {{105}, {100}, {100}, {100}, {101}, {110}};
    LatencyComparison comparison = LatencyComparison.of(one, other);
    assertThat(comparison.isFaster()).isFalse();
    assertThat(comparison.isSlower()).isFalse();
    assertThat(comparison.speedupLow()).isLessThan(comparison.speedup());
    assertThat(comparison.speedupHigh()).isGreaterThan(comparison.speedup());
    assertThat(LatencyComparison.of(one, other)).as("same bits again").isEqualTo(comparison);
  }

  @Test
  void reportsEveryWrongOptionAtOnce() {
    assertThatThrownBy(() -> new LatencyOptions(-1, 1, 0, Duration.ofSeconds(-1)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("warmUpRuns")
        .hasMessageContaining("rounds must be at least 4")
        .hasMessageContaining("runsPerRound")
        .hasMessageContaining("budget");
  }
}
