package io.nncf4j.cli.inspect;

import io.nncf4j.cli.console.Quantities;
import io.nncf4j.cli.console.TextTable;
import io.nncf4j.cli.inspect.Inspection.NamedType;
import io.nncf4j.cli.inspect.Inspection.Precision;
import io.nncf4j.core.Finding;
import java.util.List;

/** An inspection for people. */
final class InspectionText {
  private InspectionText() {}

  static String print(Inspection inspection) {
    StringBuilder text = new StringBuilder();
    text.append(inspection.file()).append('\n');
    TextTable summary =
        new TextTable()
            .row("format", inspection.format() + ", opset " + opset(inspection))
            .row("file size", Quantities.bytes(inspection.fileBytes()))
            .row("parameters", parameters(inspection))
            .row("FLOPs", flops(inspection))
            .row("nodes", Quantities.exact(inspection.nodes()));
    if (!inspection.producer().isEmpty()) {
      summary.row("producer", inspection.producer());
    }
    text.append(summary.print());
    append(text, "inputs", inspection.inputs());
    append(text, "outputs", inspection.outputs());
    TextTable precisions = new TextTable();
    for (Precision precision : inspection.precisions()) {
      precisions.row(
          precision.type(),
          precision.tensors() + (precision.tensors() == 1 ? " tensor" : " tensors"),
          Quantities.exact(precision.elements()) + " elements",
          Quantities.bytes(precision.bytes()));
    }
    append(text, "weights by precision", precisions);
    TextTable operators = new TextTable();
    inspection.operators().forEach((name, count) -> operators.row(name, Integer.toString(count)));
    append(text, "operators", operators);
    TextTable findings = new TextTable();
    for (Finding finding : inspection.findings()) {
      findings.row(finding.toString());
    }
    append(text, "findings", findings);
    return text.toString();
  }

  private static String opset(Inspection inspection) {
    return inspection.opset() == inspection.raisedOpset()
        ? Integer.toString(inspection.opset())
        : inspection.opset() + " (read as " + inspection.raisedOpset() + ")";
  }

  private static String parameters(Inspection inspection) {
    return Quantities.count(inspection.parameters())
        + " ("
        + Quantities.exact(inspection.parameters())
        + "), "
        + Quantities.bytes(inspection.weightBytes());
  }

  private static String flops(Inspection inspection) {
    Long flops = inspection.flops();
    return flops == null ? "not known, see findings" : Quantities.count(flops) + ", batch 1";
  }

  private static void append(StringBuilder text, String title, List<NamedType> values) {
    TextTable table = new TextTable();
    values.forEach(value -> table.row(value.name(), value.type()));
    append(text, title, table);
  }

  private static void append(StringBuilder text, String title, TextTable table) {
    String rows = table.print();
    if (!rows.isEmpty()) {
      text.append(title).append('\n').append(rows);
    }
  }
}
