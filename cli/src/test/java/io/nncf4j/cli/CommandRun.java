package io.nncf4j.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;

/** One command, run in this process. */
record CommandRun(int exitCode, String out, String error) {
  static CommandRun of(Object... arguments) {
    StringWriter out = new StringWriter();
    StringWriter error = new StringWriter();
    String[] texts = new String[arguments.length];
    for (int index = 0; index < texts.length; index++) {
      texts[index] = arguments[index].toString();
    }
    int exitCode = Main.run(new PrintWriter(out), new PrintWriter(error), texts);
    return new CommandRun(exitCode, out.toString(), error.toString());
  }

  JsonNode json() throws JsonProcessingException {
    return new ObjectMapper().readTree(out);
  }
}
