package io.nncf4j.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the Linux kernel says of this process; 0 on other systems. */
public final class ProcessMemory {
  private ProcessMemory() {}

  /** Memory that is resident now. */
  public static long residentBytes() throws IOException {
    return bytes("VmRSS");
  }

  /** The most that was resident at any time. */
  public static long peakBytes() throws IOException {
    return bytes("VmHWM");
  }

  /** Objects of Java that are alive: what is used after a full collection. */
  public static long liveHeapBytes() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  private static long bytes(String name) throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return 0;
    }
    return 1024
        * Files.readAllLines(status).stream()
            .filter(line -> line.startsWith(name + ":"))
            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
            .findFirst()
            .orElse(0);
  }
}
