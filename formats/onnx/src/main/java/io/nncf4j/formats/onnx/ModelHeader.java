package io.nncf4j.formats.onnx;

import io.nncf4j.core.graph.Model;
import io.nncf4j.formats.onnx.proto.Onnx;
import java.util.Map;
import java.util.TreeMap;

/**
 * What an ONNX file says about a model besides its graph, as metadata: the free properties under
 * their own keys, and the fields below under keys that start with {@code onnx.}.
 */
final class ModelHeader {
  static final String DOMAIN = "onnx.domain";
  static final String DOCUMENTATION = "onnx.doc_string";
  static final String VERSION = "onnx.model_version";

  private ModelHeader() {}

  static Map<String, String> metadata(Onnx.ModelProto message) {
    Map<String, String> metadata = new TreeMap<>();
    for (Onnx.StringStringEntryProto entry : message.getMetadataPropsList()) {
      metadata.put(entry.getKey(), entry.getValue());
    }
    if (!message.getDomain().isEmpty()) {
      metadata.put(DOMAIN, message.getDomain());
    }
    if (!message.getDocString().isEmpty()) {
      metadata.put(DOCUMENTATION, message.getDocString());
    }
    if (message.getModelVersion() != 0) {
      metadata.put(VERSION, Long.toString(message.getModelVersion()));
    }
    return metadata;
  }

  static String producer(Onnx.ModelProto message) {
    return (message.getProducerName() + " " + message.getProducerVersion()).strip();
  }

  static void write(Model model, Onnx.ModelProto.Builder message) {
    int split = model.producer().lastIndexOf(' ');
    message.setProducerName(split < 0 ? model.producer() : model.producer().substring(0, split));
    if (split >= 0) {
      message.setProducerVersion(model.producer().substring(split + 1));
    }
    model
        .metadata()
        .forEach(
            (key, value) -> {
              switch (key) {
                case DOMAIN -> message.setDomain(value);
                case DOCUMENTATION -> message.setDocString(value);
                case WrittenOpset.MARK -> {
                  // Says how the model was read; reading the new file finds it out again.
                }
                case VERSION -> message.setModelVersion(version(value));
                default -> message.addMetadataPropsBuilder().setKey(key).setValue(value);
              }
            });
  }

  private static long version(String value) {
    return value.matches("-?\\d{1,18}") ? Long.parseLong(value) : 0;
  }
}
