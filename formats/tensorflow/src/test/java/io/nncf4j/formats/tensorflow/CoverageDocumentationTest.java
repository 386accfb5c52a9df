package io.nncf4j.formats.tensorflow;

import io.nncf4j.formats.tensorflow.translate.NodeRules;
import io.nncf4j.testing.GeneratedSection;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/**
 * The part of docs/operators.md about TensorFlow is what the rules are. To write it anew: {@code
 * mvn -pl formats/tensorflow -am test -Dtest=CoverageDocumentationTest
 * -Dsurefire.failIfNoSpecifiedTests=false -Dnncf.update=docs}.
 */
class CoverageDocumentationTest {
  @Test
  void theListIsUpToDate() throws IOException {
    GeneratedSection.check("TensorFlow", section());
  }

  private static String section() {
    return NodeRules.coverage().size()
        + " operators are read. Others stay as they are, and `nncf convert` lists them:\n\n"
        + String.join(", ", NodeRules.coverage());
  }
}
