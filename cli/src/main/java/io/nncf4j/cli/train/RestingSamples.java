package io.nncf4j.cli.train;

import io.nncf4j.compression.calibration.CalibrationSamples;

/**
 * Samples whose reader rests at each of them.
 *
 * @param rest called before each sample
 */
record RestingSamples(CalibrationSamples samples, Runnable rest) implements CalibrationSamples {
  @Override
  public int size() {
    return samples.size();
  }

  @Override
  public Pass begin() {
    Pass pass = samples.begin();
    return memory -> {
      rest.run();
      return pass.next(memory);
    };
  }
}
