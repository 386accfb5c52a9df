package io.nncf4j.engines.openvino;

import com.sun.jna.Library;
import com.sun.jna.Pointer;
import com.sun.jna.Structure;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;

/**
 * The functions of OpenVINO's C interface (2022.1 and newer) that an inference needs, by their own
 * names. Sizes are 64-bit: the library exists for such machines only.
 *
 * <p>Element types are never passed: their numbers differ between versions. Tensors are always the
 * ones that a request has made itself.
 */
interface OpenVinoLibrary extends Library {
  /** What every function returns that went well. */
  int OK = 0;

  int ov_get_openvino_version(Version version);

  void ov_version_free(Version version);

  /** What a status means, in general. */
  String ov_get_error_info(int status);

  /** What happened last, with details; not in the oldest versions. */
  Pointer ov_get_last_err_msg();

  void ov_free(Pointer text);

  int ov_core_create(PointerByReference core);

  void ov_core_free(Pointer core);

  int ov_core_read_model(Pointer core, String network, String weights, PointerByReference model);

  void ov_model_free(Pointer model);

  /**
   * @param propertyArguments number of {@code properties}: twice the number of pairs
   */
  int ov_core_compile_model(
      Pointer core,
      Pointer model,
      String device,
      long propertyArguments,
      PointerByReference compiled,
      Object... properties);

  void ov_compiled_model_free(Pointer compiled);

  int ov_compiled_model_create_infer_request(Pointer compiled, PointerByReference request);

  int ov_infer_request_get_tensor(Pointer request, String name, PointerByReference tensor);

  int ov_infer_request_infer(Pointer request);

  void ov_infer_request_free(Pointer request);

  int ov_tensor_set_shape(Pointer tensor, Lengths.ByValue shape);

  int ov_tensor_get_shape(Pointer tensor, Lengths shape);

  int ov_tensor_get_byte_size(Pointer tensor, LongByReference bytes);

  int ov_tensor_data(Pointer tensor, PointerByReference data);

  void ov_tensor_free(Pointer tensor);

  int ov_shape_free(Lengths shape);

  /** {@code ov_version_t}: two texts that the library frees. */
  @Structure.FieldOrder({"buildNumber", "description"})
  class Version extends Structure {
    public Pointer buildNumber = Pointer.NULL;
    public Pointer description = Pointer.NULL;
  }

  /** {@code ov_shape_t}: the length of each axis. */
  @Structure.FieldOrder({"rank", "lengths"})
  class Lengths extends Structure {
    public long rank;
    public Pointer lengths = Pointer.NULL;

    /** As an argument that is copied. */
    static final class ByValue extends Lengths implements Structure.ByValue {}
  }
}
