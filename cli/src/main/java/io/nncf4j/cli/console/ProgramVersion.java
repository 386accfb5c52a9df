package io.nncf4j.cli.console;

import java.util.Objects;

/** The version of this program, which stands in the manifest of its jar. */
public final class ProgramVersion {
  private ProgramVersion() {}

  /** Such as {@code nncf4j 1.0.0}. */
  public static String text() {
    String version = ProgramVersion.class.getPackage().getImplementationVersion();
    return "nncf4j " + Objects.requireNonNullElse(version, "(not packaged)");
  }
}
