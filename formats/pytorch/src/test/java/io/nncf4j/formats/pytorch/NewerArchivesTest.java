package io.nncf4j.formats.pytorch;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nncf4j.core.InputException;
import io.nncf4j.core.format.ModelFiles;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.formats.pytorch.archive.TorchFile;
import io.nncf4j.formats.pytorch.archive.ZipContents;
import io.nncf4j.testing.SharedFiles;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The layouts of archives that newer versions of PyTorch write. No file of theirs is at hand: these
 * hold the programs of older ones, laid out as the specification of PT2 archives says.
 */
class NewerArchivesTest {
  @TempDir Path folder;

  private final Map<String, byte[]> members = new LinkedHashMap<>();

  @ParameterizedTest
  @ValueSource(strings = {"tiny_resnet", "tiny_ssd", "tiny_mha", "tiny_vit"})
  void storagesOfTheirOwnGiveWhatPyTorchGave(String net) throws IOException {
    Path original = SharedFiles.oracle("torch-export/" + net + "/model_dynamic.pt2");
    ZipContents old = ZipContents.of(TorchFile.map(original));
    put("archive_format", "pt2");
    put("archive_version", "0");
    put("models/model.json", old.text("serialized_exported_program.json"));
    storages("weights", "weight_", old.get("serialized_state_dict.pt"));
    storages("constants", "tensor_", old.get("serialized_constants.pt"));
    ExportedProgramsTest.compare(ModelFiles.read(write()), original, "_batch3");
  }

  @Test
  void weightsInOneMemberGiveWhatPyTorchGave() throws IOException {
    Path original = SharedFiles.oracle("torch-export/tiny_resnet/model.pt2");
    ZipContents old = ZipContents.of(TorchFile.map(original));
    put("archive_format", "pt2");
    put("models/resnet.json", old.text("serialized_exported_program.json"));
    members.put("data/weights/resnet.pt", bytes(old.get("serialized_state_dict.pt")));
    members.put("data/constants/resnet.pt", bytes(old.get("serialized_constants.pt")));
    ExportedProgramsTest.compare(ModelFiles.read(write()), original, "");
  }

  @Test
  void whatIsNotReadIsNamed() throws IOException {
    put("archive_format", "pt2");
    put("data/aotinductor/model/a.so", "compiled");
    assertThatThrownBy(() -> ModelFiles.read(write()))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("no exported program")
        .hasMessageContaining("torch.export.save");
    put("models/a.json", "{}");
    put("models/b.json", "{}");
    assertThatThrownBy(() -> ModelFiles.read(write()))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("several programs");
    members.remove("models/b.json");
    put("data/weights/a_weights_config.json", config("w", "weight_0", "[8]", "[1]", 3, 7));
    members.put("data/weights/weight_0", new byte[40]);
    assertThatThrownBy(() -> ModelFiles.read(write()))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("\"w\"")
        .hasMessageContaining("storage");
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

  private static String config(
      String name, String member, String sizes, String strides, int offset, int type) {
    String asLists = sizes.replaceAll("(\\d+)", "{\"as_int\": $1}");
    String asStrides = strides.replaceAll("(\\d+)", "{\"as_int\": $1}");
    return "{\"config\": {" + entry(name, member, asLists, asStrides, offset, type) + "}}";
  }

  private static String entry(
      String name, String member, String sizes, String strides, int offset, int type) {
    return "\"%s\": {\"path_name\": \"%s\", \"is_param\": true, \"use_pickle\": false, \"tensor_meta\": {\"dtype\": %d, \"sizes\": %s, \"strides\": %s, \"storage_offset\": {\"as_int\": %d}}}"
        .formatted(name, member, type, sizes, strides, offset);
  }

  private void put(String name, String text) {
    members.put(name, text.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }

  private Path write() throws IOException {
    Path file = folder.resolve("newer.pt2");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
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
    return file;
  }
}
