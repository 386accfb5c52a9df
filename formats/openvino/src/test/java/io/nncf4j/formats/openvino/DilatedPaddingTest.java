package io.nncf4j.formats.openvino;

import static org.assertj.core.api.Assertions.assertThat;

import io.nncf4j.core.graph.Model;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Automatic padding with dilations, which ONNX Runtime refuses: as numbers, where they are known.
 */
class DilatedPaddingTest {
  private static final long[][] INPUTS = {{1, 2, 7, 8}, {4, 2, 3, 3}};

  @TempDir Path folder;

  private Model convolution(String padding, long[] output) throws IOException {
    return SmallNetwork.read(
        folder, "Convolution", 1, "strides=\"2,2\" dilations=\"2,2\" " + padding, INPUTS, output);
  }

  @ParameterizedTest
  @CsvSource({"same_upper,1,2", "same_lower,2,1"})
  void convolutionsArePaddedSoThatEveryStrideGivesOne(String mode, int begin, int end)
      throws IOException {
    long[] output = {1, 4, 4, 4};
    Model automatic =
        convolution("pads_begin=\"0,0\" pads_end=\"0,0\" auto_pad=\"" + mode + "\"", output);
    Model explicit =
        convolution(
            "pads_begin=\"2,%d\" pads_end=\"2,%d\" auto_pad=\"explicit\"".formatted(begin, end),
            output);
    var inputs = Running.inputs(explicit, 1);
    Running.assertClose(Running.run(automatic, inputs), Running.run(explicit, inputs), 0);
    assertThat(Running.run(automatic, inputs).get(0).shape()).isEqualTo(output);
  }

  @Test
  void withoutStridesLengthsNeedNotBeKnown() throws IOException {
    Model model =
        SmallNetwork.read(
            folder,
            "MaxPool",
            8,
            "strides=\"1,1\" dilations=\"2,3\" kernel=\"3,2\" pads_begin=\"0,0\" pads_end=\"0,0\""
                + " auto_pad=\"same_lower\" rounding_type=\"floor\"",
            new long[][] {{1, 2, 7, 8}},
            new long[] {1, 2, 7, 8});
    assertThat(Running.run(model, Running.inputs(model, 1)).get(0).shape())
        .containsExactly(1, 2, 7, 8);
  }

  @Test
  void withoutDilationsPaddingStaysAutomatic() throws IOException {
    Model model =
        SmallNetwork.read(
            folder,
            "Convolution",
            1,
            "strides=\"2,2\" dilations=\"1,1\" pads_begin=\"0,0\" pads_end=\"0,0\""
                + " auto_pad=\"same_upper\"",
            INPUTS,
            new long[] {1, 4, 4, 4});
    assertThat(model.graph().producer("layer").stringAttribute("auto_pad", ""))
        .isEqualTo("SAME_UPPER");
  }
}
