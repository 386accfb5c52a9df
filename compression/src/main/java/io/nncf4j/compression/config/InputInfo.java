package io.nncf4j.compression.config;

import io.nncf4j.compression.calibration.CalibrationSamples;
import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Dimension;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One input of a model.
 *
 * @param shape shape, the batch first
 * @param type element type
 * @param filler what a mock tensor holds
 * @param keyword name under which the input is handed to the model; null for by position
 */
public record InputInfo(
    List<Integer> shape, DataType type, Filler filler, @Nullable String keyword) {
  /** What a mock tensor holds. */
  public enum Filler {
    ONES,
    ZEROS,
    RANDOM
  }

  public InputInfo {
    shape = List.copyOf(shape);
  }

  static List<InputInfo> all(ConfigSection root) {
    return root.sections("input_info").stream().map(InputInfo::of).toList();
  }

  private static InputInfo of(ConfigSection section) {
    List<Integer> shape = new ArrayList<>();
    for (double size : section.numbers("sample_size")) {
      if (size != Math.rint(size) || size < 1 || size > Integer.MAX_VALUE) {
        section.refuse("sample_size", "found " + size + "; allowed: whole numbers of 1 or more");
        continue;
      }
      shape.add((int) size);
    }
    String filler = section.text("filler", "ones");
    Filler kind =
        switch (filler) {
          case "ones" -> Filler.ONES;
          case "zeros" -> Filler.ZEROS;
          case "random" -> Filler.RANDOM;
          default -> {
            section.refuse("filler", "found \"" + filler + "\"; allowed: ones, zeros, random");
            yield Filler.ONES;
          }
        };
    return new InputInfo(
        shape,
        section.text("type", "float").equals("long") ? DataType.INT64 : DataType.FLOAT32,
        kind,
        section.text("keyword").orElse(null));
  }

  /**
   * The inputs of a model: as configured, else the shapes that the model names (a batch of unknown
   * size counts as 1), else those of the first batch of registered data.
   *
   * @throws InputException when none of these says, or when the configuration does not fit the
   *     model
   */
  public static List<InputInfo> resolve(NNCFConfig config, Model model) {
    List<Value> inputs = model.graph().inputs();
    List<InputInfo> configured = config.inputInfo();
    if (!configured.isEmpty()) {
      checkRanks(configured, inputs);
      return configured;
    }
    return fromModel(inputs)
        .or(() -> fromFirstBatch(config, inputs))
        .orElseThrow(
            () ->
                new InputException(
                    "The shapes of the model's inputs are not known. Give input_info in the"
                        + " configuration, register data with QuantizationRangeInitArgs or"
                        + " BNAdaptationInitArgs, or export the model with fixed shapes"));
  }

  private static void checkRanks(List<InputInfo> configured, List<Value> inputs) {
    if (configured.size() != inputs.size()) {
      throw new InputException(
          "input_info describes "
              + configured.size()
              + " inputs; the model has "
              + inputs.stream().map(Value::name).toList());
    }
    for (int index = 0; index < inputs.size(); index++) {
      Shape shape = inputs.get(index).tensorType().shape();
      List<Integer> given = configured.get(index).shape();
      if (shape != null && !given.isEmpty() && shape.rank() != given.size()) {
        throw new InputException(
            "input_info gives the input \""
                + inputs.get(index).name()
                + "\" the sample_size "
                + given
                + "; the model expects "
                + shape.rank()
                + " dimensions: "
                + shape);
      }
      checkLengths(configured.get(index), inputs.get(index));
      checkName(configured.get(index), inputs);
    }
  }

  /** Apart from the batch, lengths that the model fixes must be those. */
  private static void checkLengths(InputInfo info, Value input) {
    Shape shape = input.tensorType().shape();
    for (int axis = 1; shape != null && axis < info.shape().size(); axis++) {
      if (shape.get(axis) instanceof Dimension.Known known
          && known.length() != info.shape().get(axis)) {
        throw new InputException(
            "input_info gives the input \""
                + input.name()
                + "\" the sample_size "
                + info.shape()
                + "; the model expects "
                + shape);
      }
    }
  }

  private static void checkName(InputInfo info, List<Value> inputs) {
    String name = info.keyword();
    if (name != null && inputs.stream().noneMatch(input -> input.name().equals(name))) {
      throw new InputException(
          "input_info has the keyword \""
              + name
              + "\"; the model's inputs are "
              + inputs.stream().map(Value::name).toList());
    }
  }

  private static Optional<List<InputInfo>> fromModel(List<Value> inputs) {
    List<InputInfo> infos = new ArrayList<>();
    for (Value input : inputs) {
      Shape shape = input.tensorType().shape();
      DataType type = input.tensorType().dataType();
      if (shape == null || type == null) {
        return Optional.empty();
      }
      List<Integer> sizes = new ArrayList<>();
      for (int axis = 0; axis < shape.rank(); axis++) {
        if (shape.get(axis) instanceof Dimension.Known known) {
          sizes.add((int) known.length());
        } else if (axis == 0) {
          sizes.add(1);
        } else {
          return Optional.empty();
        }
      }
      infos.add(new InputInfo(sizes, type, Filler.ONES, input.name()));
    }
    return Optional.of(infos);
  }

  private static Optional<List<InputInfo>> fromFirstBatch(NNCFConfig config, List<Value> inputs) {
    Optional<CalibrationSamples> samples =
        config
            .findExtraStruct(ExtraStruct.QuantizationRangeInitArgs.class)
            .map(ExtraStruct.QuantizationRangeInitArgs::samples)
            .or(
                () ->
                    config
                        .findExtraStruct(ExtraStruct.BNAdaptationInitArgs.class)
                        .map(ExtraStruct.BNAdaptationInitArgs::samples));
    CalibrationSamples.Inputs first =
        samples.map(all -> all.first(1).begin().next(InputInfo::memory)).orElse(null);
    if (first == null) {
      return Optional.empty();
    }
    List<InputInfo> infos = new ArrayList<>();
    for (Value input : inputs) {
      Tensor tensor = first.tensors().get(input.name());
      if (tensor == null) {
        return Optional.empty();
      }
      List<Integer> sizes = new ArrayList<>();
      for (long size : tensor.shape()) {
        sizes.add((int) size);
      }
      infos.add(new InputInfo(sizes, tensor.dataType(), Filler.ONES, input.name()));
    }
    return Optional.of(infos);
  }

  private static ByteBuffer memory(DataType type, long... shape) {
    return Tensor.allocateDirect(type, Tensor.elementCount(shape));
  }
}
