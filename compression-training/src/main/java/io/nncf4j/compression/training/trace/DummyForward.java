package io.nncf4j.compression.training.trace;

/**
 * Code that runs a model, as often and with whatever around it that its use has: NNCF's {@code
 * dummy_forward_fn}. It gets symbolic values in the place of tensors.
 */
@FunctionalInterface
public interface DummyForward {
  /** Makes values with {@link TracedModel#mock} and calls the model with them. */
  void run(TracedModel model);
}
