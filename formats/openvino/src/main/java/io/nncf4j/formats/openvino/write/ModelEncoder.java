package io.nncf4j.formats.openvino.write;

import io.nncf4j.core.UnsupportedOperatorException;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.operator.ShapeInference;
import io.nncf4j.core.rewrite.RecogniseFakeQuantize;
import io.nncf4j.formats.openvino.ir.IrNetwork;
import io.nncf4j.formats.openvino.ir.WeightsLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Makes a network of a model: pairs of QuantizeLinear and DequantizeLinear become FakeQuantize, all
 * types are inferred, and each node is encoded by the rule of its operator, see {@link NodeRules}.
 */
public final class ModelEncoder {
  /**
   * @param halfWeights whether float32 weights are stored in half precision
   */
  public record Options(boolean halfWeights) {
    public static Options defaults() {
      return new Options(false);
    }
  }

  /** The XML and the BIN, not written yet. */
  public record Encoded(IrNetwork network, WeightsLayout weights) {}

  private ModelEncoder() {}

  /**
   * @throws UnsupportedOperatorException with every node that cannot be expressed
   */
  public static Encoded encode(Model model, Options options) {
    Model prepared = new RecogniseFakeQuantize(false).apply(model).model();
    prepared = ShapeInference.analyse(prepared).model();
    WeightsLayout weights = new WeightsLayout();
    List<UnsupportedOperatorException.Unsupported> unsupported = new ArrayList<>();
    GraphEncoder encoder =
        new GraphEncoder(prepared.graph(), new LayerBuilder(weights), options, unsupported, null);
    encoder.encode();
    if (!unsupported.isEmpty()) {
      throw new UnsupportedOperatorException("OpenVINO IR", unsupported);
    }
    Map<String, String> information = new TreeMap<>();
    model
        .metadata()
        .forEach(
            (key, value) -> {
              if (!key.startsWith("openvino/")) {
                information.put(key, value);
              }
            });
    String name = model.graph().name();
    return new Encoded(
        encoder.layers().build(name.isEmpty() ? "model" : name, information), weights);
  }
}
