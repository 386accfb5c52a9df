package io.nncf4j.benchmarks.libtorch;

import com.sun.management.ThreadMXBean;
import io.nncf4j.benchmarks.ProcessMemory;
import io.nncf4j.core.format.ModelFiles;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Locale;
import org.bytedeco.javacpp.Pointer;

/**
 * Whether memory stays flat while ResNet-20 trains. The Java heap should be of one size and touched
 * beforehand, so that a change of the resident memory is one of native memory:
 *
 * <pre>
 * java -Xms64m -Xmx64m -XX:+AlwaysPreTouch io.nncf4j.benchmarks.libtorch.MemoryOverSteps
 *     graph|direct STEPS BATCH THREADS MODEL.onnx CIFAR.zip
 * </pre>
 *
 * <p>Native objects are counted before the collection, so that those which only a collection would
 * release are seen.
 */
public final class MemoryOverSteps {
  private static final int BETWEEN_LINES = 250;

  private MemoryOverSteps() {}

  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 6) {
      System.err.println("arguments: graph|direct STEPS BATCH THREADS MODEL.onnx CIFAR.zip");
      System.exit(2);
    }
    int steps = Integer.parseInt(arguments[1]);
    int batchSize = Integer.parseInt(arguments[2]);
    CifarSamples samples = new CifarSamples(Path.of(arguments[5]), "train", 100, 1);
    ResNet20.Setting setting =
        new ResNet20.Setting(
            ModelFiles.read(Path.of(arguments[4])), true, Integer.parseInt(arguments[3]));
    try (ResNet20 network = ResNet20.of(arguments[0], setting)) {
      System.out.println(
          "  step  resident MB  native objects  their MB  live heap MB  garbage"
              + " kB a step  loss");
      long allocated = allocatedBytes();
      for (int step = 1; step <= steps; step++) {
        double loss = network.step(samples.next(batchSize));
        if (step % BETWEEN_LINES == 0) {
          print(step, loss, (allocatedBytes() - allocated) / BETWEEN_LINES);
          allocated = allocatedBytes();
        }
      }
    }
  }

  /** Bytes of objects that this thread has made so far. */
  private static long allocatedBytes() {
    return ManagementFactory.getPlatformMXBean(ThreadMXBean.class)
        .getThreadAllocatedBytes(Thread.currentThread().getId());
  }

  private static void print(int step, double loss, long garbageBytes) throws IOException {
    long resident = ProcessMemory.residentBytes();
    long objects = Pointer.totalCount();
    long bytes = Pointer.totalBytes();
    System.out.printf(
        Locale.ROOT,
        "%6d  %11.1f  %14d  %8.2f  %12.1f  %17.1f  %.3f%n",
        step,
        resident / 1e6,
        objects,
        bytes / 1e6,
        ProcessMemory.liveHeapBytes() / 1e6,
        garbageBytes / 1e3,
        loss);
  }
}
