package io.nncf4j.report.html;

import io.nncf4j.core.Finding;
import io.nncf4j.core.NncfException;
import io.nncf4j.core.record.Curve;
import io.nncf4j.core.record.LayerRecord;
import io.nncf4j.core.record.RunRecord;
import io.nncf4j.report.Figures;
import io.nncf4j.report.RunJson;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/**
 * A run as one HTML page. It holds its record as JSON in a script block of type {@code
 * application/json} and id {@code run}. A content security policy lets nothing run but the page's
 * own script, and loads nothing.
 */
public final class HtmlReport {
  private static final int WORST_MARKED = 3;
  private static final String STYLE = resource("page.css");
  private static final String SCRIPT = resource("page.js");

  private HtmlReport() {}

  /** The page. */
  public static String render(RunRecord run) {
    Markup page = new Markup();
    page.trusted("<!DOCTYPE html>\n");
    page.open("html", "lang", "en");
    head(page, run);
    page.open("body").open("main");
    title(page, run);
    Summary.cards(page, run);
    page.open("section", "class", "columns");
    page.open("div");
    Summary.comparison(page, run);
    page.close().open("div");
    Summary.stages(page, run);
    page.close().close();
    if (!run.findings().isEmpty()) {
      section(page, "Findings", count(run.findings()));
      Summary.findings(page, run.findings());
      page.close();
    }
    layers(page, run.layers());
    if (run.ranges().stream().anyMatch(range -> range.low() != null && range.high() != null)) {
      section(
          page,
          "Ranges",
          "What each quantizer keeps (bar), over what was observed (line). Linear near zero,"
              + " logarithmic away from it.");
      RangePlot.draw(page, run.ranges());
      page.close();
    }
    if (!run.graph().isEmpty() || !run.plan().isEmpty()) {
      section(page, "Plan", "");
      if (!run.graph().isEmpty()) {
        GraphDrawing.draw(page, run.graph());
      }
      if (!run.plan().isEmpty()) {
        Tables.plan(page, run.plan());
      }
      page.close();
    }
    if (!run.filters().isEmpty()) {
      section(page, "Filters", "One column for each filter of a layer. Full: kept. Pale: gone.");
      FilterPicture.draw(page, run.filters());
      page.close();
    }
    if (!run.tables().isEmpty()) {
      section(page, "Compression", "");
      run.tables().forEach(table -> Tables.plain(page, table));
      page.close();
    }
    if (!run.curves().isEmpty()) {
      section(page, "Curves", "");
      for (Curve curve : run.curves()) {
        CurvePlot.draw(page, curve);
      }
      page.close();
    }
    section(page, "Provenance", "");
    Summary.provenance(page, run);
    page.close().close();
    page.open("script", "type", "application/json", "id", "run")
        .trusted(safeJson(run))
        .close()
        .line();
    page.open("script").trusted(SCRIPT).close();
    page.close().close().line();
    return page.toString();
  }

  /** JSON in which no {@code <} can end the script block early; it means the same. */
  static String safeJson(RunRecord run) {
    return RunJson.write(run)
        .replace("<", "\\u003c")
        .replace(">", "\\u003e")
        .replace("&", "\\u0026")
        .replace("\u2028", "\\u2028")
        .replace("\u2029", "\\u2029");
  }

  private static void head(Markup page, RunRecord run) {
    page.open("head").empty("meta", "charset", "utf-8");
    page.empty(
        "meta",
        "http-equiv",
        "Content-Security-Policy",
        "content",
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-"
            + sha256(SCRIPT)
            + "'");
    page.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
    page.element("title", "nncf " + run.verb() + ": " + run.model());
    page.open("style").trusted(STYLE).close().close().line();
  }

  private static void title(Markup page, RunRecord run) {
    page.open("header");
    page.element("p", "nncf " + run.verb(), "class", "verb");
    page.open("h1").element("span", Figures.printable(run.model()));
    if (run.output() != null) {
      page.element("span", " → ", "class", "arrow")
          .element("span", Figures.printable(run.output()));
    }
    page.close().close().line();
  }

  private static void section(Markup page, String heading, String note) {
    page.open("section").element("h2", heading);
    if (!note.isEmpty()) {
      page.element("p", note, "class", "note");
    }
  }

  private static String count(List<Finding> findings) {
    long warnings =
        findings.stream().filter(each -> each.severity() == Finding.Severity.WARNING).count();
    return warnings == 0 ? "" : warnings + (warnings == 1 ? " warning" : " warnings");
  }

  private static void layers(Markup page, List<LayerRecord> layers) {
    if (layers.isEmpty()) {
      return;
    }
    section(page, "Layers", "");
    List<LayerRecord> measured = layers.stream().filter(each -> each.sqnrDb() != null).toList();
    if (!measured.isEmpty()) {
      page.element("h3", "Quantization error: SQNR of each layer's output, in dB");
      List<LayerRecord> worst =
          measured.stream()
              .sorted(Comparator.comparing(each -> Objects.requireNonNull(each.sqnrDb())))
              .limit(measured.size() > 2 * WORST_MARKED ? WORST_MARKED : 0)
              .toList();
      page.element(
          "p",
          "Higher is better" + (worst.isEmpty() ? "." : "; the lowest three are marked."),
          "class",
          "note");
      new ColumnPlot(
              "SQNR by layer in dB",
              layers.stream()
                  .map(
                      each ->
                          new ColumnPlot.Column(
                              each.name()
                                  + " ("
                                  + each.type()
                                  + "): "
                                  + (each.sqnrDb() == null
                                      ? "not measured"
                                      : Figures.fixed(each.sqnrDb(), 1) + " dB"),
                              each.sqnrDb(),
                              null,
                              worst.contains(each)))
                  .toList(),
              Figures::tick)
          .draw(page);
    }
    List<LayerRecord> weighted =
        layers.stream().filter(each -> each.sizeBytesBefore() > 0).toList();
    if (!weighted.isEmpty()) {
      page.element("h3", "Size of weights by layer");
      page.element("p", "Pale: before. Full: after.", "class", "note");
      new ColumnPlot(
              "Size of weights by layer",
              layers.stream()
                  .map(
                      each ->
                          new ColumnPlot.Column(
                              each.name()
                                  + ": "
                                  + Figures.bytes(each.sizeBytesBefore())
                                  + " before, "
                                  + Figures.bytes(each.sizeBytesAfter())
                                  + " after",
                              (double) each.sizeBytesAfter(),
                              (double) each.sizeBytesBefore(),
                              false))
                  .toList(),
              bytes -> Figures.bytes((long) bytes))
          .draw(page);
    }
    Tables.layers(page, layers);
    page.close();
  }

  private static String sha256(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new NncfException("This Java runtime has no SHA-256, which every one must have", e);
    }
  }

  private static String resource(String name) {
    try (InputStream stream = HtmlReport.class.getResourceAsStream(name)) {
      if (stream == null) {
        throw new NncfException("The program is incomplete: it lacks its file " + name);
      }
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new NncfException("The program's own file " + name + " cannot be read", e);
    }
  }
}
