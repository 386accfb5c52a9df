package io.nncf4j.engines;

import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Dimension;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.ElementCodec;
import io.nncf4j.core.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Made-up inputs for timing and for trying whether a model runs: the same for the same seed.
 *
 * <p>Floats are uniform in [-1, 1), integers and booleans are 0 or 1, so that they are valid as
 * indices. The tensors lie outside the heap.
 *
 * @param seed of the random numbers
 * @param lengths lengths of symbolic dimensions by the symbol's name
 * @param imageLength length of what is left open of height and width, that is of axes 2 and up of
 *     values of rank 4 and more; every other open dimension is 1
 */
public record SyntheticInputs(long seed, Map<String, Long> lengths, long imageLength) {
  public SyntheticInputs {
    lengths = Map.copyOf(lengths);
  }

  /** Batch of one, 224 for open heights and widths. */
  public static SyntheticInputs ofSeed(long seed) {
    return new SyntheticInputs(seed, Map.of(), 224);
  }

  public SyntheticInputs withLengths(Map<String, Long> newLengths) {
    return new SyntheticInputs(seed, newLengths, imageLength);
  }

  public SyntheticInputs withImageLength(long newImageLength) {
    return new SyntheticInputs(seed, lengths, newImageLength);
  }

  /**
   * One tensor for each input.
   *
   * @throws InputException when the type or rank of an input is not known
   */
  public Map<String, Tensor> generate(List<Value> inputs) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (int index = 0; index < inputs.size(); index++) {
      Value input = inputs.get(index);
      SplittableRandom random = new SplittableRandom(seed + index);
      tensors.put(input.name(), generate(input, random));
    }
    return Collections.unmodifiableMap(tensors);
  }

  private Tensor generate(Value input, SplittableRandom random) {
    TensorType type = input.tensorType();
    DataType dataType = type.dataType();
    Shape shape = type.shape();
    if (dataType == null || shape == null) {
      throw new InputException(
          "No input can be made up for \""
              + input.name()
              + "\": its type is "
              + (input.type() == null ? "not known" : input.type())
              + "; give the model real inputs");
    }
    long[] lengths = new long[shape.rank()];
    for (int axis = 0; axis < lengths.length; axis++) {
      lengths[axis] = length(shape.get(axis), axis, lengths.length);
    }
    int size = Tensor.elementCount(lengths);
    if (dataType == DataType.STRING) {
      return Tensor.ofStrings(new ArrayList<>(Collections.nCopies(size, "text")), lengths);
    }
    ByteBuffer data = Tensor.allocateDirect(dataType, size);
    for (int element = 0; element < size; element++) {
      double value =
          dataType.isFloatingPoint() ? random.nextDouble() * 2 - 1 : (double) random.nextInt(2);
      ElementCodec.write(dataType, data, element, value);
    }
    return Tensor.of(dataType, lengths, data);
  }

  private long length(Dimension dimension, int axis, int rank) {
    if (dimension instanceof Dimension.Known known) {
      return known.length();
    }
    Long named = dimension instanceof Dimension.Symbol symbol ? lengths.get(symbol.name()) : null;
    return named != null ? named : rank >= 4 && axis >= 2 ? imageLength : 1;
  }
}
