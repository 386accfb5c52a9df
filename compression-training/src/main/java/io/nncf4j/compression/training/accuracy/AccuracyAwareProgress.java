package io.nncf4j.compression.training.accuracy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.nncf4j.compression.training.control.CompressionStage;
import io.nncf4j.compression.training.control.StateValues;
import io.nncf4j.core.InputException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How far accuracy-aware training has come. With it, the tensors of its best epoch and those of its
 * last one, a run goes on as if it had never stopped.
 *
 * @param history metric before training and after each epoch by the schedule; empty at the start
 * @param bestEpoch the best of them
 * @param bestStage how far the model was compressed then
 * @param search of the rate, once that has begun
 */
public record AccuracyAwareProgress(
    List<Double> history,
    int bestEpoch,
    CompressionStage bestStage,
    Optional<RateSearchProgress> search) {
  /** Nothing has been done. */
  public static final AccuracyAwareProgress START =
      new AccuracyAwareProgress(List.of(), 0, CompressionStage.UNCOMPRESSED, Optional.empty());

  /** In the order of keys: that of some maps changes from one process to the next. */
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS).build();

  /**
   * Told after each epoch, and before the first one.
   *
   * <p>What is kept must be enough to read the tensors of the best epoch again.
   */
  @FunctionalInterface
  public interface Keeper {
    /** Keeps nothing. */
    Keeper NONE = (progress, isBest) -> {};

    /**
     * @param isBest whether the model is the best so far, as it is now
     */
    void keep(AccuracyAwareProgress progress, boolean isBest);
  }

  /**
   * What a run that stopped left.
   *
   * @param best the model of its best epoch; null for a new run
   */
  public record Earlier(AccuracyAwareProgress progress, @Nullable KeptModel best) {
    /** A new run. */
    public static final Earlier NONE = new Earlier(START, null);
  }

  public AccuracyAwareProgress {
    history = List.copyOf(history);
    if (bestEpoch < 0 || bestEpoch >= Math.max(1, history.size())) {
      throw new InputException(
          "The best epoch is one of the "
              + history.size()
              + " that were measured, counted from 0; found "
              + bestEpoch);
    }
  }

  /** Epochs that are done. */
  public int epochs() {
    return search.map(RateSearchProgress::epochs).orElse(Math.max(0, history.size() - 1));
  }

  AccuracyAwareProgress withSearch(RateSearchProgress newSearch) {
    return new AccuracyAwareProgress(history, bestEpoch, bestStage, Optional.of(newSearch));
  }

  AccuracyAwareProgress after(double metric, CompressionStage stage, boolean isBest) {
    List<Double> longer = new ArrayList<>(history);
    longer.add(metric);
    return new AccuracyAwareProgress(
        longer,
        isBest ? longer.size() - 1 : bestEpoch,
        isBest ? stage : bestStage,
        Optional.empty());
  }

  public String toJson() {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("history", history);
    all.put("best_epoch", bestEpoch);
    all.put("best_stage", bestStage.ordinal());
    search.ifPresent(found -> all.put("search", found.toMap()));
    try {
      return MAPPER.writeValueAsString(all);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Progress can always be written", e);
    }
  }

  /**
   * Reads what {@link #toJson} wrote.
   *
   * @throws InputException when it is damaged
   */
  public static AccuracyAwareProgress fromJson(String json) {
    try {
      Map<String, Object> all = MAPPER.readValue(json, new TypeReference<>() {});
      if (all == null) {
        throw new InputException("expected a JSON object, found null");
      }
      long stage = StateValues.number(all, "best_stage");
      if (stage < 0 || stage >= CompressionStage.values().length) {
        throw new InputException("best_stage is from 0 to 2; found " + stage);
      }
      return new AccuracyAwareProgress(
          StateValues.reals(all, "history"),
          StateValues.count(all, "best_epoch"),
          CompressionStage.values()[(int) stage],
          all.containsKey("search")
              ? Optional.of(RateSearchProgress.fromMap(StateValues.map(all, "search")))
              : Optional.empty());
    } catch (JsonProcessingException e) {
      throw damaged("expected a JSON object", e);
    } catch (InputException e) {
      throw damaged(String.valueOf(e.getMessage()), e);
    }
  }

  private static InputException damaged(String why, Exception cause) {
    return new InputException("The notes on accuracy-aware training are damaged: " + why, cause);
  }

  /** Whether a run that has come this far may have been at {@code earlier} before. */
  public boolean hasPassed(AccuracyAwareProgress earlier) {
    return isBeginning(earlier.history, history)
        && (earlier.search.isEmpty()
            || (search.isPresent()
                && isBeginning(earlier.search.get().trials(), search.get().trials())));
  }

  private static boolean isBeginning(List<?> shorter, List<?> longer) {
    return shorter.size() <= longer.size() && longer.subList(0, shorter.size()).equals(shorter);
  }
}
