package io.nncf4j.formats.pytorch;

import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.formats.pytorch.archive.TorchFile;
import io.nncf4j.formats.pytorch.archive.ZipContents;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** An archive of torch.export in the layout of newer versions, made of one of an older version. */
final class NewerArchive {
  final Map<String, byte[]> members = new LinkedHashMap<>();

  /** The same program, with a member for each storage. */
  static NewerArchive of(Path original) {
    ZipContents old = ZipContents.of(TorchFile.map(original));
    NewerArchive archive = new NewerArchive();
    archive.put("archive_format", "pt2");
    archive.put("archive_version", "0");
    archive.put("models/model.json", old.text("serialized_exported_program.json"));
    archive.storages("weights", "weight_", old.get("serialized_state_dict.pt"));
    archive.storages("constants", "tensor_", old.get("serialized_constants.pt"));
    return archive;
  }

  /** Two tensors share a storage; matrices stand column by column. */
  private void storages(String kind, String prefix, ByteBuffer stateDictionary) {
    StringBuilder config = new StringBuilder();
    ByteArrayOutputStream storage = new ByteArrayOutputStream();
    int number = 0;
    for (Map.Entry<String, Tensor> each :
        StateDictionary.of(stateDictionary).tensors().entrySet()) {
      Tensor tensor = each.getValue();
      int width = tensor.dataType().bits() / 8;
      long[] strides = new long[tensor.rank()];
      long stride = 1;
      for (int axis = strides.length - 1; axis >= 0; axis--) {
        strides[axis] = stride;
        stride *= tensor.dimension(axis);
      }
      byte[] content = bytes(tensor.data());
      if (tensor.rank() == 2) {
        content = columns(content, (int) tensor.dimension(0), (int) tensor.dimension(1), width);
        strides = new long[] {1, tensor.dimension(0)};
      }
      if (number % 2 == 0 || storage.size() % width != 0) {
        storage.reset();
        number += number % 2;
      }
      int offset = storage.size() / width;
      storage.writeBytes(content);
      String member = prefix + number / 2;
      members.put("data/" + kind + "/" + member, storage.toByteArray());
      number++;
      int type =
          switch (tensor.dataType()) {
            case FLOAT32 -> 7;
            case INT64 -> 5;
            case BOOL -> 12;
            default -> throw new AssertionError(tensor);
          };
      config
          .append(config.length() == 0 ? "" : ",")
          .append(entry(each.getKey(), member, list(tensor.shape()), list(strides), offset, type));
    }
    put("data/" + kind + "/model_" + kind + "_config.json", "{\"config\": {" + config + "}}");
  }

  private static byte[] columns(byte[] rows, int height, int width, int bytes) {
    byte[] columns = new byte[rows.length];
    for (int element = 0; element < height * width; element++) {
      int target = element % width * height + element / width;
      System.arraycopy(rows, element * bytes, columns, target * bytes, bytes);
    }
    return columns;
  }

  private static String list(long[] values) {
    return LongStream.of(values)
        .mapToObj(value -> "{\"as_int\": " + value + "}")
        .collect(Collectors.joining(",", "[", "]"));
  }

  static String entry(
      String name, String member, String sizes, String strides, int offset, int type) {
    return "\"%s\": {\"path_name\": \"%s\", \"is_param\": true, \"use_pickle\": false, \"tensor_meta\": {\"dtype\": %d, \"sizes\": %s, \"strides\": %s, \"storage_offset\": {\"as_int\": %d}}}"
        .formatted(name, member, type, sizes, strides, offset);
  }

  void put(String name, String text) {
    members.put(name, text.getBytes(StandardCharsets.UTF_8));
  }

  static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }

  byte[] toBytes() throws IOException {
    ByteArrayOutputStream target = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(target)) {
      for (Map.Entry<String, byte[]> member : members.entrySet()) {
        ZipEntry entry = new ZipEntry("newer/" + member.getKey());
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(member.getValue().length);
        CRC32 sum = new CRC32();
        sum.update(member.getValue());
        entry.setCrc(sum.getValue());
        zip.putNextEntry(entry);
        zip.write(member.getValue());
      }
    }
    return target.toByteArray();
  }
}
