package io.nncf4j.data.source;

import io.nncf4j.core.Finding;
import io.nncf4j.data.Target;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The objects in a set of pictures.
 *
 * @param categories names by category index
 * @param byFile objects by file name, in the order of the annotation file
 * @param findings what was left out and why
 */
public record Annotations(
    List<String> categories, Map<String, Target.Objects> byFile, List<Finding> findings) {
  public Annotations {
    categories = List.copyOf(categories);
    byFile = Collections.unmodifiableMap(new LinkedHashMap<>(byFile));
    findings = List.copyOf(findings);
  }
}
