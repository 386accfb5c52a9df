package io.nncf4j.formats.openvino.read;

import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Attribute;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Value;
import io.nncf4j.formats.openvino.ir.IrBody;
import io.nncf4j.formats.openvino.ir.IrLayer;
import io.nncf4j.formats.openvino.ir.IrPort;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** If as ONNX's If: what a branch reads through its port map, an ONNX branch sees from inside. */
final class ControlFlowRules {
  private ControlFlowRules() {}

  static void addTo(Map<String, LayerRule> rules) {
    rules.put("If", ControlFlowRules::branch);
    rules.put("Loop", layer -> new LoopTranslator(layer).translate());
    rules.put("TensorIterator", layer -> new LoopTranslator(layer).translate());
  }

  static IrBody body(LayerContext layer, String name) {
    IrBody body = layer.layer().bodies().get(name);
    if (body == null) {
      throw new InputException("it lacks its " + name);
    }
    return body;
  }

  /** Position of the port of this number among the inputs. */
  static int inputIndex(LayerContext layer, int port) {
    return index(layer.layer().inputs(), port, "input");
  }

  static int outputIndex(LayerContext layer, int port) {
    return index(layer.layer().outputs(), port, "output");
  }

  private static int index(List<IrPort> ports, int id, String kind) {
    for (int index = 0; index < ports.size(); index++) {
      if (ports.get(index).id() == id) {
        return index;
      }
    }
    throw new InputException("its port map names " + kind + " port " + id + ", which is not there");
  }

  private static void branch(LayerContext layer) {
    if (layer.isLegacy()) {
      throw new InexpressibleLayerException("it is of an old version");
    }
    Attributes attributes =
        Attributes.NONE
            .with("then_branch", Attribute.of(graph(layer, "then_body")))
            .with("else_branch", Attribute.of(graph(layer, "else_body")));
    layer.finishAll("If", attributes, layer.layer().outputs().size(), List.of(layer.input(0)));
  }

  private static Graph graph(LayerContext layer, String name) {
    IrBody body = body(layer, name);
    Map<Integer, String> bound = new HashMap<>();
    for (IrBody.PortMapping mapping : body.inputs()) {
      bound.put(mapping.internalLayer(), layer.input(inputIndex(layer, mapping.externalPort())));
    }
    GraphTranslator translator = layer.graph().body(body.network());
    translator.translateLayers(bound);
    Map<Integer, Integer> results = new HashMap<>();
    for (IrBody.PortMapping mapping : body.outputs()) {
      results.put(outputIndex(layer, mapping.externalPort()), mapping.internalLayer());
    }
    List<Value> outputs = new ArrayList<>();
    for (int index = 0; index < layer.layer().outputs().size(); index++) {
      Integer result = results.get(index);
      if (result == null) {
        throw new InputException("its " + name + " gives nothing for output " + index);
      }
      outputs.add(translator.exported(translator.resultOf(result)));
    }
    return translator.graph(List.of(), outputs);
  }

  /** The layer of a body with this number. */
  static IrLayer inside(IrBody body, int id) {
    return body.network().layers().stream()
        .filter(each -> each.id() == id)
        .findFirst()
        .orElseThrow(() -> new InputException("its port map names layer " + id));
  }
}
