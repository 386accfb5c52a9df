package io.nncf4j.formats.pytorch;

import static org.assertj.core.api.Assertions.assertThat;

import io.nncf4j.formats.pytorch.aten.AtenRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * The part of docs/operators.md about PyTorch is what the rules are. To write it anew: {@code mvn
 * -pl formats/pytorch -am test -Dtest=CoverageDocumentationTest
 * -Dsurefire.failIfNoSpecifiedTests=false -Dnncf.update=docs}.
 */
class CoverageDocumentationTest {
  private static final String MARK = "\n<!-- formats -->\n";
  private static final String BEGIN = "\n## PyTorch\n";
  private static final String END = "\n<!-- end of PyTorch -->\n";

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
    return BEGIN
        + "\n"
        + AtenRules.coverage().size()
        + " operators are read, by their names without name space and overload (an overload stands"
        + " where it has a rule of its own); those that write into their argument, such as `relu_`,"
        + " too. Others stay as they are, and `nncf convert` lists them:\n\n"
        + String.join(", ", AtenRules.coverage())
        + "\n"
        + END;
  }

  private static Path projectRoot() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("LICENSE"))) {
      folder = java.util.Objects.requireNonNull(folder.getParent(), "no project root above");
    }
    return folder;
  }
}
