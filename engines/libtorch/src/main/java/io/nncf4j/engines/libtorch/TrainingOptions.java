package io.nncf4j.engines.libtorch;

import io.nncf4j.core.InputException;
import java.util.function.Predicate;

/**
 * How a graph is trained.
 *
 * @param threads threads that work on one operator together
 * @param channelsLast whether images and convolution weights are laid out with the channels last in
 *     memory, which is faster for most convolutional networks
 * @param trained which of the constants that can be trained are; the others stay as they are
 */
public record TrainingOptions(int threads, boolean channelsLast, Predicate<String> trained) {
  public TrainingOptions {
    if (threads < 1) {
      throw new InputException("Training needs at least one thread; found " + threads);
    }
  }

  /** Two threads or as many as there are, channels last, everything trained. */
  public static TrainingOptions defaults() {
    return new TrainingOptions(
        Math.min(2, Runtime.getRuntime().availableProcessors()), true, name -> true);
  }

  public TrainingOptions withThreads(int newThreads) {
    return new TrainingOptions(newThreads, channelsLast, trained);
  }

  public TrainingOptions withChannelsLast(boolean newChannelsLast) {
    return new TrainingOptions(threads, newChannelsLast, trained);
  }

  public TrainingOptions withTrained(Predicate<String> newTrained) {
    return new TrainingOptions(threads, channelsLast, newTrained);
  }
}
