package io.nncf4j.formats.openvino;

import static org.assertj.core.api.Assertions.assertThat;

import io.nncf4j.formats.openvino.read.LayerRules;
import io.nncf4j.formats.openvino.write.NodeRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The part of docs/operators.md about OpenVINO IR is what the rules are. To write it anew: {@code
 * mvn -pl formats/openvino -am test -Dtest=CoverageDocumentationTest
 * -Dsurefire.failIfNoSpecifiedTests=false -Dnncf.update=docs}.
 */
class CoverageDocumentationTest {
  private static final String MARK = "\n<!-- formats -->\n";
  private static final String BEGIN = "\n## OpenVINO IR\n";
  private static final String END = "\n<!-- end of OpenVINO IR -->\n";

  @Test
  void theListIsUpToDate() throws IOException {
    Path file = projectRoot().resolve("docs/operators.md");
    String text = Files.readString(file);
    String expected = with(text, section());
    if ("docs".equals(System.getProperty("nncf.update"))) {
      Files.writeString(file, expected);
      text = expected;
    }
    assertThat(text)
        .as("the list is stale: run this test with -Dnncf.update=docs")
        .isEqualTo(expected);
  }

  private static String with(String text, String section) {
    String marked = text.contains(MARK) ? text : text + MARK + "\n# Operators of the formats\n";
    int begin = marked.indexOf(BEGIN);
    int end = marked.indexOf(END);
    return begin < 0
        ? marked + section
        : marked.substring(0, begin) + section + marked.substring(end + END.length());
  }

  private static String section() {
    SortedMap<String, String> layers = LayerRules.coverage();
    StringBuilder text = new StringBuilder(BEGIN);
    text.append("\n")
        .append(layers.size())
        .append(" types of layers are read (with the versions of the file in which they stand);")
        .append(" others stay as they are, and `nncf convert` lists them.\n\n");
    text.append("| layer | versions |\n|---|---|\n");
    layers.forEach(
        (type, versions) ->
            text.append("| ").append(type).append(" | ").append(versions).append(" |\n"));
    text.append("\n")
        .append(NodeRules.coverage().size())
        .append(" operators are written; a model with another is refused with all of them listed:")
        .append("\n\n")
        .append(NodeRules.coverage().stream().collect(Collectors.joining(", ")))
        .append("\n")
        .append(END);
    return text.toString();
  }

  private static Path projectRoot() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("LICENSE"))) {
      folder = java.util.Objects.requireNonNull(folder.getParent(), "no project root above");
    }
    return folder;
  }
}
