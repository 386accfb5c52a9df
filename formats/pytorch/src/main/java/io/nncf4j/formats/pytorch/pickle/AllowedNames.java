package io.nncf4j.formats.pytorch.pickle;

import java.util.Set;

/**
 * The functions and classes that a file may name. They are never called; the list keeps out files
 * that hold anything else than weights and the objects of TorchScript.
 */
final class AllowedNames {
  private static final Set<String> EXACT =
      Set.of(
          "collections.OrderedDict",
          "collections.defaultdict",
          "builtins.set",
          "__builtin__.set",
          "builtins.dict",
          "builtins.int",
          "builtins.float",
          "torch.Size",
          "torch.device",
          "torch.Tensor",
          "torch.nn.parameter.Parameter",
          "torch._utils._rebuild_tensor",
          "torch._utils._rebuild_tensor_v2",
          "torch._utils._rebuild_tensor_v3",
          "torch._utils._rebuild_parameter",
          "torch._utils._rebuild_parameter_with_state",
          "torch._utils._rebuild_qtensor",
          "torch._tensor._rebuild_from_type_v2",
          "torch.per_tensor_affine",
          "torch.per_channel_affine",
          "torch.storage.UntypedStorage",
          "torch.storage.TypedStorage",
          "torch.jit._pickle.build_intlist",
          "torch.jit._pickle.build_tensorlist",
          "torch.jit._pickle.build_doublelist",
          "torch.jit._pickle.build_boollist",
          "torch.jit._pickle.build_tensor_from_id",
          "torch.jit._pickle.restore_type_tag",
          "torch._utils.per_tensor_affine",
          "torch.serialization._get_layout");

  private static final Set<String> TORCH_TYPES =
      Set.of(
          "float32",
          "float64",
          "float16",
          "bfloat16",
          "int64",
          "int32",
          "int16",
          "int8",
          "uint8",
          "bool",
          "qint8",
          "quint8",
          "qint32",
          "strided",
          "complex64",
          "complex128",
          "uint16",
          "uint32",
          "uint64",
          "float8_e4m3fn",
          "float8_e5m2");

  private AllowedNames() {}

  static boolean contains(String module, String name) {
    if (module.equals("torch") && (TORCH_TYPES.contains(name) || isStorage(name))) {
      return true;
    }
    // Classes of TorchScript stand for the modules of the archive itself.
    return module.equals("__torch__")
        || module.startsWith("__torch__.")
        || EXACT.contains(module + "." + name);
  }

  private static boolean isStorage(String name) {
    return name.endsWith("Storage") && name.chars().allMatch(Character::isLetterOrDigit);
  }
}
