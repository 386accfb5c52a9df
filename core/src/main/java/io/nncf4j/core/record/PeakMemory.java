package io.nncf4j.core.record;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/** The most memory that this process has held. */
public final class PeakMemory {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String PEAK_RESIDENT = "VmHWM:";

  private PeakMemory() {}

  /**
   * Peak resident memory in bytes where the system tells (Linux), which counts native memory too;
   * elsewhere the sum of the peaks of the JVM's own memory pools.
   */
  public static long bytes() {
    if (Files.isReadable(STATUS)) {
      try {
        for (String line : Files.readAllLines(STATUS)) {
          if (line.startsWith(PEAK_RESIDENT)) {
            String kibibytes = line.substring(PEAK_RESIDENT.length()).replace("kB", "").strip();
            return Long.parseLong(kibibytes) * 1024;
          }
        }
      } catch (IOException e) {
        return ofPools();
      }
    }
    return ofPools();
  }

  private static long ofPools() {
    return ManagementFactory.getMemoryPoolMXBeans().stream()
        .mapToLong(pool -> pool.getPeakUsage().getUsed())
        .sum();
  }
}
