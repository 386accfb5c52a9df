package io.nncf4j.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assertions;

/**
 * A section of {@code docs/operators.md} that is made from code. A test that finds it stale says
 * so; with {@code -Dnncf.update=docs} the test writes it anew.
 */
public final class GeneratedSection {
  private static final String MARK = "\n<!-- formats -->\n";

  private GeneratedSection() {}

  /**
   * Compares a section with what it should be, or writes it.
   *
   * @param title its heading
   * @param body what should stand below
   */
  public static void check(String title, String body) throws IOException {
    Path file = projectRoot().resolve("docs/operators.md");
    String text = Files.readString(file);
    String expected = with(text, title, body);
    if ("docs".equals(System.getProperty("nncf.update"))) {
      Files.writeString(file, expected);
      text = expected;
    }
    Assertions.assertEquals(
        expected, text, "the list is stale: run this test with -Dnncf.update=docs");
  }

  private static String with(String text, String title, String body) {
    String beginning = "\n## " + title + "\n";
    String ending = "\n<!-- end of " + title + " -->\n";
    String section = beginning + "\n" + body + "\n" + ending;
    String marked = text.contains(MARK) ? text : text + MARK + "\n# Operators of the formats\n";
    int begin = marked.indexOf(beginning);
    int end = marked.indexOf(ending);
    return begin < 0
        ? marked + section
        : marked.substring(0, begin) + section + marked.substring(end + ending.length());
  }

  private static Path projectRoot() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("LICENSE"))) {
      folder = java.util.Objects.requireNonNull(folder.getParent(), "no project root above");
    }
    return folder;
  }
}
