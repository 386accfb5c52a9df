package io.nncf4j.compression.quantization.plan;

/**
 * A node that stays in float although its operator could be quantized.
 *
 * @param node name of the node
 * @param type operator type
 * @param code short stable identifier of the reason, in kebab case, such as {@code ignored-scope}
 * @param reason one sentence for a person
 */
public record FloatNode(String node, String type, String code, String reason) {}
