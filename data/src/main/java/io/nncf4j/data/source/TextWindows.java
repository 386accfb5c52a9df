package io.nncf4j.data.source;

import io.nncf4j.core.InputException;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.data.Sample;
import io.nncf4j.data.SampleSource;
import io.nncf4j.data.Target;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A long text cut into windows of equal length for language models: int64[length] tokens, with the
 * token after each as target. Windows do not overlap; what is left at the end is not used.
 */
public final class TextWindows implements SampleSource {
  private final int[] tokens;
  private final int length;

  /**
   * @param tokens the text, by whatever tokenizer the model has
   * @param length tokens of a window
   */
  public TextWindows(int[] tokens, int length) {
    if (length < 1 || tokens.length <= length) {
      throw new InputException(
          "A text of %d tokens gives no window of %d and the token after it"
              .formatted(tokens.length, length));
    }
    this.tokens = tokens.clone();
    this.length = length;
  }

  /** A file whose bytes are the tokens. */
  public static TextWindows ofBytes(Path file, int length) {
    byte[] bytes = FolderFiles.readFile(file);
    int[] tokens = new int[bytes.length];
    for (int at = 0; at < tokens.length; at++) {
      tokens[at] = bytes[at] & 0xFF;
    }
    return new TextWindows(tokens, length);
  }

  @Override
  public int size() {
    return (tokens.length - 1) / length;
  }

  @Override
  public String name(int index) {
    return "tokens " + (long) index * length + " to " + ((long) index + 1) * length;
  }

  @Override
  public Sample load(int index, Memory memory) {
    int from = index * length;
    ByteBuffer buffer = memory.allocate(DataType.INT64, length);
    List<Integer> next = new ArrayList<>(length);
    for (int at = 0; at < length; at++) {
      buffer.putLong(8 * at, tokens[from + at]);
      next.add(tokens[from + at + 1]);
    }
    Tensor input = Tensor.of(DataType.INT64, new long[] {length}, buffer);
    return new Sample(index, name(index), input, new Target.NextTokens(next), null);
  }

  @Override
  public void close() {
    // The text is plain memory.
  }
}
