package io.nncf4j.formats.pytorch.archive;

import io.nncf4j.core.InputException;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.formats.pytorch.pickle.PickleValue;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes tensors of the descriptions in a pickle: storage, offset, size and stride. */
final class TorchTensors {
  private static final int MAXIMUM_RANK = 64;
  private static final int MAXIMUM_WRAPPERS = 8;

  /** A tensor that does not stand row by row is copied; more than this is refused. */
  private static final long LARGEST_COPY = 1L << 28;

  private final Storages storages;

  TorchTensors(Storages storages) {
    this.storages = storages;
  }

  /** True when the value describes a tensor. */
  static boolean isTensor(PickleValue value) {
    return value instanceof PickleValue.Made made && made.callee().name().startsWith("_rebuild_");
  }

  /** The tensor that a value describes, or null when it describes none. */
  @Nullable StoredTensor tensor(PickleValue value) {
    PickleValue inner = value;
    for (int depth = 0; depth < MAXIMUM_WRAPPERS; depth++) {
      if (!(inner instanceof PickleValue.Made made)) {
        return null;
      }
      List<PickleValue> arguments = made.arguments().items();
      switch (made.callee().name()) {
        case "_rebuild_tensor", "_rebuild_tensor_v2", "_rebuild_tensor_v3" -> {
          return new StoredTensor(plain(arguments), null);
        }
        case "_rebuild_qtensor" -> {
          return quantized(arguments);
        }
        case "_rebuild_parameter", "_rebuild_parameter_with_state" ->
            inner = argument(arguments, 0);
        case "_rebuild_from_type_v2" -> inner = rebuilt(arguments);
        default -> {
          return null;
        }
      }
    }
    return null;
  }

  /** A subclass of Tensor: the function that makes it, its type, and the function's arguments. */
  private static PickleValue rebuilt(List<PickleValue> arguments) {
    PickleValue function = argument(arguments, 0);
    PickleValue given = argument(arguments, 2);
    if (function instanceof PickleValue.Name name && given instanceof PickleValue.Sequence list) {
      return PickleValues.made(name, list);
    }
    throw new InputException("A tensor is described by " + function);
  }

  private static PickleValue argument(List<PickleValue> arguments, int index) {
    if (index >= arguments.size()) {
      throw new InputException(
          "The description of a tensor has only " + arguments.size() + " parts");
    }
    return arguments.get(index);
  }

  private Tensor plain(List<PickleValue> arguments) {
    if (!(argument(arguments, 0) instanceof PickleValue.Outside outside)
        || !(outside.id() instanceof PickleValue.Sequence id)
        || id.items().size() < 5) {
      throw new InputException("The description of a tensor names no storage");
    }
    String storage = PickleValues.name(id.items().get(1));
    String key = PickleValues.text(id.items().get(2));
    DataType type = TorchTypes.ofStorage(storage);
    long offset = PickleValues.whole(argument(arguments, 1));
    if (id.items().size() > 5 && id.items().get(5) instanceof PickleValue.Sequence view) {
      // Older files have several views of one storage: key, offset, number of elements.
      offset += view.items().size() < 2 ? 0 : PickleValues.whole(view.items().get(1));
    }
    long[] shape = PickleValues.wholes(argument(arguments, 2));
    long[] strides = PickleValues.wholes(argument(arguments, 3));
    return strided(storages.bytes(key), type, offset, shape, strides);
  }

  private StoredTensor quantized(List<PickleValue> arguments) {
    Tensor values = plain(arguments);
    if (!(argument(arguments, 4) instanceof PickleValue.Sequence scheme)
        || scheme.items().size() < 3) {
      throw new InputException("A quantised tensor has no scale");
    }
    String kind = PickleValues.name(scheme.items().get(0));
    if (kind.equals("per_tensor_affine")) {
      return new StoredTensor(
          values,
          new StoredTensor.Grid(
              Tensor.scalar((float) PickleValues.real(scheme.items().get(1))),
              Tensor.scalar(PickleValues.whole(scheme.items().get(2))),
              -1));
    }
    StoredTensor scale = tensor(scheme.items().get(1));
    StoredTensor zero = tensor(scheme.items().get(2));
    if (scale == null || zero == null || scheme.items().size() < 4) {
      throw new InputException("A quantised tensor has the scheme " + kind + " without scales");
    }
    return new StoredTensor(
        values,
        new StoredTensor.Grid(
            scale.values(), zero.values(), (int) PickleValues.whole(scheme.items().get(3))));
  }

  /**
   * @param offset in elements
   */
  static Tensor strided(
      ByteBuffer storage, DataType type, long offset, long[] shape, long[] strides) {
    if (shape.length != strides.length || shape.length > MAXIMUM_RANK) {
      throw new InputException(
          "A tensor has the shape "
              + Arrays.toString(shape)
              + " and "
              + strides.length
              + " strides");
    }
    int count = Tensor.elementCount(shape);
    if (count == 0) {
      return Tensor.of(type, shape, Tensor.allocate(type, 0));
    }
    int width = type.bits() / 8;
    long room = storage.remaining() / width;
    long last = offset;
    boolean inside = offset >= 0 && offset < room;
    boolean dense = true;
    long expected = 1;
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      if (strides[axis] < 0 || strides[axis] > Integer.MAX_VALUE) {
        throw new InputException("A tensor has a stride of " + strides[axis]);
      }
      // Far too large is seen before it comes to more than a long holds.
      last = inside ? last + (shape[axis] - 1) * strides[axis] : last;
      inside &= last < room;
      dense &= shape[axis] == 1 || strides[axis] == expected;
      expected *= shape[axis];
    }
    if (!inside) {
      throw new InputException(
          "A tensor of shape "
              + Arrays.toString(shape)
              + " begins at element "
              + offset
              + " of a storage that has "
              + room);
    }
    if (dense) {
      ByteBuffer view = storage.slice((int) offset * width, count * width);
      return Tensor.of(type, shape, view.order(ByteOrder.LITTLE_ENDIAN));
    }
    if ((long) count * width > LARGEST_COPY) {
      throw new InputException("A tensor of " + count + " elements is not stored row by row");
    }
    ByteBuffer copy = Tensor.allocate(type, count);
    long[] index = new long[shape.length];
    for (int element = 0; element < count; element++) {
      long at = offset;
      for (int axis = 0; axis < shape.length; axis++) {
        at += index[axis] * strides[axis];
      }
      for (int part = 0; part < width; part++) {
        copy.put(element * width + part, storage.get((int) at * width + part));
      }
      for (int axis = shape.length - 1; axis >= 0 && ++index[axis] == shape[axis]; axis--) {
        index[axis] = 0;
      }
    }
    return Tensor.of(type, shape, copy);
  }
}
