package io.nncf4j.compression.pruning.latency;

import io.nncf4j.compression.pruning.channel.PrunableLayer;
import io.nncf4j.compression.pruning.selection.LayerCosts;
import io.nncf4j.core.graph.Model;
import io.nncf4j.engines.Engine;
import io.nncf4j.engines.LatencyMeasurement;
import io.nncf4j.engines.LatencyOptions;
import io.nncf4j.engines.Session;
import io.nncf4j.engines.SessionOptions;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.DoubleConsumer;

/**
 * How long each layer takes with fewer channels, measured alone on this machine at a few numbers of
 * channels that the runtime likes, and linear in between, from one block of channels to the next.
 *
 * <p>Layers that are alike are measured once. What a network takes is estimated by the sum of its
 * layers; other operators are taken to shrink alike.
 */
public final class LatencyTable {
  private static final LatencyOptions TIMING = new LatencyOptions(3, 5, 4, Duration.ofMillis(60));

  /** Shares of the channels at which layers are measured. */
  private static final double[] SHARES = {0.125, 0.25, 0.5, 0.75, 1};

  /** Kernels for 512-bit registers compute channels in blocks; what does not fill one costs it. */
  private static final long BLOCK = 16;

  /** Times in nanoseconds at numbers of filters (rows) and inputs (columns). */
  private record Grid(long[] filters, long[] inputs, double[][] nanos) {
    double at(long exactFilters, long exactInputs) {
      long filterCount = blocks(filters, exactFilters);
      long inputCount = blocks(inputs, exactInputs);
      int row = lower(filters, filterCount);
      int column = lower(inputs, inputCount);
      double down = share(filters, row, filterCount);
      double across = share(inputs, column, inputCount);
      int nextRow = Math.min(row + 1, filters.length - 1);
      int nextColumn = Math.min(column + 1, inputs.length - 1);
      double above = nanos[row][column] * (1 - across) + nanos[row][nextColumn] * across;
      double below = nanos[nextRow][column] * (1 - across) + nanos[nextRow][nextColumn] * across;
      return above * (1 - down) + below * down;
    }

    private static long blocks(long[] points, long count) {
      return count <= BLOCK
          ? count
          : Math.min(points[points.length - 1], (count + BLOCK - 1) / BLOCK * BLOCK);
    }

    private static int lower(long[] points, long count) {
      int index = 0;
      while (index + 1 < points.length && points[index + 1] <= count) {
        index++;
      }
      return index;
    }

    private static double share(long[] points, int index, long count) {
      return index + 1 < points.length && count > points[index]
          ? (double) (count - points[index]) / (points[index + 1] - points[index])
          : 0;
    }
  }

  private final Map<String, Grid> grids;

  private LatencyTable(Map<String, Grid> grids) {
    this.grids = Map.copyOf(grids);
  }

  /**
   * Measures the table.
   *
   * @param shaped the model for inputs of known shapes
   * @param multiple numbers of channels are multiples of it
   * @param progress told the share of layers that are done
   */
  public static LatencyTable measure(
      Engine engine,
      SessionOptions session,
      List<PrunableLayer> layers,
      Model shaped,
      int multiple,
      DoubleConsumer progress) {
    Map<LayerProbe, Grid> measured = new HashMap<>();
    Map<String, Grid> grids = new HashMap<>();
    int done = 0;
    for (PrunableLayer layer : layers) {
      LayerProbe probe = LayerProbe.of(layer, shaped.graph());
      if (probe != null) {
        Grid grid = measured.get(probe);
        if (grid == null) {
          grid = measure(engine, session, probe, multiple);
          measured.put(probe, grid);
        }
        grids.put(layer.node(), grid);
      }
      progress.accept((double) ++done / layers.size());
    }
    return new LatencyTable(grids);
  }

  private static Grid measure(
      Engine engine, SessionOptions session, LayerProbe probe, int multiple) {
    boolean whole =
        probe.kind() == PrunableLayer.Kind.DEPTHWISE || probe.kind() == PrunableLayer.Kind.GROUPED;
    boolean byFilters = !whole || probe.filterDimension() == 0;
    boolean byInputs = !whole || probe.inputDimension() == 0;
    long[] filters = points(probe.filters(), byFilters, multiple);
    long[] inputs = points(probe.inputs(), byInputs, multiple);
    double[][] nanos = new double[filters.length][inputs.length];
    for (int row = 0; row < filters.length; row++) {
      for (int column = 0; column < inputs.length; column++) {
        Model alone = probe.model(filters[row], inputs[column]);
        try (Session running = engine.compile(alone, session)) {
          nanos[row][column] =
              LatencyMeasurement.measure(LatencyMeasurement.Candidate.synthetic(running, 1), TIMING)
                  .minimumNanos();
        }
      }
    }
    return new Grid(filters, inputs, nanos);
  }

  private static long[] points(long count, boolean varies, int multiple) {
    TreeSet<Long> points = new TreeSet<>();
    points.add(count);
    for (double share : SHARES) {
      long rounded = Math.round(share * count / multiple) * multiple;
      if (varies && rounded > 0 && rounded < count) {
        points.add(rounded);
      }
    }
    return points.stream().mapToLong(Long::longValue).toArray();
  }

  /**
   * Estimated nanoseconds of all layers with these lengths; they may be some of the layers of the
   * table.
   */
  public double nanos(LayerCosts.Tally tally) {
    return nanos(tally.layers());
  }

  /** Estimated nanoseconds of some layers with these lengths. */
  public double nanos(Collection<LayerCosts.LayerTally> layers) {
    double sum = 0;
    for (LayerCosts.LayerTally layer : layers) {
      Grid grid = grids.get(layer.node());
      if (grid != null) {
        sum += grid.at(layer.filters(), layer.inputs());
      }
    }
    return sum;
  }
}
