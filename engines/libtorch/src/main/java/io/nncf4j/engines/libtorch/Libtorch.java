package io.nncf4j.engines.libtorch;

import org.bytedeco.pytorch.global.torch;

/**
 * The native library: loading, version, threads, seed. All of these belong to the whole process.
 */
public final class Libtorch {
  static final String VERSION = "2.10.0";

  static {
    // JavaCPP would otherwise refuse memory that is large next to the Java heap; the engine
    // releases
    // what it takes by itself.
    setUnlessGiven("org.bytedeco.javacpp.maxBytes", "0");
    setUnlessGiven("org.bytedeco.javacpp.maxPhysicalBytes", "0");
    org.bytedeco.javacpp.Loader.load(torch.class);
  }

  private Libtorch() {}

  private static void setUnlessGiven(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }

  /** Unpacks and loads the library on the first call. */
  public static void load() {
    // The static initialiser has done it.
  }

  /** Threads that work on one operator together, for the calling thread's operators. */
  public static void setThreads(int threads) {
    if (torch.get_num_threads() != threads) {
      torch.set_num_threads(threads);
    }
  }

  /** Seeds the generator that dropout and random initialisers draw from. */
  public static void seed(long seed) {
    torch.manual_seed(seed);
  }
}
