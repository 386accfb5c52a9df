package io.nncf4j.compression.calibration;

import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Dimension;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.data.Sample;
import io.nncf4j.data.SampleSource;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** The one input that a model must have for samples of one tensor each. */
public final class ModelInput {
  private final Value input;

  private ModelInput(Value input) {
    this.input = input;
  }

  /**
   * @throws InputException when the model has not exactly one input
   */
  public static ModelInput of(Model model) {
    List<Value> inputs = model.graph().inputs();
    if (inputs.size() != 1) {
      throw new InputException(
          inputs.isEmpty()
              ? "The model takes no input: there is nothing to give samples to"
              : inputs.stream()
                  .map(each -> "\"" + each.name() + "\"")
                  .collect(
                      Collectors.joining(
                          ", ",
                          "The samples of a data set are one tensor each, but this model takes "
                              + inputs.size()
                              + " inputs: ",
                          ". Make all but one of them constants in the model")));
    }
    return new ModelInput(inputs.get(0));
  }

  public String name() {
    return input.name();
  }

  /** How many samples the model takes at once; -1 where that is open. */
  public int fixedBatch() {
    Shape shape = input.tensorType().shape();
    long length = shape == null || shape.rank() == 0 ? -1 : shape.get(0).lengthOrMinusOne();
    return length > 0 ? (int) Math.min(length, Integer.MAX_VALUE) : -1;
  }

  /**
   * @param sample without batch dimension
   * @param name what people call the sample
   * @throws InputException naming the sample, when the model takes tensors of another shape
   */
  public void checkShape(Tensor sample, String name) {
    Shape shape = input.tensorType().shape();
    if (shape == null) {
      return;
    }
    boolean fits = shape.rank() == sample.rank() + 1;
    for (int axis = 1; fits && axis < shape.rank(); axis++) {
      Dimension dimension = shape.get(axis);
      fits = !dimension.isKnown() || dimension.lengthOrMinusOne() == sample.dimension(axis - 1);
    }
    if (!fits) {
      throw new InputException(
          "The sample %s has the shape %s, but the input \"%s\" of the model takes %s, batch first: change resize, crop, color or layout under the key \"input\" of the data set's description"
              .formatted(name, Arrays.toString(sample.shape()), input.name(), input.type()));
    }
  }

  /** The sample as a batch of one, or in each place of the batch that the model takes. */
  Tensor batch(SampleSource source, int index, SampleSource.Memory memory) {
    int places = fixedBatch();
    if (places <= 1) {
      Tensor sample = source.load(index, memory).input();
      checkShape(sample, source.name(index));
      return sample.reshape(batched(1, sample));
    }
    Sample loaded =
        source.load(index, (type, shape) -> Tensor.allocate(type, Tensor.elementCount(shape)));
    Tensor sample = loaded.input();
    checkShape(sample, loaded.name());
    long[] shape = batched(places, sample);
    ByteBuffer all = memory.allocate(sample.dataType(), shape);
    ByteBuffer target = all.duplicate();
    for (int place = 0; place < places; place++) {
      target.put(sample.data());
    }
    return Tensor.of(sample.dataType(), shape, all);
  }

  private static long[] batched(int places, Tensor sample) {
    long[] shape = new long[sample.rank() + 1];
    shape[0] = places;
    System.arraycopy(sample.shape(), 0, shape, 1, sample.rank());
    return shape;
  }
}
