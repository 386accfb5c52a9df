package io.nncf4j.cli.console;

import java.util.ArrayList;
import java.util.List;

/** A table in plain text: columns as wide as they need, numbers to the right. */
public final class TextTable {
  private final List<List<String>> rows = new ArrayList<>();

  public TextTable row(String... cells) {
    rows.add(List.of(cells));
    return this;
  }

  /** Lines indented by two spaces, each ending in a line break; empty without rows. */
  public String print() {
    int columns = rows.stream().mapToInt(List::size).max().orElse(0);
    int[] widths = new int[columns];
    boolean[] numbers = new boolean[columns];
    for (int column = 0; column < columns; column++) {
      boolean allNumbers = rows.size() > 0;
      for (List<String> row : rows) {
        String cell = column < row.size() ? row.get(column) : "";
        widths[column] = Math.max(widths[column], cell.length());
        allNumbers &= cell.isEmpty() || Character.isDigit(cell.charAt(0));
      }
      numbers[column] = allNumbers && column > 0;
    }
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < row.size(); column++) {
        String cell = row.get(column);
        String space = " ".repeat(widths[column] - cell.length());
        line.append("  ").append(numbers[column] ? space + cell : cell + space);
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }
}
