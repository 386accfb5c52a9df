package io.nncf4j.compression.calibration;

import io.nncf4j.core.InputException;
import io.nncf4j.engines.SessionOptions;
import java.util.function.IntConsumer;

/**
 * How a calibration pass runs. Nothing here changes its result.
 *
 * @param workers sessions of one thread each that run side by side, decoding included
 * @param progress told how many samples are done, from any thread
 */
public record CalibrationOptions(int workers, IntConsumer progress) {
  public CalibrationOptions {
    if (workers < 1 || workers > SessionOptions.MAXIMUM_THREADS) {
      throw new InputException(
          "Calibration takes 1 to "
              + SessionOptions.MAXIMUM_THREADS
              + " workers, one a thread; found "
              + workers);
    }
  }

  /** As many workers as there are processors, at most 8; silent. */
  public static CalibrationOptions defaults() {
    return new CalibrationOptions(
        Math.min(8, Runtime.getRuntime().availableProcessors()), done -> {});
  }

  public CalibrationOptions withWorkers(int newWorkers) {
    return new CalibrationOptions(newWorkers, progress);
  }

  public CalibrationOptions withProgress(IntConsumer newProgress) {
    return new CalibrationOptions(workers, newProgress);
  }
}
