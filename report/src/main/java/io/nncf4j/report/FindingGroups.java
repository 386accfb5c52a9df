package io.nncf4j.report;

import io.nncf4j.core.Finding;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Findings as people read them: warnings first, the same message said once with all its nodes. */
public final class FindingGroups {
  private FindingGroups() {}

  /** The findings, joined where severity, code and message are the same. */
  public static List<Finding> of(List<Finding> findings) {
    record Key(Finding.Severity severity, String code, String message) {}
    Map<Key, List<String>> nodes = new LinkedHashMap<>();
    for (Finding finding : findings) {
      nodes
          .computeIfAbsent(
              new Key(finding.severity(), finding.code(), finding.message()),
              key -> new ArrayList<>())
          .addAll(finding.nodes());
    }
    List<Finding> groups = new ArrayList<>();
    for (Finding.Severity severity :
        List.of(Finding.Severity.WARNING, Finding.Severity.INFORMATION)) {
      nodes.forEach(
          (key, names) -> {
            if (key.severity() == severity) {
              groups.add(
                  new Finding(
                      severity, key.code(), key.message(), names.stream().distinct().toList()));
            }
          });
    }
    return groups;
  }
}
