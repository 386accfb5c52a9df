package io.nncf4j.formats.pytorch;

import io.nncf4j.formats.pytorch.aten.AtenRules;
import io.nncf4j.testing.GeneratedSection;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/**
 * The part of docs/operators.md about PyTorch is what the rules are. To write it anew: {@code mvn
 * -pl formats/pytorch -am test -Dtest=CoverageDocumentationTest
 * -Dsurefire.failIfNoSpecifiedTests=false -Dnncf.update=docs}.
 */
class CoverageDocumentationTest {
  @Test
  void theListIsUpToDate() throws IOException {
    GeneratedSection.check("PyTorch", section());
  }

  private static String section() {
    return AtenRules.coverage().size()
        + " operators are read, by their names without name space and overload (an overload stands"
        + " where it has a rule of its own); those that write into their argument, such as `relu_`,"
        + " too, and `torch.cond`. Others stay as they are, and `nncf convert` lists them:\n\n"
        + String.join(", ", AtenRules.coverage());
  }
}
