package io.nncf4j.compression.training.control;

import java.util.List;

/** Figures about a compressed model; {@link #toString} prints them as the tables users know. */
public interface CompressionStatistics {
  /** Name of the algorithm. */
  String algorithm();

  List<StatisticsTable> tables();
}
