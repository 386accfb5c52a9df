package io.nncf4j.formats.openvino;

import io.nncf4j.formats.openvino.read.LayerRules;
import io.nncf4j.formats.openvino.write.NodeRules;
import io.nncf4j.testing.GeneratedSection;
import java.io.IOException;
import java.util.SortedMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The part of docs/operators.md about OpenVINO IR is what the rules are. To write it anew: {@code
 * mvn -pl formats/openvino -am test -Dtest=CoverageDocumentationTest
 * -Dsurefire.failIfNoSpecifiedTests=false -Dnncf.update=docs}.
 */
class CoverageDocumentationTest {
  @Test
  void theListIsUpToDate() throws IOException {
    GeneratedSection.check("OpenVINO IR", section());
  }

  private static String section() {
    SortedMap<String, String> layers = LayerRules.coverage();
    StringBuilder text = new StringBuilder();
    text.append(layers.size())
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
        .append(NodeRules.coverage().stream().collect(Collectors.joining(", ")));
    return text.toString();
  }
}
