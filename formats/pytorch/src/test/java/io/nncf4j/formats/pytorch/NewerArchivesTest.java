package io.nncf4j.formats.pytorch;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nncf4j.core.InputException;
import io.nncf4j.core.format.ModelFiles;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.formats.pytorch.archive.TorchFile;
import io.nncf4j.formats.pytorch.archive.ZipContents;
import io.nncf4j.testing.SharedFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
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

  @ParameterizedTest
  @ValueSource(strings = {"tiny_resnet", "tiny_ssd", "tiny_mha", "tiny_vit"})
  void storagesOfTheirOwnGiveWhatPyTorchGave(String net) throws IOException {
    Path original = SharedFiles.oracle("torch-export/" + net + "/model_dynamic.pt2");
    NewerArchive archive = NewerArchive.of(original);
    ExportedProgramsTest.compare(ModelFiles.read(write(archive)), original, "_batch3");
  }

  @Test
  void weightsInOneMemberGiveWhatPyTorchGave() throws IOException {
    Path original = SharedFiles.oracle("torch-export/tiny_resnet/model.pt2");
    ZipContents old = ZipContents.of(TorchFile.map(original));
    NewerArchive archive = new NewerArchive();
    archive.put("archive_format", "pt2");
    archive.put("models/resnet.json", old.text("serialized_exported_program.json"));
    archive.members.put(
        "data/weights/resnet.pt", NewerArchive.bytes(old.get("serialized_state_dict.pt")));
    archive.members.put(
        "data/constants/resnet.pt", NewerArchive.bytes(old.get("serialized_constants.pt")));
    ExportedProgramsTest.compare(ModelFiles.read(write(archive)), original, "");
  }

  @Test
  void whatIsNotReadIsNamed() throws IOException {
    NewerArchive archive = new NewerArchive();
    archive.put("archive_format", "pt2");
    archive.put("data/aotinductor/model/a.so", "compiled");
    assertThatThrownBy(() -> ModelFiles.read(write(archive)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("no exported program")
        .hasMessageContaining("torch.export.save");
    archive.put("models/a.json", "{}");
    archive.put("models/b.json", "{}");
    assertThatThrownBy(() -> ModelFiles.read(write(archive)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("several programs");
    archive.members.remove("models/b.json");
    archive.put("data/weights/a_weights_config.json", config("w", "weight_0", "[8]", "[1]", 3, 7));
    archive.members.put("data/weights/weight_0", new byte[40]);
    assertThatThrownBy(() -> ModelFiles.read(write(archive)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("\"w\"")
        .hasMessageContaining("storage");
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 3, Long.MAX_VALUE, Long.MAX_VALUE - 7})
  void aTensorMustLieInItsStorage(long offset) {
    ByteBuffer storage = ByteBuffer.allocate(40);
    assertThatThrownBy(
            () -> TorchFile.view(storage, DataType.FLOAT32, offset, new long[] {8}, new long[] {1}))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("a storage that has 10");
  }

  private static String config(
      String name, String member, String sizes, String strides, int offset, int type) {
    String asLists = sizes.replaceAll("(\\d+)", "{\"as_int\": $1}");
    String asStrides = strides.replaceAll("(\\d+)", "{\"as_int\": $1}");
    return "{\"config\": {"
        + NewerArchive.entry(name, member, asLists, asStrides, offset, type)
        + "}}";
  }

  private Path write(NewerArchive archive) throws IOException {
    return Files.write(folder.resolve("newer.pt2"), archive.toBytes());
  }
}
