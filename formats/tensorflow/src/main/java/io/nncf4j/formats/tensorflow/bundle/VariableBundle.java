package io.nncf4j.formats.tensorflow.bundle;

import io.nncf4j.core.InputException;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.formats.tensorflow.proto.Message;
import io.nncf4j.formats.tensorflow.proto.TensorFlowTypes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The variables of a checkpoint. Newer checkpoints have keys of their own; the graph of objects in
 * them says which variable each key is.
 */
public final class VariableBundle {
  private static final String OBJECT_GRAPH = "_CHECKPOINTABLE_OBJECT_GRAPH";
  private static final int MAXIMUM_SHARDS = 1024;

  private final Path prefix;
  private final Map<String, Message> entries = new LinkedHashMap<>();
  private final Map<String, String> keys = new HashMap<>();
  private final Map<Integer, ByteBuffer> shards = new HashMap<>();
  private int shardCount = 1;

  private VariableBundle(Path prefix) {
    this.prefix = prefix;
  }

  /**
   * @param prefix path without {@code .index}
   * @throws InputException when the files are damaged; the message names them
   */
  public static VariableBundle read(Path prefix) {
    VariableBundle bundle = new VariableBundle(prefix);
    Path index = prefix.resolveSibling(prefix.getFileName() + ".index");
    try {
      StringTable.read(map(index))
          .forEach(
              (key, value) -> {
                if (key.isEmpty()) {
                  bundle.shardCount = (int) Message.of(value).number(1);
                } else {
                  bundle.entries.put(key, Message.of(value));
                }
              });
      if (bundle.shardCount < 1 || bundle.shardCount > MAXIMUM_SHARDS) {
        throw new InputException("it names " + bundle.shardCount + " data files");
      }
      bundle.readObjectGraph();
    } catch (InputException e) {
      throw new InputException(index + ": " + e.getMessage(), e);
    }
    return bundle;
  }

  static ByteBuffer map(Path file) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      if (channel.size() > Integer.MAX_VALUE) {
        throw new InputException("it has more than 2 GiB, which is not read");
      }
      return channel
          .map(FileChannel.MapMode.READ_ONLY, 0, channel.size())
          .order(ByteOrder.LITTLE_ENDIAN);
    } catch (IOException e) {
      throw new InputException(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** Nodes of objects, each with attributes: name, full name, key in the checkpoint. */
  private void readObjectGraph() {
    Message entry = entries.get(OBJECT_GRAPH);
    if (entry == null) {
      return;
    }
    ByteBuffer bytes = bytes(entry);
    long length = Message.varint(bytes);
    // The lengths are followed by their checksum.
    if (length < 0 || length + 4 > bytes.remaining()) {
      throw new InputException("its graph of objects is cut off");
    }
    Message graph = Message.of(bytes.slice(bytes.position() + 4, (int) length));
    for (Message node : graph.messages(1)) {
      for (Message attribute : node.messages(2)) {
        keys.putIfAbsent(attribute.text(2), attribute.text(3));
      }
    }
  }

  private ByteBuffer bytes(Message entry) {
    int shard = (int) entry.number(3);
    long offset = entry.number(4);
    long size = entry.number(5);
    if (shard < 0 || shard >= shardCount) {
      throw new InputException("a variable stands in data file " + shard + " of " + shardCount);
    }
    ByteBuffer data = shards.get(shard);
    if (data == null) {
      data = map(file(shard));
      shards.put(shard, data);
    }
    if (offset < 0 || size < 0 || offset > data.limit() || size > data.limit() - offset) {
      throw new InputException(
          file(shard).getFileName() + " has no " + size + " bytes at " + offset);
    }
    return data.slice((int) offset, (int) size).order(ByteOrder.LITTLE_ENDIAN);
  }

  private Path file(int shard) {
    return prefix.resolveSibling(
        String.format("%s.data-%05d-of-%05d", prefix.getFileName(), shard, shardCount));
  }

  /** The index and the data files. */
  public java.util.List<Path> files() {
    java.util.List<Path> files = new java.util.ArrayList<>();
    files.add(prefix.resolveSibling(prefix.getFileName() + ".index"));
    for (int shard = 0; shard < shardCount; shard++) {
      if (Files.isRegularFile(file(shard))) {
        files.add(file(shard));
      }
    }
    return files;
  }

  /** The variable of this name, mapped from its file; null when the checkpoint has none. */
  public @Nullable Tensor variable(String name) {
    Message entry = entries.get(name);
    entry = entry == null ? entries.get(keys.getOrDefault(name, "")) : entry;
    if (entry == null) {
      return null;
    }
    try {
      if (entry.has(7)) {
        throw new InputException("it is stored in slices, which are not read");
      }
      DataType type = TensorFlowTypes.type(entry.number(1));
      return Tensor.of(type, TensorFlowTypes.lengths(entry.message(2)), bytes(entry));
    } catch (InputException e) {
      throw new InputException("Variable \"" + name + "\": " + e.getMessage(), e);
    }
  }
}
