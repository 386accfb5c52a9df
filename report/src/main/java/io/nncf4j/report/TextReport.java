package io.nncf4j.report;

import io.nncf4j.core.Finding;
import io.nncf4j.core.record.RunRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A run record for the console: before and after with ratios, what it took, then findings. */
public final class TextReport {
  private static final int NODES_SHOWN = 4;

  private TextReport() {}

  /** The text, with a line feed at the end. */
  public static String render(RunRecord run) {
    StringBuilder text = new StringBuilder();
    text.append(Figures.printable(run.verb())).append(' ').append(Figures.printable(run.model()));
    if (run.output() != null) {
      text.append(" -> ").append(Figures.printable(run.output()));
    }
    text.append("\n\n");
    table(text, run);
    cost(text, run);
    findings(text, run);
    return text.toString();
  }

  private static void table(StringBuilder text, RunRecord run) {
    List<String[]> rows = new ArrayList<>();
    rows.add(new String[] {"", "before", "after", "change"});
    for (Comparison.Row row : Comparison.rows(run)) {
      rows.add(
          new String[] {
            Figures.printable(row.label()),
            orDash(row.before()),
            orDash(row.after()),
            row.fullChange()
          });
    }
    if (run.agreement() != null) {
      rows.add(new String[] {"agreement", "", Figures.percent(run.agreement()), ""});
    }
    Comparison.leastSimilar(run)
        .ifPresent(
            least ->
                rows.add(
                    new String[] {
                      "similarity", "", least.cosine(), "cosine of " + least.output()
                    }));
    if (rows.size() == 1) {
      return;
    }
    int[] widths = new int[4];
    for (String[] row : rows) {
      for (int column = 0; column < row.length; column++) {
        widths[column] = Math.max(widths[column], row[column].length());
      }
    }
    for (String[] row : rows) {
      String line =
          "  "
              + row[0]
              + " ".repeat(widths[0] - row[0].length())
              + "  "
              + " ".repeat(widths[1] - row[1].length())
              + row[1]
              + "  "
              + " ".repeat(widths[2] - row[2].length())
              + row[2]
              + "  "
              + row[3];
      text.append(line.stripTrailing()).append('\n');
    }
    text.append('\n');
  }

  private static String orDash(String figure) {
    return figure.isEmpty() ? "-" : figure;
  }

  private static void cost(StringBuilder text, RunRecord run) {
    List<String> parts = new ArrayList<>();
    if (run.samples() > 0) {
      parts.add("made with " + samples(run.samples()));
    }
    if (run.evaluatedSamples() > 0) {
      parts.add("measured on " + samples(run.evaluatedSamples()));
    }
    if (run.seconds().total() > 0) {
      Map<String, Double> stages = run.seconds().stages();
      String split =
          stages.isEmpty()
              ? ""
              : stages.entrySet().stream()
                  .map(
                      stage ->
                          Figures.printable(stage.getKey())
                              + " "
                              + Figures.fixed(stage.getValue(), 1))
                  .collect(Collectors.joining(", ", " (", ")"));
      parts.add(Figures.seconds(run.seconds().total()) + split);
    }
    if (run.peakMemoryBytes() > 0) {
      parts.add("peak memory " + Figures.bytes(run.peakMemoryBytes()));
    }
    if (!parts.isEmpty()) {
      text.append("  ").append(String.join("; ", parts)).append('\n');
    }
  }

  private static String samples(long count) {
    return count + (count == 1 ? " sample" : " samples");
  }

  private static void findings(StringBuilder text, RunRecord run) {
    List<Finding> groups = FindingGroups.of(run.findings());
    if (groups.isEmpty()) {
      return;
    }
    text.append("\nFindings\n");
    for (Finding group : groups) {
      text.append(group.severity() == Finding.Severity.WARNING ? "  ! " : "  - ")
          .append(Figures.printable(group.message()))
          .append(where(group.nodes()))
          .append('\n');
    }
  }

  private static String where(List<String> nodes) {
    if (nodes.isEmpty()) {
      return "";
    }
    String shown =
        nodes.stream()
            .limit(NODES_SHOWN)
            .map(name -> Figures.shortened(Figures.printable(name), 60))
            .collect(Collectors.joining(", "));
    int hidden = nodes.size() - NODES_SHOWN;
    return " [" + shown + (hidden > 0 ? " and " + hidden + " more" : "") + "]";
  }
}
