package io.nncf4j.core.record;

import java.util.List;
import java.util.Objects;

/**
 * Figures of an algorithm, as a table.
 *
 * @param rows cells of each row, as many as there are columns
 */
public record TableRecord(String title, List<String> columns, List<List<String>> rows) {
  public TableRecord {
    Objects.requireNonNull(title, "title");
    columns = List.copyOf(columns);
    rows = rows.stream().map(List::copyOf).toList();
  }
}
