package io.nncf4j.compression.config;

import io.nncf4j.core.InputException;
import java.util.List;
import java.util.stream.Collectors;

/** A configuration is wrong; the message lists everything that is. */
public final class ConfigException extends InputException {
  private static final long serialVersionUID = 1L;
  private static final int SHOWN = 50;

  private final transient List<ConfigProblem> problems;

  /**
   * @param source what was read, such as a file name
   */
  ConfigException(String source, List<ConfigProblem> problems) {
    super(message(source, problems));
    this.problems = List.copyOf(problems);
  }

  /** All problems, in the order of the document. */
  public List<ConfigProblem> problems() {
    return problems;
  }

  private static String message(String source, List<ConfigProblem> problems) {
    String count = problems.size() == 1 ? "one problem" : problems.size() + " problems";
    String more = problems.size() > SHOWN ? "\n  and " + (problems.size() - SHOWN) + " more" : "";
    return problems.stream()
        .limit(SHOWN)
        .map(problem -> "\n  " + problem)
        .collect(Collectors.joining("", source + " has " + count + ":", more));
  }
}
