package io.nncf4j.formats.openvino;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nncf4j.core.InputException;
import io.nncf4j.core.compose.ForeignNodes;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What ONNX has under the same name with another meaning, by the numbers of the specification. */
class ExactLayersTest {
  @TempDir Path folder;

  private static double[] run(Model model, Tensor input) {
    String name = model.graph().inputs().get(0).name();
    return Running.run(model, Map.of(name, input)).get(0).toDoubles();
  }

  private static String legacy(String preprocessing) {
    String port = "<dim>1</dim><dim>2</dim><dim>1</dim><dim>2</dim></port>";
    return "<net name=\"prep\" version=\"7\">"
        + preprocessing
        + "<layers><layer id=\"0\" name=\"data\" type=\"Input\" precision=\"FP32\"><output>"
        + "<port id=\"0\">"
        + port
        + "</output></layer><layer id=\"1\" name=\"r\" type=\"ReLU\" precision=\"FP32\"><input>"
        + "<port id=\"0\">"
        + port
        + "</input><output><port id=\"1\">"
        + port
        + "</output></layer></layers><edges><edge from-layer=\"0\" from-port=\"0\" to-layer=\"1\""
        + " to-port=\"0\"/></edges></net>";
  }

  private Model legacyModel(String preprocessing) throws IOException {
    Path file = Files.writeString(folder.resolve("prep.xml"), legacy(preprocessing));
    Files.write(folder.resolve("prep.bin"), new byte[0]);
    return new OpenVinoReader().read(file);
  }

  @Test
  void meansAndScalesOfOldNetworksStandBehindTheInput() throws IOException {
    Model model =
        legacyModel(
            "<pre-process mean-precision=\"FP32\" reference-layer-name=\"data\">"
                + "<channel id=\"1\"><mean value=\"10\"/></channel>"
                + "<channel id=\"0\"><mean value=\"100\"/><scale value=\"2\"/></channel>"
                + "</pre-process>");
    Tensor input = Tensor.ofFloats(new float[] {90, 110, 9, 12}, 1, 2, 1, 2);
    assertThat(run(model, input)).containsExactly(0, 5, 0, 2);
  }

  @Test
  void preprocessingThatChangesNothingAddsNothing() throws IOException {
    Model model =
        legacyModel(
            "<pre-process><channel id=\"0\"><mean value=\"0\"/></channel>"
                + "<channel id=\"1\"><scale value=\"1\"/></channel></pre-process>");
    assertThat(model.graph().nodes()).extracting(node -> node.type()).containsExactly("Relu");
  }

  @Test
  void aMeanImageIsRefused() {
    String image =
        "<pre-process reference-layer-name=\"data\"><channel id=\"0\"><mean offset=\"0\""
            + " size=\"8\"/></channel></pre-process>";
    assertThatThrownBy(() -> legacyModel(image))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("mean image from the input \"data\"");
  }

  @Test
  void boundsOfIntegersAreWholeNumbersWithin() throws IOException {
    Model model = read(IntegerLayer.of("Clamp", "min=\"-2.5\" max=\"1.5\""), new byte[0]);
    Tensor input = Tensor.ofDoubles(DataType.INT32, new double[] {-4, -2, 0, 2}, 4);
    assertThat(run(model, input)).containsExactly(-2, -2, 0, 1);
  }

  private Model read(String network, byte[] weights) throws IOException {
    Path file = Files.writeString(folder.resolve("net.xml"), network);
    Files.write(folder.resolve("net.bin"), weights);
    return new OpenVinoReader().read(file);
  }

  @Test
  void aNegativeIndexGivesNoHotElement() throws IOException {
    ByteBuffer weights = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    weights.putLong(3).putFloat(5).putFloat(1);
    Model model = read(IntegerLayer.oneHot(), weights.array());
    Tensor input = Tensor.ofDoubles(DataType.INT32, new double[] {-1, 0, 2, 3}, 4);
    double[] expected = {1, 1, 1, 5, 1, 1, 1, 1, 5, 1, 1, 1};
    assertThat(run(model, input)).containsExactly(expected);
    Path again = folder.resolve("again.xml");
    new OpenVinoWriter().write(model, again);
    assertThat(run(new OpenVinoReader().read(again), input)).containsExactly(expected);
  }

  private static Model interpolate(Path folder, String mode, long wide) throws IOException {
    String network =
        SmallNetwork.text(
            "Interpolate",
            4,
            "mode=\"nearest\" nearest_mode=\""
                + mode
                + "\" coordinate_transformation_mode=\"asymmetric\""
                + " shape_calculation_mode=\"scales\"",
            new long[][] {{1, 1, 1, 4}, {1}, {1}, {1}},
            new long[] {1, 1, 1, wide});
    ByteBuffer weights = ByteBuffer.allocate(20).order(ByteOrder.LITTLE_ENDIAN);
    weights.putLong(wide).putFloat(wide / 4f).putLong(3);
    Path file = folder.resolve("net.xml");
    String constants =
        network
            .replace(
                "name=\"in1\" type=\"Parameter\" version=\"opset1\"><data element_type=\"f32\"",
                "name=\"in1\" type=\"Const\" version=\"opset1\"><data element_type=\"i64\" offset=\"0\" size=\"8\"")
            .replace(
                "name=\"in2\" type=\"Parameter\" version=\"opset1\"><data element_type=\"f32\"",
                "name=\"in2\" type=\"Const\" version=\"opset1\"><data element_type=\"f32\" offset=\"8\" size=\"4\"")
            .replace(
                "name=\"in3\" type=\"Parameter\" version=\"opset1\"><data element_type=\"f32\"",
                "name=\"in3\" type=\"Const\" version=\"opset1\"><data element_type=\"i64\" offset=\"12\" size=\"8\"");
    Files.writeString(file, constants);
    Files.write(folder.resolve("net.bin"), weights.array());
    return new OpenVinoReader().read(file);
  }

