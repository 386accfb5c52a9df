package io.nncf4j.formats.pytorch.export;

import com.fasterxml.jackson.databind.JsonNode;
import io.nncf4j.core.InputException;
import io.nncf4j.core.compose.GraphComposer;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.formats.pytorch.aten.AtenValue.TensorValue;
import java.util.Map;

/** Translates the graph of an exported program: inputs by its signature, then each node. */
final class ProgramTranslator {
  private final JsonNode signature;
  private final Map<String, Tensor> tensors;
  private final NodeTranslator nodes;

  ProgramTranslator(JsonNode module, Map<String, Tensor> tensors) {
    nodes = new NodeTranslator(module.path("graph"), new GraphComposer("torch_export"), 0);
    this.signature = module.path("signature");
    this.tensors = tensors;
  }

  Graph translate() {
    for (JsonNode input : signature.path("input_specs")) {
      bindInput(input);
    }
    nodes.translate();
    int outputs = 0;
    for (JsonNode output : signature.path("output_specs")) {
      JsonNode name = output.path("user_output").path("arg").path("as_tensor").path("name");
      if (name.isTextual()) {
        String now = nodes.tensor(name.asText());
        nodes.composer().output(now, now);
        outputs++;
      }
    }
    if (outputs == 0) {
      throw new InputException("The program has no outputs");
    }
    return nodes.composer().build();
  }

  private void bindInput(JsonNode specification) {
    JsonNode user = specification.path("user_input").path("arg");
    if (!user.isMissingNode()) {
      String name = user.path("as_tensor").path("name").asText("");
      if (!name.isEmpty()) {
        nodes.define(name, new TensorValue(nodes.composer().input(name, nodes.type(name))));
      }
      return;
    }
    bindConstant(specification.path("parameter"), "parameter_name");
    bindConstant(specification.path("buffer"), "buffer_name");
    bindConstant(specification.path("tensor_constant"), "tensor_constant_name");
  }

  private void bindConstant(JsonNode specification, String key) {
    if (specification.isMissingNode()) {
      return;
    }
    String argument = specification.path("arg").path("name").asText("");
    String name = specification.path(key).asText("");
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new InputException("The archive has no tensor \"" + name + "\"");
    }
    nodes.define(argument, new TensorValue(nodes.composer().constant(name, tensor)));
  }
}
