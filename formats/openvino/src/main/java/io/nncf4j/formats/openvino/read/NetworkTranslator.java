package io.nncf4j.formats.openvino.read;

import io.nncf4j.core.compose.ForeignNodes;
import io.nncf4j.core.graph.FreshNames;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.OperatorType;
import io.nncf4j.core.operator.ShapeInference;
import io.nncf4j.core.quantize.FakeQuantize;
import io.nncf4j.core.rewrite.InputNormalization;
import io.nncf4j.formats.openvino.ir.IrNetwork;
import io.nncf4j.formats.openvino.ir.IrPreprocessing;
import io.nncf4j.formats.openvino.ir.IrWeights;
import java.util.Map;
import java.util.TreeMap;

/** Makes a model of a network: each layer by the rule of its type, see {@link LayerRules}. */
public final class NetworkTranslator {
  /** Domain of layers that no ONNX operator stands for; attributes are kept as text. */
  public static final String DOMAIN = "org.openvino";

  /** Attribute of such a node: why it could not be expressed. */
  public static final String REASON = ForeignNodes.REASON;

  private NetworkTranslator() {}

  /**
   * @throws io.nncf4j.core.InputException when the network is damaged; the message names the layer
   */
  public static Model translate(IrNetwork network, IrWeights weights) {
    Graph graph = new GraphTranslator(network, weights, new FreshNames(), null).translate();
    graph = JoinBiases.apply(new GraphEditor(graph).removeUnused().build());
    Map<String, Integer> opsets = new TreeMap<>();
    opsets.put("", Model.CANONICAL_OPSET);
    addDomains(graph, opsets);
    Map<String, String> metadata = new TreeMap<>();
    metadata.put("openvino/version", Integer.toString(network.version()));
    network
        .information()
        .forEach(
            (path, value) -> {
              if (!path.startsWith("meta_data/")) {
                metadata.put(path, value);
              }
            });
    Model model = new Model(graph, opsets, metadata, "openvino");
    for (IrPreprocessing each : network.preprocessing()) {
      model = preprocessed(model, each);
    }
    return withTypesOfBodies(model);
  }

  /** The Inference Engine subtracts means and divides by scales before the first layer. */
  private static Model preprocessed(Model model, IrPreprocessing preprocessing) {
    if (preprocessing.isNone()) {
      return model;
    }
    return new InputNormalization(preprocessing.means(), preprocessing.scales(), false)
        .into(model, preprocessing.input().isEmpty() ? null : preprocessing.input());
  }

  private static Model withTypesOfBodies(Model model) {
    boolean hasBodies =
        model.graph().nodes().stream().anyMatch(node -> !node.attributes().graphs().isEmpty());
    // Outputs of bodies need types, and not every one follows from a port of the file.
    return hasBodies ? ShapeInference.analyse(model).model() : model;
  }

  private static void addDomains(Graph graph, Map<String, Integer> opsets) {
    for (Node node : graph.nodes()) {
      String domain = node.operator().domain();
      int version = domain.equals(OperatorType.NNCF_DOMAIN) ? FakeQuantize.DOMAIN_VERSION : 1;
      opsets.putIfAbsent(domain, version);
      node.attributes().graphs().forEach(body -> addDomains(body, opsets));
    }
  }
}
