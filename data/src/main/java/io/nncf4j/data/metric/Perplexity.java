package io.nncf4j.data.metric;

import io.nncf4j.core.InputException;
import io.nncf4j.core.NncfException;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.data.Target;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

/**
 * How surprised a language model is by the next token: {@code exp(mean of -log p(token))}.
 *
 * <p>Predictions are logits, float32[batch, length, vocabulary]. Surprises are added up as whole
 * multiples of 2^-32, so that the sum does not depend on the order; that rounds each one by at most
 * 1.2e-10.
 */
public final class Perplexity implements Metric<Tensor, Perplexity> {
  private static final double UNIT = 0x1p-32;

  /** Surprise of a token that the model calls impossible: as if its probability were 2^-1024. */
  private static final double MOST = 1024 * Math.log(2);

  private long sum;
  private long tokens;

  @Override
  public void add(Tensor logits, List<? extends Target> targets) {
    if (logits.rank() != 3
        || logits.dimension(0) != targets.size()
        || logits.dataType() != DataType.FLOAT32) {
      throw new InputException(
          "Perplexity needs logits float32[%d, length, vocabulary], found %s"
              .formatted(targets.size(), logits));
    }
    int length = (int) logits.dimension(1);
    int vocabulary = (int) logits.dimension(2);
    ByteBuffer data = logits.data();
    for (int sample = 0; sample < targets.size(); sample++) {
      if (!(targets.get(sample) instanceof Target.NextTokens next)
          || next.next().size() != length) {
        throw new InputException(
            "Perplexity needs %d next tokens for each sample".formatted(length));
      }
      for (int at = 0; at < length; at++) {
        int token = next.next().get(at);
        if (token < 0 || token >= vocabulary) {
          throw new InputException(
              "Token %d is outside the model's vocabulary of %d".formatted(token, vocabulary));
        }
        double surprise = surprise(data, (sample * length + at) * vocabulary, vocabulary, token);
        sum = Math.addExact(sum, Math.round(surprise / UNIT));
        tokens++;
      }
    }
  }

  private static double surprise(ByteBuffer logits, int from, int vocabulary, int token) {
    double highest = Double.NEGATIVE_INFINITY;
    for (int at = 0; at < vocabulary; at++) {
      highest = Math.max(highest, logits.getFloat(4 * (from + at)));
    }
    double total = 0;
    for (int at = 0; at < vocabulary; at++) {
      total += StrictMath.exp(logits.getFloat(4 * (from + at)) - highest);
    }
    double surprise = StrictMath.log(total) + highest - logits.getFloat(4 * (from + token));
    if (Double.isNaN(surprise)) {
      throw new NncfException("The model's logits hold NaN or infinity: no perplexity");
    }
    return Math.min(surprise, MOST);
  }

  @Override
  public void merge(Perplexity other) {
    sum = Math.addExact(sum, other.sum);
    tokens += other.tokens;
  }

  /** The perplexity, with its logarithm in nats as a detail. */
  @Override
  public MetricResult result() {
    double mean = tokens == 0 ? Double.NaN : sum * UNIT / tokens;
    return new MetricResult(
        "perplexity", StrictMath.exp(mean), tokens, false, Map.of("cross-entropy", mean));
  }
}
