package io.nncf4j.core.record;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One layer of the model that was made.
 *
 * @param name name of the node
 * @param type operator type
 * @param quantizer what quantizes it, in words, or {@code float}
 * @param low lower end of the range of its output; absent when not observed
 * @param high upper end
 * @param sqnrDb signal to quantization noise of its output in decibel, 10 log10(mean x^2 / mean (x
 *     - y)^2) with x of the float model; absent when not measured, or without noise
 * @param sizeBytesBefore bytes of its weights before
 * @param sizeBytesAfter bytes of its weights after, with scales and zero points
 */
public record LayerRecord(
    String name,
    String type,
    String quantizer,
    @Nullable Double low,
    @Nullable Double high,
    @Nullable Double sqnrDb,
    long sizeBytesBefore,
    long sizeBytesAfter) {
  public LayerRecord {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(quantizer, "quantizer");
    low = Numbers.finiteOrNull(low);
    high = Numbers.finiteOrNull(high);
    sqnrDb = Numbers.finiteOrNull(sqnrDb);
  }
}
