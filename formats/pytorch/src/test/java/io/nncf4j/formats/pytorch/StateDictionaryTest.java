package io.nncf4j.formats.pytorch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nncf4j.core.InputException;
import io.nncf4j.core.format.ModelFiles;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.testing.SharedFiles;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class StateDictionaryTest {
  @ParameterizedTest
  @CsvSource({
    "cross-format-samplenet/samplenet.pth, 10, 62006",
    "pytorch/resnet20-12fca82f.th, 97, 271098",
    "pytorch/cifar_net.pth, 8, 89578",
    "pytorch/2.7_80x80_MiniFASNetV2.pth, 334, 444978"
  })
  void readsEveryFormat(String path, int count, int elements) {
    Map<String, Tensor> tensors =
        StateDictionary.read(SharedFiles.data("models").resolve(path)).tensors();
    assertThat(tensors).hasSize(count);
    assertThat(tensors.values().stream().mapToLong(Tensor::size).sum()).isEqualTo(elements);
    assertThat(tensors.values())
        .allSatisfy(
            tensor -> {
              for (int index = 0; index < tensor.size(); index++) {
                assertThat(Math.abs(tensor.doubleAt(index))).isLessThan(1e6);
              }
            });
  }

  /** The weights of an exported program are those of the state dictionary beside it. */
  @Test
  void agreesWithTheExportedProgram() {
    Path folder = SharedFiles.oracle("torch-export/tiny_resnet");
    Map<String, Tensor> tensors = StateDictionary.read(folder.resolve("model.pth")).tensors();
    Model model = ModelFiles.read(folder.resolve("model.pt2"));
    model
        .graph()
        .constants()
        .forEach(
            (name, tensor) -> {
              if (tensors.containsKey(name)) {
                assertThat(tensor).isEqualTo(tensors.get(name));
              }
            });
    assertThat(tensors).containsKey("layer4.0.bn2.running_var");
  }

  @Test
  void weightsAreLoadedByName() throws java.io.IOException {
    Path folder = SharedFiles.oracle("torch-export/tiny_resnet");
    Model model = ModelFiles.read(folder.resolve("model.pt2"));
    io.nncf4j.core.graph.GraphEditor editor = new io.nncf4j.core.graph.GraphEditor(model.graph());
    model
        .graph()
        .constants()
        .forEach(
            (name, tensor) -> {
              if (tensor.dataType() == DataType.FLOAT32) {
                editor.constant(name, Tensor.ofFloats(new float[tensor.size()], tensor.shape()));
              }
            });
    Model empty = model.withGraph(editor.build());
    WeightsByName.Loaded loaded =
        WeightsByName.load(empty, StateDictionary.read(folder.resolve("model.pth")).tensors());
    assertThat(loaded.missing()).isEmpty();
    assertThat(loaded.unused()).isEmpty();
    ExportedProgramsTest.compare(loaded.model(), folder.resolve("model.pt2"), "");
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT16", "BFLOAT16", "FLOAT64"})
  void otherFloatingPointNumbersAreRoundedToThoseOfTheGraph(DataType type) {
    Model model = ModelFiles.read(SharedFiles.oracle("torch-export/tiny_resnet/model.pt2"));
    Tensor bias = model.graph().constant("fc.bias");
    double[] values = new double[bias.size()];
    java.util.Arrays.fill(values, 0.1);
    Tensor other = Tensor.ofDoubles(type, values, bias.shape());
    WeightsByName.Loaded loaded = WeightsByName.load(model, Map.of("fc.bias", other));
    Tensor found = loaded.model().graph().constant("fc.bias");
    assertThat(loaded.converted()).containsExactly("fc.bias");
    assertThat(found.dataType()).isEqualTo(DataType.FLOAT32);
    assertThat(found.floatAt(0)).isEqualTo((float) other.doubleAt(0));
  }

  @Test
  void numbersThatTheGraphCannotHoldAreRefused() {
    Model model = ModelFiles.read(SharedFiles.oracle("torch-export/tiny_resnet/model.pt2"));
    Tensor bias = model.graph().constant("fc.bias");
    double[] values = new double[bias.size()];
    values[0] = 1e300;
    for (DataType type : new DataType[] {DataType.FLOAT64, DataType.INT64}) {
      Tensor other = Tensor.ofDoubles(type, values, bias.shape());
      assertThatThrownBy(() -> WeightsByName.load(model, Map.of("fc.bias", other)))
          .isInstanceOf(InputException.class)
          .hasMessageContaining(type.label());
    }
  }

  @Test
  void weightsOfAnotherShapeAreRefused() {
    Model model = ModelFiles.read(SharedFiles.oracle("torch-export/tiny_resnet/model.pt2"));
    assertThatThrownBy(
            () -> WeightsByName.load(model, Map.of("fc.bias", Tensor.ofFloats(new float[3], 3))))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("fc.bias")
        .hasMessageContaining("float32[3]");
    assertThatThrownBy(() -> WeightsByName.load(model, Map.of("x", Tensor.scalar(1f))))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("No tensor");
  }

  @Test
  void aFunctionThatWouldBeCalledIsRefusedByName() {
    String pickle = "cos\nsystem\n(S'echo'\ntR.";
    assertThatThrownBy(() -> unpickle(pickle))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("os.system");
    assertThatThrownBy(() -> unpickle("cbuiltins\neval\n."))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("builtins.eval");
    assertThatThrownBy(() -> unpickle("(S'x'\nios\nsystem\n."))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("INST");
    assertThatThrownBy(() -> unpickle("(cos\nsystem\no."))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("os.system");
  }

  private static Object unpickle(String text) {
    return io.nncf4j.formats.pytorch.pickle.Unpickler.read(
        ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1)));
  }
}
