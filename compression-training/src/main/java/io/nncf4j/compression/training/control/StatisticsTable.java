package io.nncf4j.compression.training.control;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A small table with a heading.
 *
 * @param rows cells, the first row being the names of the columns
 */
public record StatisticsTable(String title, List<List<String>> rows) {
  public StatisticsTable {
    rows = rows.stream().map(List::copyOf).toList();
  }

  @Override
  public String toString() {
    int[] widths = new int[rows.get(0).size()];
    for (List<String> row : rows) {
      for (int column = 0; column < widths.length; column++) {
        widths[column] = Math.max(widths[column], row.get(column).length());
      }
    }
    StringBuilder text = new StringBuilder(title).append(":\n").append(line(widths, '-'));
    char under = '=';
    for (List<String> row : rows) {
      for (int column = 0; column < widths.length; column++) {
        String cell = row.get(column);
        text.append("| ").append(cell).append(" ".repeat(widths[column] - cell.length() + 1));
      }
      text.append("|\n").append(line(widths, under));
      under = '-';
    }
    return text.toString();
  }

  private static String line(int[] widths, char dash) {
    return Arrays.stream(widths)
        .mapToObj(width -> String.valueOf(dash).repeat(width + 2))
        .collect(Collectors.joining("+", "+", "+\n"));
  }
}
