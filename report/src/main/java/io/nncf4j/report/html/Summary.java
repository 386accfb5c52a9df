package io.nncf4j.report.html;

import io.nncf4j.core.Finding;
import io.nncf4j.core.record.Environment;
import io.nncf4j.core.record.Measurement;
import io.nncf4j.core.record.RunRecord;
import io.nncf4j.report.Comparison;
import io.nncf4j.report.Figures;
import io.nncf4j.report.FindingGroups;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The upper part of the page: cards, before and after, stages, findings; and what it ran on. */
final class Summary {
  private Summary() {}

  static void cards(Markup page, RunRecord run) {
    page.open("div", "class", "cards");
    for (Comparison.Row row : Comparison.rows(run)) {
      if (!row.field().equals("latencyP90Millis") && !row.after().isEmpty()) {
        boolean percent = row.field().equals("metric");
        String headline = percent || row.change().isEmpty() ? row.after() : row.change();
        String detail =
            row.before().isEmpty()
                ? ""
                : percent ? row.change() : row.before() + " → " + row.after() + basis(row);
        card(page, row.label(), headline, detail, row.verdict());
      }
    }
    if (run.agreement() != null) {
      card(
          page,
          "agreement",
          Figures.percent(run.agreement()),
          "same class as before"
              + (run.evaluatedSamples() > 0 ? ", " + run.evaluatedSamples() + " samples" : ""),
          Comparison.Verdict.NEUTRAL);
    }
    Comparison.leastSimilar(run)
        .ifPresent(
            least ->
                card(
                    page,
                    "similarity",
                    least.cosine(),
                    "cosine of " + least.output(),
                    Comparison.Verdict.NEUTRAL));
    if (run.seconds().total() > 0) {
      card(
          page,
          "took",
          Figures.seconds(run.seconds().total()),
          run.samples() > 0 ? "made with " + run.samples() + " samples" : "",
          Comparison.Verdict.NEUTRAL);
    }
    page.close().line();
  }

  private static String basis(Comparison.Row row) {
    return row.basis().isEmpty() ? "" : "; " + row.basis();
  }

  private static void card(
      Markup page, String label, String headline, String detail, Comparison.Verdict verdict) {
    page.open("div", "class", "card " + verdict.name().toLowerCase(Locale.ROOT));
    page.element("div", label, "class", "label");
    page.element("div", headline, "class", "headline");
    page.element("div", detail, "class", "detail");
    page.close();
  }

  static void comparison(Markup page, RunRecord run) {
    List<Comparison.Row> rows = Comparison.rows(run);
    page.open("table", "class", "figures");
    page.open("thead").open("tr");
    for (String head : List.of("", "before", "after", "change")) {
      page.element("th", head, "scope", "col");
    }
    page.close().close().open("tbody");
    for (Comparison.Row row : rows) {
      page.open("tr").element("th", row.label(), "scope", "row");
      figure(page, "before/" + row.field(), row.before(), value(run.before(), row.field()));
      figure(page, "after/" + row.field(), row.after(), value(run.after(), row.field()));
      page.element(
          "td", row.fullChange(), "class", "n " + row.verdict().name().toLowerCase(Locale.ROOT));
      page.close().line();
    }
    if (run.agreement() != null) {
      single(page, "agreement", "agreement", Figures.percent(run.agreement()), run.agreement());
    }
    if (run.samples() > 0) {
      String samples = Long.toString(run.samples());
      single(page, "samples", "samples to make it", samples, run.samples());
    }
    if (run.evaluatedSamples() > 0) {
      String samples = Long.toString(run.evaluatedSamples());
      single(page, "evaluatedSamples", "samples measured on", samples, run.evaluatedSamples());
    }
    if (run.seconds().total() > 0) {
      double total = run.seconds().total();
      single(page, "seconds/total", "time", Figures.seconds(total), total);
    }
    if (run.peakMemoryBytes() > 0) {
      long bytes = run.peakMemoryBytes();
      single(page, "peakMemoryBytes", "peak memory", Figures.bytes(bytes), bytes);
    }
    page.close().close().line();
  }

  private static void single(Markup page, String field, String label, String figure, Object value) {
    page.open("tr").element("th", label, "scope", "row");
    page.open("td").close();
    figure(page, field, figure, value);
    page.open("td").close().close().line();
  }

  private static void figure(Markup page, String field, String figure, @Nullable Object value) {
    if (value == null) {
      page.element("td", "–", "class", "n");
    } else {
      page.element("td", figure, "class", "n", "data-field", field, "data-value", value);
    }
  }

  private static @Nullable Object value(@Nullable Measurement measurement, String field) {
    if (measurement == null) {
      return null;
    }
    return switch (field) {
      case "metric" -> measurement.metric();
      case "sizeBytes" -> measurement.sizeBytes();
      case "latencyMillis" -> measurement.latencyMillis();
      case "latencyP90Millis" -> measurement.latencyP90Millis();
      case "flops" -> measurement.flops();
      case "parameters" -> measurement.parameters();
      default -> throw new IllegalArgumentException(field);
    };
  }

  static void stages(Markup page, RunRecord run) {
    Map<String, Double> stages = run.seconds().stages();
    if (stages.isEmpty()) {
      return;
    }
    double longest = stages.values().stream().mapToDouble(Double::doubleValue).max().orElse(1);
    page.element("h3", "Time by stage");
    page.open("table", "class", "stages").open("tbody");
    stages.forEach(
        (stage, seconds) -> {
          page.open("tr").element("th", stage, "scope", "row");
          page.open("td", "class", "meter");
          page.open("svg", "width", "160", "height", "10", "aria-hidden", "true");
          double width = longest > 0 ? Math.max(0.5, 160 * seconds / longest) : 0;
          page.empty(
              "rect", "class", "value", "width", Scale.pixel(width), "height", "8", "y", "1");
          page.close().close();
          page.element("td", Figures.seconds(seconds), "class", "n").close().line();
        });
    page.close().close().line();
  }

  static void findings(Markup page, List<Finding> findings) {
    page.open("ul", "class", "findings");
    for (Finding group : FindingGroups.of(findings)) {
      page.open("li", "class", group.severity().name().toLowerCase(Locale.ROOT));
      page.element("span", group.code(), "class", "code").text(" " + group.message());
      if (!group.nodes().isEmpty()) {
        int count = group.nodes().size();
        page.open("details");
        page.element("summary", count + (count == 1 ? " node" : " nodes"));
        page.element("p", String.join(", ", group.nodes()), "class", "name");
        page.close();
      }
      page.close().line();
    }
    page.close();
  }

  static void provenance(Markup page, RunRecord run) {
    page.open("table", "class", "provenance").open("tbody");
    run.provenance().forEach((name, value) -> line(page, name, value));
    Environment environment = run.environment();
    if (environment != null) {
      line(page, "Java", environment.jdk());
      line(page, "system", environment.system());
      line(
          page,
          "processor",
          environment.processor()
              + ", "
              + environment.cores()
              + " cores, "
              + environment.threads()
              + " threads used");
    }
    page.close().close().line();
  }

  private static void line(Markup page, String name, String value) {
    page.open("tr").element("th", name, "scope", "row").element("td", value, "class", "name");
    page.close();
  }
}
