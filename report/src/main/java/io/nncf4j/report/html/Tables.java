package io.nncf4j.report.html;

import io.nncf4j.core.record.LayerRecord;
import io.nncf4j.core.record.PlanRow;
import io.nncf4j.core.record.TableRecord;
import io.nncf4j.report.Figures;
import java.util.List;
import java.util.Set;
import java.util.function.DoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * The long tables. A cell with a number carries it unrounded in {@code data-value}, for sorting,
 * and where it stands in the JSON in {@code data-field}.
 */
final class Tables {
  private static final Set<String> NUMBERS =
      Set.of("#", "low", "high", "SQNR", "size before", "size after", "group");

  private Tables() {}

  static void layers(Markup page, List<LayerRecord> layers) {
    page.open("div", "class", "scroll tall");
    page.open("table", "class", "sortable");
    page.open("thead").open("tr");
    heads(
        page, "#", "name", "type", "quantizer", "low", "high", "SQNR", "size before", "size after");
    page.close().close().open("tbody");
    for (int index = 0; index < layers.size(); index++) {
      LayerRecord layer = layers.get(index);
      String field = "layers/" + index + "/";
      page.open("tr");
      page.element("td", Integer.toString(index + 1), "class", "n", "data-value", index + 1);
      page.element("td", layer.name(), "class", "name");
      page.element("td", layer.type());
      page.element("td", layer.quantizer());
      number(page, field + "low", layer.low(), Figures::number);
      number(page, field + "high", layer.high(), Figures::number);
      number(page, field + "sqnrDb", layer.sqnrDb(), value -> Figures.fixed(value, 1) + " dB");
      bytes(page, field + "sizeBytesBefore", layer.sizeBytesBefore());
      bytes(page, field + "sizeBytesAfter", layer.sizeBytesAfter());
      page.close().line();
    }
    page.close().close().close().line();
  }

  static void plan(Markup page, List<PlanRow> plan) {
    page.open("div", "class", "scroll tall");
    page.open("table", "class", "sortable");
    page.open("thead").open("tr");
    heads(page, "#", "what", "where", "quantizer, or why in float", "group");
    page.close().close().open("tbody");
    for (int index = 0; index < plan.size(); index++) {
      PlanRow row = plan.get(index);
      page.open("tr");
      page.element("td", Integer.toString(index + 1), "class", "n", "data-value", index + 1);
      page.element("td", row.kind());
      page.element("td", row.where(), "class", "name");
      page.element("td", row.what());
      page.element(
          "td",
          row.group() == 0 ? "" : Integer.toString(row.group()),
          "class",
          "n",
          "data-value",
          row.group());
      page.close().line();
    }
    page.close().close().close().line();
  }

  /** A table of words and of numbers that are words already. */
  static void plain(Markup page, TableRecord table) {
    page.element("h3", table.title());
    page.open("div", "class", "scroll tall");
    page.open("table", "class", "sortable");
    page.open("thead").open("tr");
    heads(page, table.columns().toArray(String[]::new));
    page.close().close().open("tbody");
    for (List<String> row : table.rows()) {
      page.open("tr");
      row.forEach(cell -> page.element("td", cell));
      page.close().line();
    }
    page.close().close().close().line();
  }

  /** A cell with a number that may be absent. */
  static void number(
      Markup page, String field, @Nullable Double value, DoubleFunction<String> format) {
    if (value == null) {
      page.element("td", "", "class", "n");
    } else {
      page.element(
          "td", format.apply(value), "class", "n", "data-field", field, "data-value", value);
    }
  }

  static void bytes(Markup page, String field, long value) {
    page.element(
        "td", Figures.bytes(value), "class", "n", "data-field", field, "data-value", value);
  }

  private static void heads(Markup page, String... names) {
    for (String name : names) {
      page.open("th", "scope", "col", "class", NUMBERS.contains(name) ? "n" : "words")
          .element("button", name, "type", "button")
          .close();
    }
  }
}
