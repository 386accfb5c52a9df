package io.nncf4j.core.graph;

import io.nncf4j.core.InputException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Attributes of one node by name, immutable, in alphabetical order so that printing and writing are
 * deterministic.
 *
 * <p>The typed getters throw {@link InputException} when an attribute is there with another kind
 * than asked for; the node's name is added by {@link Node}'s own getters, which are the ones to
 * use.
 */
public final class Attributes {
  public static final Attributes NONE = new Attributes(new TreeMap<>());

  private final Map<String, Attribute> values;

  private Attributes(TreeMap<String, Attribute> values) {
    this.values = Collections.unmodifiableMap(values);
  }

  public static Attributes of(Map<String, ? extends Attribute> values) {
    return values.isEmpty() ? NONE : new Attributes(new TreeMap<>(values));
  }

  public static Attributes of(String name, Attribute value) {
    return NONE.with(name, value);
  }

  /** The same attributes with one added or replaced. */
  public Attributes with(String name, Attribute value) {
    TreeMap<String, Attribute> changed = new TreeMap<>(values);
    changed.put(name, value);
    return new Attributes(changed);
  }

  public Attributes with(String name, long value) {
    return with(name, Attribute.of(value));
  }

  public Attributes with(String name, float value) {
    return with(name, Attribute.of(value));
  }

  public Attributes with(String name, String value) {
    return with(name, Attribute.of(value));
  }

  public Attributes with(String name, long... values) {
    return with(name, Attribute.of(values));
  }

  public Attributes without(String... names) {
    TreeMap<String, Attribute> changed = new TreeMap<>(values);
    changed.keySet().removeAll(Set.of(names));
    return of(changed);
  }

  public @Nullable Attribute get(String name) {
    return values.get(name);
  }

  public boolean has(String name) {
    return values.containsKey(name);
  }

  public Map<String, Attribute> asMap() {
    return values;
  }

  public Set<String> names() {
    return values.keySet();
  }

  public boolean isEmpty() {
    return values.isEmpty();
  }

  /** Every body among the attributes, in order of name. */
  public List<Graph> graphs() {
    return values.values().stream()
        .flatMap(
            attribute ->
                attribute instanceof Attribute.GraphAttribute graph
                    ? java.util.stream.Stream.of(graph.value())
                    : attribute instanceof Attribute.GraphsAttribute graphs
                        ? graphs.values().stream()
                        : java.util.stream.Stream.empty())
        .toList();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Attributes that && values.equals(that.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  @Override
  public String toString() {
    return values.toString();
  }
}
