package io.nncf4j.engines.onnxruntime;

import ai.onnxruntime.OrtEnvironment;
import io.nncf4j.core.NncfException;
import io.nncf4j.engines.TemporaryFolders;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Unpacks ONNX Runtime's native libraries, so that no file is left behind.
 *
 * <p>The runtime unpacks them itself into a new temporary folder, but has the folder deleted at
 * exit before the files in it, which fails: every run leaves an empty folder, and a killed one
 * leaves the files too, 23 MB. Here the files are deleted as soon as they are loaded, when only the
 * mapping of them is needed. The runtime's own way is left to it on Windows, where what is loaded
 * cannot be deleted, where its jar holds nothing for the platform, and where the user says by
 * {@code onnxruntime.native.path} where the libraries are.
 */
final class NativeLibraries {
  private static final String FOLDER_PROPERTY = "onnxruntime.native.path";
  private static final List<String> NAMES = List.of("onnxruntime", "onnxruntime4j_jni");

  /** A process loads them once; the operating system keeps them until it ends. */
  private static final AtomicBoolean LOADED = new AtomicBoolean();

  private NativeLibraries() {}

  /** Loads the libraries on the first call. */
  static synchronized void load() {
    if (LOADED.get()) {
      return;
    }
    String resources = "/ai/onnxruntime/native/" + platform() + "/";
    if (isWindows() || System.getProperty(FOLDER_PROPERTY) != null || !areIn(resources)) {
      return;
    }
    Path folder = TemporaryFolders.create("the native libraries of ONNX Runtime");
    try {
      unpack(resources, folder);
      System.setProperty(FOLDER_PROPERTY, folder.toString());
      OrtEnvironment.getAvailableProviders();
      LOADED.set(true);
    } finally {
      System.clearProperty(FOLDER_PROPERTY);
      TemporaryFolders.delete(folder);
    }
  }

  private static boolean areIn(String resources) {
    return NAMES.stream()
        .allMatch(name -> OrtEnvironment.class.getResource(resources + fileName(name)) != null);
  }

  private static void unpack(String resources, Path folder) {
    // What is registered last is deleted first, should the process end here.
    folder.toFile().deleteOnExit();
    for (String name : NAMES) {
      Path file = folder.resolve(fileName(name));
      file.toFile().deleteOnExit();
      try (InputStream library =
          OrtEnvironment.class.getResourceAsStream(resources + fileName(name))) {
        if (library != null) {
          Files.copy(library, file);
        }
      } catch (IOException failure) {
        throw new NncfException(
            "Cannot unpack ONNX Runtime to "
                + file
                + "; set -Djava.io.tmpdir to a folder with room for 30 MB: "
                + failure.getMessage(),
            failure);
      }
    }
  }

  /** The name that the runtime's loader looks for. */
  private static String fileName(String library) {
    return System.mapLibraryName(library).replace("jnilib", "dylib");
  }

  private static boolean isWindows() {
    return System.getProperty("os.name", "").startsWith("Windows");
  }

  /** The platform as the runtime's jar names it. */
  private static String platform() {
    String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    String processor = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
    return (system.contains("mac") ? "osx" : "linux")
        + "-"
        + (processor.equals("amd64") || processor.equals("x86_64") ? "x64" : processor);
  }
}
