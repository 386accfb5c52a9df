package io.nncf4j.core.operator;

import io.nncf4j.core.graph.Attribute;
import org.jspecify.annotations.Nullable;

/**
 * One attribute that an operator knows.
 *
 * @param name as ONNX spells it
 * @param kind the record that holds its value
 * @param required whether it must be present
 * @param defaultValue what an absent attribute means, or null when its absence means something of
 *     its own
 */
public record AttributeSchema(
    String name,
    Class<? extends Attribute> kind,
    boolean required,
    @Nullable Attribute defaultValue) {}
