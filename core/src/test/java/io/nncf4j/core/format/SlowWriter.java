package io.nncf4j.core.format;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

/** A process that begins to write a file and never ends; it says so when it has begun. */
final class SlowWriter {
  private SlowWriter() {}

  public static void main(String[] arguments) {
    OutputFiles.write(
        Path.of(arguments[0]),
        false,
        file -> {
          Files.writeString(file, "half");
          System.out.println("begun");
          while (true) {
            LockSupport.park();
          }
        });
  }
}
