package io.nncf4j.cli.console;

import io.nncf4j.core.InputException;
import io.nncf4j.core.NncfException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Whatever went wrong, as one message and an exit code. */
public final class Failures {
  /** Something failed. */
  public static final int FAILED = 1;

  /** Usage or input is wrong. */
  public static final int WRONG_INPUT = 2;

  private Failures() {}

  public static int exitCode(Throwable failure) {
    return failure instanceof InputException ? WRONG_INPUT : FAILED;
  }

  /** True once the process was told to end, such as by Ctrl-C. */
  public static boolean isProcessEnding() {
    Thread nothing = new Thread(() -> {});
    try {
      Runtime.getRuntime().addShutdownHook(nothing);
      Runtime.getRuntime().removeShutdownHook(nothing);
      return false;
    } catch (IllegalStateException ending) {
      return true;
    }
  }

  /** What a person is told; never a stack trace. */
  public static String message(Throwable failure) {
    if (failure instanceof NncfException) {
      return text(failure);
    }
    if (failure instanceof UncheckedIOException unchecked && unchecked.getCause() != null) {
      return message(unchecked.getCause());
    }
    if (failure instanceof IOException input) {
      return inputOutput(input);
    }
    if (failure instanceof OutOfMemoryError) {
      return "out of memory: this process may use "
          + Quantities.bytes(Runtime.getRuntime().maxMemory())
          + "; give it more, such as with NNCF_JAVA_OPTIONS=-Xmx8g ("
          + text(failure)
          + ")";
    }
    if (failure instanceof StackOverflowError) {
      return "the input is nested too deeply to be worked on";
    }
    if (failure instanceof LinkageError) {
      return "a library cannot be loaded on this machine: " + text(failure);
    }
    return "internal fault, please report it: " + failure;
  }

  private static String inputOutput(IOException failure) {
    if (failure instanceof NoSuchFileException missing) {
      return "there is no file " + missing.getFile();
    }
    if (failure instanceof AccessDeniedException denied) {
      return "no permission for " + denied.getFile();
    }
    if (failure instanceof FileSystemException system && system.getReason() != null) {
      return system.getFile() + ": " + system.getReason();
    }
    return "reading or writing failed: " + text(failure);
  }

  private static String text(Throwable failure) {
    String message = failure.getMessage();
    return message == null || message.isBlank() ? failure.getClass().getSimpleName() : message;
  }
}
