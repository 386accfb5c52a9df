package io.nncf4j.formats.pytorch.archive;

import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.formats.pytorch.pickle.PickleValue;
import io.nncf4j.formats.pytorch.pickle.Unpickler;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@code torch.save} wrote: a zip archive with {@code data.pkl} and the storages as members,
 * or the older format of pickles with the storages behind them.
 */
public final class TorchFile {
  /** Bytes that a tensor may have though its storage is smaller, because it repeats elements. */
  private static final int SMALL = 1 << 20;

  private static final String OLD_MAGIC = "1950a86a20f9469cfc6c";
  private static final int OLD_VERSION = 1001;

  private final PickleValue root;
  private final TorchTensors tensors;

  private TorchFile(PickleValue root, Storages storages) {
    this.root = root;
    this.tensors = new TorchTensors(storages);
  }

  /** True when the bytes begin like either format. */
  public static boolean accepts(ByteBuffer data) {
    if (ZipContents.accepts(data)) {
      return true;
    }
    // PROTO 2, LONG1 of ten bytes: the magic number.
    return data.remaining() > 16
        && data.get(data.position()) == (byte) 0x80
        && data.get(data.position() + 2) == (byte) 0x8a
        && data.get(data.position() + 3) == 10
        && data.get(data.position() + 4) == 0x6c;
  }

  /**
   * @throws InputException when the file is damaged or holds what is refused
   */
  public static TorchFile read(Path file) {
    return of(ZipContents.map(file));
  }

  public static ByteBuffer map(Path file) {
    return ZipContents.map(file);
  }

  /** Reads from memory. */
  public static TorchFile of(ByteBuffer data) {
    return ZipContents.accepts(data) ? of(ZipContents.of(data), "data") : old(data);
  }

  /**
   * One pickle of an archive.
   *
   * @param name of the member without {@code .pkl}; its storages stand in the folder of that name
   */
  public static TorchFile of(ZipContents archive, String name) {
    if (archive.has("byteorder") && archive.text("byteorder").trim().equals("big")) {
      throw new InputException("The archive was written in big-endian order, which is not read");
    }
    PickleValue root = Unpickler.read(archive.get(name + ".pkl"));
    return new TorchFile(root, key -> archive.get(name + "/" + key));
  }

  private static TorchFile old(ByteBuffer data) {
    PickleValue magic = Unpickler.read(data);
    if (!(magic instanceof PickleValue.Large large) || !large.hexadecimal().equals(OLD_MAGIC)) {
      throw new InputException("The file does not begin like one that torch.save wrote");
    }
    long version = PickleValues.whole(Unpickler.read(data));
    if (version != OLD_VERSION) {
      throw new InputException("The file has the version " + version + ", only 1001 is known");
    }
    Unpickler.read(data);
    PickleValue root = Unpickler.read(data);
    Map<String, ByteBuffer> storages = oldStorages(data, root);
    return new TorchFile(
        root,
        key -> {
          @Nullable ByteBuffer bytes = storages.get(key);
          if (bytes == null) {
            throw new InputException("The file has no storage \"" + key + "\"");
          }
          return bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        });
  }

  /** Keys, then for each its number of elements and its bytes; the pickle knows the types. */
  private static Map<String, ByteBuffer> oldStorages(ByteBuffer data, PickleValue root) {
    Map<String, String> types = new HashMap<>();
    new StorageWalk(types).walk(root);
    Map<String, ByteBuffer> storages = new LinkedHashMap<>();
    if (!(Unpickler.read(data) instanceof PickleValue.Sequence keys)) {
      throw new InputException("The file has no list of its storages");
    }
    for (PickleValue item : keys.items()) {
      String key = PickleValues.text(item);
      String type = types.get(key);
      if (data.remaining() < Long.BYTES || type == null) {
        throw new InputException("The storage \"" + key + "\" is cut off or used by nothing");
      }
      long count = data.getLong();
      int width = TorchTypes.ofStorage(type).bits() / 8;
      if (count < 0 || count > data.remaining() / width) {
        throw new InputException(
            "The storage \""
                + key
                + "\" is to have "
                + count
                + " elements, more than the file has bytes");
      }
      int length = (int) count * width;
      storages.put(key, data.slice(data.position(), length));
      data.position(data.position() + length);
    }
    return storages;
  }

  /** The type of a tensor by its description alone, without its bytes; null for none. */
  public static @Nullable TensorType described(PickleValue value) {
    if (value instanceof PickleValue.Made made
        && made.callee().name().startsWith("_rebuild_tensor")
        && made.arguments().items().size() > 3
        && made.arguments().items().get(0) instanceof PickleValue.Outside outside
        && outside.id() instanceof PickleValue.Sequence id
        && id.items().size() > 2) {
      long[] shape = PickleValues.wholes(made.arguments().items().get(2));
      String storage = PickleValues.name(id.items().get(1));
      return TensorType.of(TorchTypes.ofStorage(storage), shape);
    }
    return null;
  }

  /** The value that was saved. */
  public PickleValue root() {
    return root;
  }

  /** The tensor that a value of the file describes, or null when it describes none. */
  public @Nullable StoredTensor tensor(PickleValue value) {
    return tensors.tensor(value);
  }

  /** As {@link #tensor}, without quantised ones. */
  public @Nullable Tensor plainTensor(PickleValue value) {
    StoredTensor stored = tensors.tensor(value);
    return stored == null || stored.grid() != null ? null : stored.values();
  }

  /**
   * A tensor in a storage that stands by itself.
   *
   * @param offset in elements
   * @param strides in elements
   * @throws InputException when the tensor does not lie within the storage, or repeats its elements
   */
  public static Tensor view(
      ByteBuffer storage, DataType type, long offset, long[] shape, long[] strides) {
    if (type.byteCount(Tensor.elementCount(shape)) > Math.max(storage.remaining(), SMALL)) {
      throw new InputException("it has more elements than its storage");
    }
    return TorchTensors.strided(storage, type, offset, shape, strides);
  }
}
