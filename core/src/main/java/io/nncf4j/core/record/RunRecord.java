package io.nncf4j.core.record;

import io.nncf4j.core.Finding;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a run did and measured. {@code --json} prints exactly this, the report shows it; the names
 * of the components are the names in JSON.
 *
 * @param verb what was run, such as {@code quantize}
 * @param model the model that was read
 * @param output the model that was written; absent when none was
 * @param before what was measured of the model before; absent when there was none
 * @param after what was measured of the model after; absent when none was made
 * @param agreement how often the most likely class is the same before and after, in percent; absent
 *     when not measured
 * @param similarity cosine similarity of each output before and after; empty when not measured
 * @param speedup how many times as fast the model is after as before; absent when not timed
 * @param samples samples that the run has used to make the model
 * @param evaluatedSamples samples that metric and agreement were measured on; 0 when they were not
 * @param seconds how long it took
 * @param peakMemoryBytes most memory that the process held
 * @param findings what the user should know
 * @param environment where it ran; absent when not noted
 * @param provenance options, hashes and versions, in the order in which they are shown
 * @param layers the layers of the model made, in graph order
 * @param plan the plan, in graph order
 * @param ranges ranges of values, in graph order
 * @param graph the model made, in topological order
 * @param curves what changed over the run, such as losses
 * @param filters which filters of layers were kept, in graph order
 * @param tables figures of the algorithms that were at work
 */
public record RunRecord(
    String verb,
    String model,
    @Nullable String output,
    @Nullable Measurement before,
    @Nullable Measurement after,
    @Nullable Double agreement,
    Map<String, Double> similarity,
    @Nullable Speedup speedup,
    long samples,
    long evaluatedSamples,
    Seconds seconds,
    long peakMemoryBytes,
    List<Finding> findings,
    @Nullable Environment environment,
    Map<String, String> provenance,
    List<LayerRecord> layers,
    List<PlanRow> plan,
    List<RangeRecord> ranges,
    List<GraphNodeRecord> graph,
    List<Curve> curves,
    List<FilterRecord> filters,
    List<TableRecord> tables) {
  public RunRecord {
    Objects.requireNonNull(verb, "verb");
    Objects.requireNonNull(model, "model");
    Objects.requireNonNull(seconds, "seconds");
    agreement = Numbers.finiteOrNull(agreement);
    similarity = Collections.unmodifiableMap(new LinkedHashMap<>(similarity));
    findings = List.copyOf(findings);
    provenance = Collections.unmodifiableMap(new LinkedHashMap<>(provenance));
    layers = List.copyOf(layers);
    plan = List.copyOf(plan);
    ranges = List.copyOf(ranges);
    graph = List.copyOf(graph);
    curves = List.copyOf(curves);
    filters = List.copyOf(filters);
    tables = List.copyOf(tables);
  }

  /**
   * Starts an empty record.
   *
   * @param verb what is run
   * @param model the model that is read
   */
  public static Builder builder(String verb, String model) {
    return new Builder(verb, model);
  }

  /** A builder that holds what this record holds. */
  public Builder toBuilder() {
    Builder builder =
        new Builder(verb, model)
            .output(output)
            .before(before)
            .after(after)
            .agreement(agreement)
            .similarity(similarity)
            .speedup(speedup)
            .samples(samples)
            .evaluatedSamples(evaluatedSamples)
            .seconds(seconds)
            .peakMemoryBytes(peakMemoryBytes)
            .findings(findings)
            .environment(environment)
            .layers(layers)
            .plan(plan)
            .ranges(ranges)
            .graph(graph)
            .curves(curves)
            .filters(filters)
            .tables(tables);
    provenance.forEach(builder::provenance);
    return builder;
  }

  /** Fills a record part by part, as a run gets along. What is not set stays absent or empty. */
  public static final class Builder {
    private final String verb;
    private final String model;
    private @Nullable String output;
    private @Nullable Measurement before;
    private @Nullable Measurement after;
    private @Nullable Double agreement;
    private Map<String, Double> similarity = Map.of();
    private @Nullable Speedup speedup;
    private long samples;
    private long evaluatedSamples;
    private Seconds seconds = Seconds.NONE;
    private long peakMemoryBytes;
    private final List<Finding> findings = new ArrayList<>();
    private @Nullable Environment environment;
    private final Map<String, String> provenance = new LinkedHashMap<>();
    private List<LayerRecord> layers = List.of();
    private List<PlanRow> plan = List.of();
    private List<RangeRecord> ranges = List.of();
    private List<GraphNodeRecord> graph = List.of();
    private List<Curve> curves = List.of();
    private List<FilterRecord> filters = List.of();
    private List<TableRecord> tables = List.of();

    private Builder(String verb, String model) {
      this.verb = verb;
      this.model = model;
    }

    public Builder output(@Nullable String newOutput) {
      output = newOutput;
      return this;
    }

    public Builder before(@Nullable Measurement newBefore) {
      before = newBefore;
      return this;
    }

    public Builder after(@Nullable Measurement newAfter) {
      after = newAfter;
      return this;
    }

    public Builder agreement(@Nullable Double percent) {
      agreement = percent;
      return this;
    }

    public Builder samples(long count) {
      samples = count;
      return this;
    }

    public Builder similarity(Map<String, Double> newSimilarity) {
      similarity = newSimilarity;
      return this;
    }

    public Builder speedup(@Nullable Speedup newSpeedup) {
      speedup = newSpeedup;
      return this;
    }

    public Builder evaluatedSamples(long count) {
      evaluatedSamples = count;
      return this;
    }

    public Builder seconds(Seconds newSeconds) {
      seconds = newSeconds;
      return this;
    }

    public Builder peakMemoryBytes(long bytes) {
      peakMemoryBytes = bytes;
      return this;
    }

    /** Adds findings to those that are there. */
    public Builder findings(List<Finding> more) {
      findings.addAll(more);
      return this;
    }

    public Builder environment(@Nullable Environment newEnvironment) {
      environment = newEnvironment;
      return this;
    }

    /** Adds one line of provenance. */
    public Builder provenance(String name, String value) {
      provenance.put(name, value);
      return this;
    }

    public Builder layers(List<LayerRecord> newLayers) {
      layers = newLayers;
      return this;
    }

    public Builder plan(List<PlanRow> newPlan) {
      plan = newPlan;
      return this;
    }

    public Builder ranges(List<RangeRecord> newRanges) {
      ranges = newRanges;
      return this;
    }

    public Builder graph(List<GraphNodeRecord> newGraph) {
      graph = newGraph;
      return this;
    }

    public Builder curves(List<Curve> newCurves) {
      curves = newCurves;
      return this;
    }

    public Builder filters(List<FilterRecord> newFilters) {
      filters = newFilters;
      return this;
    }

    public Builder tables(List<TableRecord> newTables) {
      tables = newTables;
      return this;
    }

    public RunRecord build() {
      return new RunRecord(
          verb,
          model,
          output,
          before,
          after,
          agreement,
          similarity,
          speedup,
          samples,
          evaluatedSamples,
          seconds,
          peakMemoryBytes,
          findings,
          environment,
          provenance,
          layers,
          plan,
          ranges,
          graph,
          curves,
          filters,
          tables);
    }
  }
}
