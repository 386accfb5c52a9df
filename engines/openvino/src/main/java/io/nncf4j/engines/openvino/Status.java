package io.nncf4j.engines.openvino;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import io.nncf4j.core.NncfException;
import java.util.Objects;

/** Turns what OpenVINO's functions return into exceptions that say what went wrong. */
record Status(OpenVinoLibrary library) {
  /**
   * @param failed what OpenVINO could not do, as the end of a sentence about it
   * @throws NncfException unless the function succeeded
   */
  void check(int status, String failed) {
    if (status != OpenVinoLibrary.OK) {
      throw new NncfException("OpenVINO " + failed + ": " + reason(status).strip());
    }
  }

  private String reason(int status) {
    String general = library.ov_get_error_info(status);
    try {
      Pointer details = library.ov_get_last_err_msg();
      if (details == null) {
        return general;
      }
      String text = details.getString(0);
      library.ov_free(details);
      return general + ": " + text;
    } catch (UnsatisfiedLinkError olderThanTheFunction) {
      return general;
    }
  }

  /** A function that hands back an object through its last argument. */
  @FunctionalInterface
  interface Maker {
    int make(PointerByReference result);
  }

  /** The object that was made. */
  Pointer made(Maker maker, String failed) {
    PointerByReference result = new PointerByReference();
    check(maker.make(result), failed);
    return Objects.requireNonNull(result.getValue(), failed);
  }
}
