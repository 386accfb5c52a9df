package io.nncf4j.engines.libtorch;

import io.nncf4j.core.graph.Attribute;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.tensor.Tensor;
import java.util.Map;

/** Puts new values in the place of constants, wherever they stand: initialisers, nodes, bodies. */
final class ConstantReplacement {
  private ConstantReplacement() {}

  static Graph in(Graph graph, String path, Map<String, Tensor> values) {
    GraphEditor editor = new GraphEditor(graph);
    for (String name : graph.constants().keySet()) {
      Tensor value = values.get(path + name);
      if (value != null) {
        editor.constant(name, value);
      }
    }
    for (Node node : graph.nodes()) {
      Tensor value = node.is("Constant") ? values.get(path + node.output(0)) : null;
      if (value != null) {
        editor.replace(node.withAttributes(Attributes.of("value", Attribute.of(value))));
        continue;
      }
      Attributes attributes = node.attributes();
      for (Map.Entry<String, Attribute> entry : attributes.asMap().entrySet()) {
        if (entry.getValue() instanceof Attribute.GraphAttribute body) {
          String inner = path + node.name() + "/" + entry.getKey() + "/";
          attributes =
              attributes.with(entry.getKey(), Attribute.of(in(body.value(), inner, values)));
        }
      }
      if (!attributes.equals(node.attributes())) {
        editor.replace(node.withAttributes(attributes));
      }
    }
    return editor.build();
  }
}
