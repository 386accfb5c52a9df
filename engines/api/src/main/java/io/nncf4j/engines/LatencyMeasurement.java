package io.nncf4j.engines;

import io.nncf4j.core.InputException;
import io.nncf4j.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Times single runs of sessions. Several candidates are timed in turn, in rounds whose order is
 * reversed every time (A B, B A, A B, …), so that a machine that gets slower or busier slows all of
 * them alike.
 */
public final class LatencyMeasurement {
  /**
   * What is timed.
   *
   * @param session compiled without probes; best with {@link SessionOptions#reuseOutputs}
   * @param inputs given to every run
   */
  public record Candidate(Session session, Map<String, Tensor> inputs) {
    public Candidate {
      if (!session.options().probes().isEmpty()) {
        throw new InputException(
            "A session with probes cannot be timed, because probes keep the runtime from fusing"
                + " operators: compile one without them");
      }
    }

    /** The session on made-up inputs. */
    public static Candidate synthetic(Session session, long seed) {
      return new Candidate(session, SyntheticInputs.ofSeed(seed).generate(session.inputs()));
    }
  }

  private LatencyMeasurement() {}

  /** Times one session alone. */
  public static Latency measure(Candidate candidate, LatencyOptions options) {
    return Latency.of(
        Arrays.stream(time(List.of(candidate), options)[0])
            .flatMapToLong(Arrays::stream)
            .toArray());
  }

  /** Times a pair and says how much faster the second is. */
  public static LatencyComparison compare(
      Candidate baseline, Candidate candidate, LatencyOptions options) {
    return compareAll(baseline, List.of(candidate), options).get(0);
  }

  /** Times several candidates against one baseline, all in the same rounds. */
  public static List<LatencyComparison> compareAll(
      Candidate baseline, List<Candidate> candidates, LatencyOptions options) {
    List<Candidate> all = new ArrayList<>();
    all.add(baseline);
    all.addAll(candidates);
    long[][][] nanos = time(all, options);
    return IntStream.rangeClosed(1, candidates.size())
        .mapToObj(index -> LatencyComparison.of(nanos[0], nanos[index]))
        .toList();
  }

  /** Durations by candidate, round and run. */
  private static long[][][] time(List<Candidate> candidates, LatencyOptions options) {
    long start = System.nanoTime();
    for (Candidate candidate : candidates) {
      for (int run = 0; run < options.warmUpRuns(); run++) {
        candidate.session().run(candidate.inputs());
      }
    }
    long[][][] nanos = new long[candidates.size()][options.rounds()][];
    int round = 0;
    while (round < options.rounds()
        && (round < LatencyOptions.MINIMUM_ROUNDS
            || System.nanoTime() - start < options.budget().toNanos())) {
      for (int position = 0; position < candidates.size(); position++) {
        int index = round % 2 == 0 ? position : candidates.size() - 1 - position;
        nanos[index][round] = block(candidates.get(index), options.runsPerRound());
      }
      round++;
    }
    return firstRounds(nanos, round);
  }

  private static long[][][] firstRounds(long[][][] nanos, int rounds) {
    return Arrays.stream(nanos)
        .map(candidate -> Arrays.copyOf(candidate, rounds))
        .toArray(long[][][]::new);
  }

  private static long[] block(Candidate candidate, int runs) {
    long[] nanos = new long[runs];
    for (int run = 0; run < runs; run++) {
      long start = System.nanoTime();
      candidate.session().run(candidate.inputs());
      nanos[run] = System.nanoTime() - start;
    }
    return nanos;
  }
}
