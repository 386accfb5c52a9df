package io.nncf4j.compression.training.quantization;

import io.nncf4j.compression.quantization.plan.QuantizerPlacement;
import io.nncf4j.core.Finding;
import io.nncf4j.core.graph.Model;
import java.util.List;

/** Chooses the widths of quantizers whose places are known. */
public interface PrecisionChoice {
  /** The widths stay as they are. */
  PrecisionChoice NONE = (folded, placements, offered) -> new Chosen(placements, List.of());

  /** The same quantizers with their widths, and what the user should know. */
  record Chosen(List<QuantizerPlacement> placements, List<Finding> findings) {
    public Chosen {
      placements = List.copyOf(placements);
      findings = List.copyOf(findings);
    }
  }

  /** Which widths the target has. */
  interface OfferedBits {
    boolean allows(QuantizerPlacement placement, int bits);
  }

  /**
   * @param folded the model with batch-norm folded, which the quantizers are for
   */
  Chosen apply(Model folded, List<QuantizerPlacement> placements, OfferedBits offered);
}
