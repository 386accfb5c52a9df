package io.nncf4j.formats.openvino.read;

import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Attribute;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Dimension;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.quantize.FakeQuantize;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.formats.openvino.ir.IrTypes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Parameters, Results, conversions and quantizers. */
final class GraphRules {
  private GraphRules() {}

  static void addTo(Map<String, LayerRule> rules) {
    rules.put("Parameter", GraphRules::parameter);
    rules.put(LayerRules.LEGACY + "Input", GraphRules::legacyInput);
    rules.put("Result", layer -> layer.graph().addResult(layer.layer(), layer.input(0)));
    rules.put("Convert", GraphRules::convert);
    rules.put("ConvertLike", layer -> layer.finish("CastLike", Attributes.NONE, layer.inputs()));
    rules.put("FakeQuantize", GraphRules::fakeQuantize);
    rules.put("Identity", layer -> layer.bind(0, layer.input(0)));
  }

  private static void parameter(LayerContext layer) {
    DataType type = layer.graph().widened(IrTypes.parse(layer.data.text("element_type")));
    layer.graph().addInput(layer.layer(), new TensorType(type, parameterShape(layer)));
  }

  /**
   * Lengths, {@code ?} or a range {@code low..high} for one not known, {@code ...} for any rank.
   */
  private static @Nullable Shape parameterShape(LayerContext layer) {
    List<Dimension> dimensions = new ArrayList<>();
    for (String part : AttributeTexts.parts(layer.data.text("shape"))) {
      if (part.equals("...")) {
        return null;
      }
      if (part.equals("?") || part.equals("-1") || part.contains("..")) {
        dimensions.add(Dimension.UNKNOWN);
      } else if (part.matches("\\d{1,18}")) {
        dimensions.add(Dimension.of(Long.parseLong(part)));
      } else {
        throw new InputException("its shape has the length \"" + part + "\"");
      }
    }
    return new Shape(dimensions);
  }

  private static void legacyInput(LayerContext layer) {
    if (layer.layer().outputs().size() != 1) {
      throw new InputException("an input has one output port");
    }
    layer.graph().addInput(layer.layer(), layer.graph().portType(layer.layer(), 0));
  }

  private static void convert(LayerContext layer) {
    String name =
        layer.isLegacy()
            ? layer.data.text("precision", "FP32")
            : layer.data.text("destination_type");
    DataType to = layer.graph().widened(IrTypes.parse(name));
    layer.finish("Cast", Attributes.NONE.with("to", to.onnxNumber()), layer.input(0));
  }

  private static void fakeQuantize(LayerContext layer) {
    long levels = layer.data.integer("levels");
    if (levels < 2 || levels > 65536) {
      throw new InputException("its levels should be 2 to 65536, found " + levels);
    }
    List<String> read = new ArrayList<>(List.of(layer.input(0)));
    for (int index = 1; index < 5; index++) {
      read.add(range(layer, index));
    }
    String value = layer.graph().nameOf(layer.layer(), 0);
    layer.graph().bind(layer.layer(), 0, value);
    layer.finish(
        new Node(
            layer.graph().nodeNames().fresh(GraphTranslator.nodeName(layer.layer())),
            FakeQuantize.OPERATOR,
            grid(layer, Attributes.NONE.with("levels", levels)),
            read,
            List.of(value)));
  }

  /** The grid that our own writer keeps beside the ranges; others say the ranges alone. */
  private static Attributes grid(LayerContext layer, Attributes attributes) {
    Map<String, String> information = layer.layer().information();
    String type = information.get("nncf_grid/type");
    if (type == null) {
      return attributes;
    }
    AttributeTexts grid = new AttributeTexts(information);
    float[] scale = grid.numbers("nncf_grid/scale");
    long[] zeroPoint = grid.integers("nncf_grid/zero_point");
    double[] zeros = java.util.Arrays.stream(zeroPoint).asDoubleStream().toArray();
    long[] shape = scale.length == 1 ? new long[0] : new long[] {scale.length};
    if (scale.length != zeros.length) {
      throw new InputException(
          "its grid has " + scale.length + " scales and " + zeros.length + " zero points");
    }
    return attributes
        .with("scale", Attribute.of(Tensor.ofFloats(scale, shape)))
        .with("zero_point", Attribute.of(Tensor.ofDoubles(IrTypes.parse(type), zeros, shape)))
        .with("axis", grid.integer("nncf_grid/axis", 0))
        .with("lowest_code", grid.integer("nncf_grid/lowest_code"));
  }

  /** Ranges as constants of their own type: passes look for constants, not behind a Cast. */
  private static String range(LayerContext layer, int index) {
    Tensor known = layer.constantOrNull(index);
    if (known == null) {
      return layer.input(index);
    }
    Tensor range = known.size() == 1 ? known.reshape() : known;
    return layer.constant(Tensor.ofDoubles(layer.dataType(0), range.toDoubles(), range.shape()));
  }
}
