package io.nncf4j.compression.calibration;

import io.nncf4j.core.InputException;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.data.BrokenSampleException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Samples that are not broken, for what needs no calibration. */
public final class UsableSamples {
  private UsableSamples() {}

  /**
   * The first samples that are not broken, each in memory of its own.
   *
   * @throws InputException when there is none
   */
  public static List<Map<String, Tensor>> first(int count, CalibrationSamples samples) {
    CalibrationSamples.Pass pass = samples.begin();
    List<Map<String, Tensor>> found = new ArrayList<>();
    boolean more = true;
    while (more && found.size() < count) {
      try {
        CalibrationSamples.Inputs inputs =
            pass.next((type, shape) -> Tensor.allocateDirect(type, Tensor.elementCount(shape)));
        more = inputs != null;
        if (inputs != null) {
          found.add(inputs.tensors());
        }
      } catch (BrokenSampleException e) {
        continue; // Calibration names it.
      }
    }
    if (found.isEmpty()) {
      throw new InputException("No sample of the data set can be used");
    }
    return found;
  }

  /** How many there are; each is made, in memory that they share. */
  public static int count(CalibrationSamples samples) {
    CalibrationSamples.Pass pass = samples.begin();
    Map<Long, ByteBuffer> memory = new HashMap<>();
    int count = 0;
    boolean more = true;
    while (more) {
      try {
        more =
            pass.next(
                    (type, shape) -> {
                      long elements = Tensor.elementCount(shape);
                      return memory
                          .computeIfAbsent(
                              type.byteCount(elements),
                              bytes -> Tensor.allocateDirect(type, elements))
                          .clear();
                    })
                != null;
        count += more ? 1 : 0;
      } catch (BrokenSampleException e) {
        continue; // It is not counted.
      }
    }
    return count;
  }
}
