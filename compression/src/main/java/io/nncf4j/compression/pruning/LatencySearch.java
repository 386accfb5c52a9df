package io.nncf4j.compression.pruning;

import io.nncf4j.compression.pruning.channel.ChannelAnalysis;
import io.nncf4j.compression.pruning.channel.ChannelUnit;
import io.nncf4j.compression.pruning.channel.RemoveChannels;
import io.nncf4j.compression.pruning.latency.LatencyTable;
import io.nncf4j.compression.pruning.selection.BlockSelector;
import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.Engine;
import io.nncf4j.engines.LatencyComparison;
import io.nncf4j.engines.LatencyMeasurement;
import io.nncf4j.engines.LatencyOptions;
import io.nncf4j.engines.Session;
import io.nncf4j.engines.SessionOptions;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Finds what to remove so that a run takes a share of the time: chosen by the table of layers,
 * built, timed beside the model before, and chosen again with the goal corrected by what was
 * measured.
 */
final class LatencySearch {
  private static final int MOST_TRIES = 5;
  private static final double CLOSE = 0.03;
  private static final LatencyOptions TIMING = new LatencyOptions(5, 15, 5, Duration.ofSeconds(4));

  private final Engine engine;
  private final SessionOptions session;
  private final Model whole;
  private final ChannelAnalysis analysis;
  private final Map<String, Tensor> sample;

  /**
   * @param whole what times are compared with
   * @param analysis of the whole, or of what is left of it
   */
  LatencySearch(
      Engine engine,
      SessionOptions session,
      Model whole,
      ChannelAnalysis analysis,
      Map<String, Tensor> sample) {
    this.engine = engine;
    this.session = session;
    this.whole = whole;
    this.analysis = analysis;
    this.sample = sample;
  }

  /** What to remove, and the share of the time that was measured without it. */
  record Result(List<ChannelUnit> removed, double share) {}

  /**
   * @param full estimated time of the whole
   * @param share of it that is to be reached
   */
  Result find(BlockSelector selector, LatencyTable table, double full, double share) {
    double least = selector.least(table::nanos) / full;
    double wanted = share;
    List<ChannelUnit> best = List.of();
    double bestShare = Double.MAX_VALUE;
    for (int attempt = 0; attempt < MOST_TRIES; attempt++) {
      List<ChannelUnit> chosen = selector.until(full * wanted, table::nanos);
      if (chosen == null) {
        break;
      }
      double reached = timed(chosen);
      if (Math.abs(reached - share) < Math.abs(bestShare - share)) {
        best = chosen;
        bestShare = reached;
      }
      boolean nothingToGiveBack = chosen.isEmpty() && reached < share;
      if (Math.abs(reached - share) <= CLOSE * share || nothingToGiveBack) {
        break;
      }
      wanted = Math.min(0.99, wanted * share / reached);
    }
    if (bestShare == Double.MAX_VALUE) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "A run cannot be brought to %.0f %% of its time; by the table of layers at least"
                  + " about %.0f %% are left",
              100 * share,
              100 * least));
    }
    return new Result(best, bestShare);
  }

  private double timed(List<ChannelUnit> chosen) {
    Model smaller = new RemoveChannels(analysis).remove(chosen);
    try (Session before = engine.compile(whole, session);
        Session after = engine.compile(smaller, session)) {
      LatencyComparison compared =
          LatencyMeasurement.compare(
              new LatencyMeasurement.Candidate(before, sample),
              new LatencyMeasurement.Candidate(after, sample),
              TIMING);
      return 1 / compared.speedup();
    }
  }
}
