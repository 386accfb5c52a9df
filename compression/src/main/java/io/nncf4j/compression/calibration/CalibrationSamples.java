package io.nncf4j.compression.calibration;

import io.nncf4j.core.tensor.Tensor;
import java.util.Map;

/**
 * Samples to calibrate with, numbered from 0 and made on demand. Safe for use by several threads at
 * once; the same index gives the same sample every time.
 */
public interface CalibrationSamples {
  int size();

  /** What people call sample {@code index}, such as its file name. */
  String name(int index);

  /**
   * The model's inputs for sample {@code index}, by name.
   *
   * @throws io.nncf4j.data.BrokenSampleException when this sample cannot be used but others may be
   */
  Map<String, Tensor> load(int index);
}
