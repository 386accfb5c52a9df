package io.nncf4j.cli.console;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.nncf4j.core.Finding;
import io.nncf4j.core.NncfException;
import io.nncf4j.core.record.RunRecord;
import io.nncf4j.report.RunJson;
import io.nncf4j.report.TextReport;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * How a verb speaks: results on standard output, as text or as one JSON object; progress and
 * warnings on standard error. A mixin, so that each verb has {@code --json}.
 */
public final class Console {
  @Option(names = "--json", description = "Print one JSON object instead of text; no progress.")
  private boolean json;

  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init") // picocli sets it before the verb is called
  private CommandSpec verb;

  private PrintWriter out() {
    return verb.commandLine().getOut();
  }

  private PrintWriter error() {
    return verb.commandLine().getErr();
  }

  /** True when a machine reads standard output. */
  public boolean isJson() {
    return json;
  }

  /** Prints the result: {@code record} as JSON when that was asked for, else {@code text}. */
  public void result(Object record, String text) {
    out().println(json ? toJson(record) : text.stripTrailing());
    out().flush();
  }

  /**
   * Prints a run: as the table, and where its page is, or as JSON.
   *
   * @param page the page that was written; null when there is none
   */
  public void run(RunRecord run, @Nullable Path page) {
    if (json) {
      out().println(RunJson.write(run));
    } else {
      out().print(TextReport.render(run));
      if (page != null) {
        out().println();
        out().println("page: " + page);
      }
    }
    out().flush();
  }

  /** Prints text behind a result; nothing in JSON. */
  public void text(String text) {
    if (!json) {
      out().println();
      out().println(text.stripTrailing());
      out().flush();
    }
  }

  /** Shows findings to people; in JSON they are part of the record. */
  public void findings(List<Finding> findings) {
    if (!json) {
      findings.forEach(finding -> error().println("nncf: " + finding));
      error().flush();
    }
  }

  /** Tells people a line on standard error; nothing for machines. */
  public void note(String line) {
    if (!json) {
      error().println(line);
      error().flush();
    }
  }

  /**
   * Shows how far long work has got, on standard error; nothing for work of less than two seconds.
   *
   * @param what such as {@code evaluating}
   * @param total steps in all
   * @param unit what a step is, in the plural
   */
  public ConsoleProgress progress(String what, long total, String unit) {
    return new ConsoleProgress(
        json ? null : error(), Boolean.getBoolean("nncf.terminal"), what, total, unit);
  }

  static String toJson(Object record) {
    try {
      return new ObjectMapper()
          .setSerializationInclusion(JsonInclude.Include.NON_NULL)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .writeValueAsString(record);
    } catch (JsonProcessingException failure) {
      throw new NncfException("Cannot print the result as JSON: " + failure.getMessage(), failure);
    }
  }
}
