package io.nncf4j.engines.onnxruntime;

import ai.onnxruntime.OrtException;
import io.nncf4j.core.NncfException;
import io.nncf4j.core.UnsupportedOperatorException;
import io.nncf4j.core.UnsupportedOperatorException.Unsupported;
import io.nncf4j.core.graph.Model;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Says in this framework's words what ONNX Runtime complained about. */
final class OrtErrors {
  private static final Pattern PREFIX = Pattern.compile("^Error code - \\w+ - message:\\s*");
  private static final Pattern SOURCE_LOCATION =
      Pattern.compile("\\S*/(?:onnxruntime|include)/\\S+:\\d+ (?:[^\\[\\]]*?\\) ?)?");
  private static final Pattern TYPE_AT_FAULT =
      Pattern.compile(
          "(?s).*Could not find an implementation for (\\S+) node with name '([^']*)'.*");

  private OrtErrors() {}

  static NncfException whileLoading(Model model, OrtException failure) {
    Matcher missing = TYPE_AT_FAULT.matcher(message(failure));
    if (missing.matches()) {
      return new UnsupportedOperatorException(
          "ONNX Runtime",
          List.of(
              new Unsupported(
                  missing.group(2), missing.group(1), "there is no kernel for these data types")));
    }
    return new NncfException(
        "ONNX Runtime could not load " + describe(model) + ": " + clean(failure), failure);
  }

  static NncfException whileRunning(Model model, OrtException failure) {
    return new NncfException(
        "ONNX Runtime failed while running " + describe(model) + ": " + clean(failure), failure);
  }

  static NncfException whileClosing(OrtException failure) {
    return new NncfException("ONNX Runtime could not close a session: " + clean(failure), failure);
  }

  private static String describe(Model model) {
    String name = model.graph().name();
    return name.isEmpty() ? "the model" : "the model \"" + name + "\"";
  }

  private static String message(OrtException failure) {
    String message = failure.getMessage();
    return message == null ? "no reason given" : message;
  }

  private static String clean(OrtException failure) {
    String text = PREFIX.matcher(message(failure)).replaceFirst("");
    return SOURCE_LOCATION.matcher(text).replaceAll("").replaceAll("\\s+", " ").strip();
  }
}