  @Test
  void simpleTakesTheUpperNeighbourWhereItShrinks() throws IOException {
    Tensor input = Tensor.ofFloats(new float[] {0, 1, 2, 3}, 1, 1, 1, 4);
    assertThat(run(interpolate(folder, "simple", 7), input)).containsExactly(0, 0, 1, 1, 2, 2, 3);
    assertThat(run(interpolate(folder, "simple", 3), input)).containsExactly(0, 2, 3);
    assertThat(ForeignNodes.list(interpolate(folder, "odd", 3).graph())).hasSize(1);
  }

  @Test
  void dilatedConvolutionsHaveNumbersForPadding() throws IOException {
    Model model =
        SmallNetwork.read(
            folder,
            "Convolution",
            1,
            "strides=\"2,1\" dilations=\"2,2\" auto_pad=\"same_upper\" pads_begin=\"0,0\""
                + " pads_end=\"0,0\"",
            new long[][] {{1, 1, 6, 5}, {1, 1, 3, 2}},
            new long[] {1, 1, 3, 5});
    var convolution = model.graph().nodes().stream().filter(n -> n.is("Conv")).findFirst();
    assertThat(convolution.orElseThrow().attributes().has("auto_pad")).isFalse();
    assertThat(convolution.orElseThrow().intsAttribute("pads")).containsExactly(1, 1, 2, 1);
    Tensor input = Tensor.ofFloats(new float[30], 1, 1, 6, 5);
    List<String> names = model.graph().inputs().stream().map(value -> value.name()).toList();
    Tensor weights = Tensor.ofFloats(new float[6], 1, 1, 3, 2);
    Tensor made = Running.run(model, Map.of(names.get(0), input, names.get(1), weights)).get(0);
    assertThat(made.shape()).containsExactly(1, 1, 3, 5);
  }

  @Test
  void anOperatorOfSomebodysOwnIsNotTheStandardOne() throws IOException {
    String network = IntegerLayer.of("ReLU", "a=\"1\"");
    assertThat(ForeignNodes.list(read(network, new byte[0]).graph())).isEmpty();
    String foreign =
        network.replace("type=\"ReLU\" version=\"opset1\"", "type=\"ReLU\" version=\"myext\"");
    assertThat(ForeignNodes.list(read(foreign, new byte[0]).graph())).hasSize(1);
  }

  /** Four stored integers times a column of three scales: no layout of weights, but a product. */
  @Test
  void scalesThatRepeatStoredNumbersAreMultiplied() throws IOException {
    ByteBuffer weights = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    weights.put(new byte[] {1, 2, 3, 4}).putFloat(1).putFloat(10).putFloat(100);
    String network =
        "<net name=\"bcast\" version=\"11\"><layers><layer id=\"0\" name=\"Parameter0\" type=\"Par"
            + "ameter\" version=\"opset1\"><data shape=\"1\" element_type=\"f32\"/><output><port id=\"0"
            + "\" precision=\"FP32\"><dim>1</dim></port></output></layer><layer id=\"1\" name=\"Const"
            + "1\" type=\"Const\" version=\"opset1\"><data element_type=\"i8\" shape=\"4\" offset=\"0\" si"
            + "ze=\"4\"/><output><port id=\"0\" precision=\"I8\"><dim>4</dim></port></output></layer>"
            + "<layer id=\"2\" name=\"Convert2\" type=\"Convert\" version=\"opset1\"><data destination_"
            + "type=\"f32\"/><input><port id=\"0\"><dim>4</dim></port></input><output><port id=\"1\" "
            + "precision=\"FP32\"><dim>4</dim></port></output></layer><layer id=\"3\" name=\"Const3\""
            + " type=\"Const\" version=\"opset1\"><data element_type=\"f32\" shape=\"3,1\" offset=\"4\" s"
            + "ize=\"12\"/><output><port id=\"0\" precision=\"FP32\"><dim>3</dim><dim>1</dim></port><"
            + "/output></layer><layer id=\"4\" name=\"Multiply4\" type=\"Multiply\" version=\"opset1\">"
            + "<input><port id=\"0\"><dim>4</dim></port><port id=\"1\"><dim>3</dim><dim>1</dim></po"
            + "rt></input><output><port id=\"2\" precision=\"FP32\"><dim>3</dim><dim>4</dim></port>"
            + "</output></layer><layer id=\"5\" name=\"Result5\" type=\"Result\" version=\"opset1\"><in"
            + "put><port id=\"0\"><dim>3</dim><dim>4</dim></port></input></layer><layer id=\"6\" na"
            + "me=\"Result6\" type=\"Result\" version=\"opset1\"><input><port id=\"0\"><dim>1</dim></po"
            + "rt></input></layer></layers><edges><edge from-layer=\"1\" from-port=\"0\" to-layer=\""
            + "2\" to-port=\"0\"/><edge from-layer=\"2\" from-port=\"1\" to-layer=\"4\" to-port=\"0\"/><ed"
            + "ge from-layer=\"3\" from-port=\"0\" to-layer=\"4\" to-port=\"1\"/><edge from-layer=\"4\" f"
            + "rom-port=\"2\" to-layer=\"5\" to-port=\"0\"/><edge from-layer=\"0\" from-port=\"0\" to-lay"
            + "er=\"6\" to-port=\"0\"/></edges></net>";
    double[] found = run(read(network, weights.array()), Tensor.ofFloats(new float[] {7}, 1));
    assertThat(found).containsExactly(1, 2, 3, 4, 10, 20, 30, 40, 100, 200, 300, 400);
  }
}
