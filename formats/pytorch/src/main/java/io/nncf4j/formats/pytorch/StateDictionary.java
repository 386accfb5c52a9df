package io.nncf4j.formats.pytorch;

import io.nncf4j.core.InputException;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.formats.pytorch.archive.TorchFile;
import io.nncf4j.formats.pytorch.pickle.PickleValue;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tensors by name, as {@code torch.save(model.state_dict())} writes them: {@code .pth}, {@code
 * .th}, {@code .pt}, in either format. Checkpoints that keep the dictionary under a usual name
 * ({@code state_dict}, {@code model}, ...) are read too.
 *
 * @param tensors in the order of the file; they stand in the mapped file
 */
public record StateDictionary(Map<String, Tensor> tensors) {
  private static final List<String> USUAL_NAMES =
      List.of("state_dict", "model_state_dict", "model", "net", "params_ema", "params");

  public StateDictionary {
    tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
  }

  /** True when the file begins like one of torch.save; says nothing about what it holds. */
  public static boolean accepts(Path file) {
    return TorchFile.accepts(TorchFile.map(file));
  }

  /**
   * Reads a file.
   *
   * @throws InputException when it is damaged, holds no tensors by name, or names something that is
   *     refused
   */
  public static StateDictionary read(Path file) {
    try {
      return of(TorchFile.read(file));
    } catch (InputException e) {
      throw new InputException(file + ": " + e.getMessage(), e);
    }
  }

  /** Reads from memory. */
  static StateDictionary of(ByteBuffer data) {
    return of(TorchFile.of(data));
  }

  private static StateDictionary of(TorchFile file) {
    PickleValue root = file.root();
    if (root instanceof PickleValue.Dictionary outer) {
      Map<String, Tensor> direct = tensors(file, outer);
      if (!direct.isEmpty()) {
        return new StateDictionary(direct);
      }
      for (String name : USUAL_NAMES) {
        @Nullable PickleValue inner = outer.get(name);
        if (inner instanceof PickleValue.Dictionary dictionary) {
          return new StateDictionary(tensors(file, dictionary));
        }
      }
      if (outer.entries().isEmpty()) {
        return new StateDictionary(Map.of());
      }
    }
    throw new InputException(
        "The file holds " + root + " and no tensors by name; save model.state_dict()");
  }

  private static Map<String, Tensor> tensors(TorchFile file, PickleValue.Dictionary dictionary) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (PickleValue.Dictionary.Entry entry : dictionary.entries()) {
      if (entry.key() instanceof PickleValue.Text name) {
        try {
          Tensor tensor = file.plainTensor(entry.value());
          if (tensor != null) {
            tensors.put(name.value(), tensor);
          }
        } catch (InputException e) {
          throw new InputException("Tensor \"" + name.value() + "\": " + e.getMessage(), e);
        }
      }
    }
    return tensors;
  }
}
