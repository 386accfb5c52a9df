package io.nncf4j.formats.openvino.ir;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Runtime information as the tree that its paths span, in alphabetical order. */
final class InformationTree {
  private final Map<String, InformationTree> children = new TreeMap<>();
  private @Nullable String value;

  static InformationTree of(Map<String, String> information) {
    InformationTree root = new InformationTree();
    information.forEach(root::put);
    return root;
  }

  private void put(String path, String text) {
    InformationTree at = this;
    for (String part : path.split("/", -1)) {
      at = at.children.computeIfAbsent(part.isEmpty() ? "_" : part, key -> new InformationTree());
    }
    at.value = text;
  }

  Map<String, InformationTree> children() {
    return children;
  }

  @Nullable String value() {
    return value;
  }

  /** True for what can name an element; other names are written as an attribute. */
  static boolean isElementName(String name) {
    return name.matches("[A-Za-z_][A-Za-z0-9_.-]{0,200}")
        && !name.equals("attribute")
        && !name.toLowerCase(java.util.Locale.ROOT).startsWith("xml");
  }
}
