package io.nncf4j.learning;

import io.nncf4j.core.InputException;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.libtorch.RandomState;
import io.nncf4j.engines.libtorch.TrainingSession;
import io.nncf4j.engines.libtorch.TrainingState;
import io.nncf4j.formats.safetensors.Safetensors;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * All that a run of training needs to go on as if it had never stopped, in one Safetensors file.
 *
 * @param epoch epochs that are done
 * @param step steps that are done, in all epochs
 * @param model the session's tensors: weights, running statistics, parameters of compression
 * @param optimizer what the optimizer remembers
 * @param random state of the generator of random numbers
 * @param notes texts of the caller by name, such as a schedule's state or the configuration, as
 *     JSON
 */
public record Checkpoint(
    long epoch,
    long step,
    Map<String, Tensor> model,
    Map<String, Tensor> optimizer,
    Tensor random,
    Map<String, String> notes) {
  /** Form of the file; files of a later one are refused. */
  public static final int VERSION = 1;

  private static final String MODEL = "model/";
  private static final String OPTIMIZER = "optimizer/";
  private static final String RANDOM = "random";
  private static final String NOTE = "note/";
  private static final String FORMAT = "nncf4j_checkpoint";

  public Checkpoint {
    model = Map.copyOf(model);
    optimizer = Map.copyOf(optimizer);
    notes = Map.copyOf(notes);
  }

  /** Copies the state of a run. */
  public static Checkpoint of(
      TrainingSession session,
      Optimizer optimizer,
      long epoch,
      long step,
      Map<String, String> notes) {
    Map<String, Tensor> model = new LinkedHashMap<>();
    for (TrainingState.Entry entry : session.state().entries()) {
      model.put(entry.name(), session.state().read(entry.name()));
    }
    return new Checkpoint(epoch, step, model, optimizer.state(), RandomState.read(), notes);
  }

  /**
   * Puts a run back to where it was saved: weights, optimizer, random numbers.
   *
   * @throws InputException when the session or the optimizer is another one; all tensors that are
   *     missing, unexpected or of another shape are listed, and nothing has been changed
   */
  public void restore(TrainingSession session, Optimizer target) {
    WeightLoading loading = WeightLoading.compare(model, session);
    loading.requireComplete();
    loading.requireFinite();
    // The first of them to fail leaves weights and optimizer as they were.
    RandomState.write(random);
    target.loadState(optimizer);
    loading.apply();
  }

  /** Writes the file, whole or not at all; see {@link Safetensors#write}. */
  public void write(Path file) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    model.keySet().stream().sorted().forEach(name -> tensors.put(MODEL + name, get(model, name)));
    optimizer.keySet().stream()
        .sorted()
        .forEach(name -> tensors.put(OPTIMIZER + name, get(optimizer, name)));
    tensors.put(RANDOM, random);
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put(FORMAT, Integer.toString(VERSION));
    metadata.put("epoch", Long.toString(epoch));
    metadata.put("step", Long.toString(step));
    notes.keySet().stream()
        .sorted()
        .forEach(name -> metadata.put(NOTE + name, String.valueOf(notes.get(name))));
    new Safetensors(tensors, metadata).write(file);
  }

  private static Tensor get(Map<String, Tensor> tensors, String name) {
    return java.util.Objects.requireNonNull(tensors.get(name));
  }

  /**
   * Reads a file that {@link #write} wrote.
   *
   * @throws InputException when it is damaged, no checkpoint, or of a later version
   */
  public static Checkpoint read(Path file) {
    Safetensors content = Safetensors.read(file);
    String version = content.metadata().get(FORMAT);
    if (version == null) {
      throw new InputException(file + " holds tensors but is no checkpoint; use it as weights");
    }
    if (!version.equals(Integer.toString(VERSION))) {
      throw new InputException(
          file + " is a checkpoint of version " + version + "; this program reads " + VERSION);
    }
    Tensor random = content.tensors().get(RANDOM);
    if (random == null) {
      throw new InputException(file + " lacks the state of random numbers");
    }
    Map<String, String> notes = new LinkedHashMap<>();
    content
        .metadata()
        .forEach(
            (name, text) -> {
              if (name.startsWith(NOTE)) {
                notes.put(name.substring(NOTE.length()), text);
              }
            });
    return new Checkpoint(
        number(file, content, "epoch"),
        number(file, content, "step"),
        part(content, MODEL),
        part(content, OPTIMIZER),
        random,
        notes);
  }

  private static Map<String, Tensor> part(Safetensors content, String prefix) {
    Map<String, Tensor> part = new LinkedHashMap<>();
    content
        .tensors()
        .forEach(
            (name, tensor) -> {
              if (name.startsWith(prefix)) {
                part.put(name.substring(prefix.length()), tensor);
              }
            });
    return part;
  }

  private static long number(Path file, Safetensors content, String name) {
    String text = content.metadata().getOrDefault(name, "");
    if (!text.matches("\\d{1,18}")) {
      throw new InputException(file + ": the " + name + " is \"" + text + "\", expected a number");
    }
    return Long.parseLong(text);
  }
}
