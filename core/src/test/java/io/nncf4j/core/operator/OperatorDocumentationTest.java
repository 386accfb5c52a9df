package io.nncf4j.core.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.nncf4j.core.graph.Attribute;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * docs/operators.md lists what the tables hold. To write it anew: {@code mvn -pl core -am test
 * -Dtest=OperatorDocumentationTest -Dsurefire.failIfNoSpecifiedTests=false -Dnncf.update=docs}.
 */
class OperatorDocumentationTest {
  @Test
  void theListIsUpToDate() throws IOException {
    Path file = projectRoot().resolve("docs/operators.md");
    String expected = generate() + formatsOf(file);
    if ("docs".equals(System.getProperty("nncf.update"))) {
      Files.createDirectories(file.getParent());
      Files.writeString(file, expected);
    }
    assertThat(file).as("run this test with -Dnncf.update=docs to write it").exists();
    assertThat(Files.readString(file))
        .as("the list is stale: run this test with -Dnncf.update=docs")
        .isEqualTo(expected);
  }

  /** What the formats say of themselves stands behind this mark; their own tests look after it. */
  private static String formatsOf(Path file) throws IOException {
    String text = Files.exists(file) ? Files.readString(file) : "";
    int mark = text.indexOf("\n<!-- formats -->\n");
    return mark < 0 ? "" : text.substring(mark);
  }

  private static Path projectRoot() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("LICENSE"))) {
      folder = java.util.Objects.requireNonNull(folder.getParent(), "no project root above");
    }
    return folder;
  }

  private static String generate() {
    Map<String, List<OperatorSchema>> families = new TreeMap<>();
    for (OperatorSchema schema : OperatorSchemas.standard().all()) {
      families.computeIfAbsent(schema.family(), key -> new ArrayList<>()).add(schema);
    }
    StringBuilder text = new StringBuilder();
    text.append("# Operators\n\n")
        .append("Generated from the tables in `io.nncf4j.core.operator`; to write it anew:\n\n")
        .append("```sh\nmvn -pl core -am test -Dtest=OperatorDocumentationTest")
        .append(" -Dsurefire.failIfNoSpecifiedTests=false -Dnncf.update=docs\n```\n\n")
        .append(OperatorSchemas.standard().all().size())
        .append(
            " operators are known: their inputs, attributes, shape inference and cost. Others pass"
                + " through untouched. Operators without\na domain are those of ONNX, in the form"
                + " of opset 21 or newer; `?` marks what may be absent, `...` any number of"
                + " values.\nFLOPs say whether arithmetic is counted.\n");
    families.forEach(
        (family, schemas) -> {
          text.append("\n## ").append(family).append("\n\n");
          text.append("| operator | inputs | outputs | attributes | FLOPs |\n");
          text.append("|---|---|---|---|---|\n");
          schemas.forEach(schema -> text.append(row(schema)));
        });
    return text.toString();
  }

  private static String row(OperatorSchema schema) {
    return "| "
        + schema.operator()
        + " | "
        + parameters(schema.inputs())
        + " | "
        + parameters(schema.outputs())
        + " | "
        + schema.attributes().stream()
            .map(OperatorDocumentationTest::attribute)
            .collect(Collectors.joining(", "))
        + " | "
        + (schema.cost() == Cost.NONE ? "" : "yes")
        + " |\n";
  }

  private static String parameters(List<Parameter> parameters) {
    return parameters.stream()
        .map(
            parameter ->
                parameter.name()
                    + switch (parameter.presence()) {
                      case REQUIRED -> "";
                      case OPTIONAL -> "?";
                      case ONE_OR_MORE -> "...";
                      case ANY_NUMBER -> "...?";
                    })
        .collect(Collectors.joining(", "));
  }

  private static String attribute(AttributeSchema attribute) {
    String value =
        attribute.defaultValue() instanceof Attribute.IntAttribute number
            ? "=" + number.value()
            : attribute.defaultValue() instanceof Attribute.FloatAttribute number
                ? "=" + number.value()
                : attribute.defaultValue() instanceof Attribute.StringAttribute string
                    ? "=" + string.text()
                    : "";
    return attribute.name() + (attribute.required() ? " (required)" : value);
  }
}
