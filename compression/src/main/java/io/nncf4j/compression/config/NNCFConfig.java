package io.nncf4j.compression.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.nncf4j.compression.options.TargetDevice;
import io.nncf4j.core.InputException;
import io.nncf4j.core.NncfException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What is compressed, and how: a JSON document that has been checked against {@link #schema()}.
 *
 * <p>The document never changes. Things that JSON cannot hold, such as calibration data, are added
 * with {@link #registerExtraStructs}.
 */
public final class NNCFConfig {
  /** What paths are relative to that no file holds: the working directory. */
  private static final Path HERE = Path.of("");

  private static final double HIGHEST_MULTIPLIER = 1e6;

  private final JsonNode document;
  private final ConfigReading reading;
  private final Map<Class<? extends ExtraStruct>, ExtraStruct> extraStructs;

  private NNCFConfig(JsonNode document, String source, Path folder) {
    List<ConfigProblem> problems = new ArrayList<>(ConfigSchema.get().validate(document));
    if (problems.isEmpty()) {
      problems.addAll(repeatedAlgorithms(document));
    }
    if (!problems.isEmpty()) {
      throw new ConfigException(source, problems);
    }
    this.document = document;
    reading = ConfigReading.stopping(source, folder);
    extraStructs = new LinkedHashMap<>();
  }

  private NNCFConfig(NNCFConfig other, ConfigReading reading) {
    document = other.document;
    this.reading = reading;
    extraStructs = new LinkedHashMap<>(other.extraStructs);
  }

  /**
   * Checks values that the schema leaves open, by reading them; what one reader refuses does not
   * hide what the others do.
   *
   * @throws ConfigException listing all problems
   */
  public void check(List<Consumer<NNCFConfig>> readers) {
    ConfigReading all = reading.collecting();
    NNCFConfig checked = new NNCFConfig(this, all);
    for (Consumer<NNCFConfig> reader : readers) {
      try {
        reader.accept(checked);
      } catch (ConfigException e) {
        all.report(e.problems());
      } catch (InputException e) {
        all.report(List.of(new ConfigProblem("$", "", String.valueOf(e.getMessage()))));
      }
    }
    if (!all.problems().isEmpty()) {
      throw all.failure(all.problems());
    }
  }

  /**
   * A configuration of maps, lists, text, numbers and truths, which are copied.
   *
   * @throws ConfigException listing all problems
   */
  public static NNCFConfig fromDict(Map<String, ?> values) {
    return new NNCFConfig(JsonInput.of(values, "$", 0), "The configuration", HERE);
  }

  /**
   * A configuration in a file; comments ({@code //}, {@code /* *}{@code /}) and trailing commas are
   * permitted. Paths in it are relative to the file.
   *
   * @throws ConfigException listing all problems
   * @throws InputException when the file cannot be read or is no JSON
   */
  public static NNCFConfig fromJson(Path file) {
    Path folder = file.getParent();
    return new NNCFConfig(JsonInput.read(file), file.toString(), folder == null ? HERE : folder);
  }

  /** A configuration as text; see {@link #fromJson}. */
  public static NNCFConfig fromText(String json) {
    return new NNCFConfig(JsonInput.parse(json, "The configuration"), "The configuration", HERE);
  }

  /** The JSON Schema (draft-07) of configurations, as text. */
  public static String schema() {
    return ConfigSchema.get().text();
  }

  /** The whole document as maps, lists, text, numbers and truths; a copy. */
  public @Nullable Object asJava() {
    return JsonInput.toJava(document);
  }

  /** The whole document. */
  public ConfigSection root() {
    return new ConfigSection(document, "", reading);
  }

  /**
   * What is allowed but is likely a mistake or says nothing, one sentence each. Keys that the
   * schema does not know are left to the program that trains, so they are no error.
   */
  public List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    ConfigSchema.get()
        .misspelt(document)
        .forEach(
            (key, near) ->
                warnings.add(
                    "the key \"" + key + "\" says nothing here; did you mean \"" + near + "\"?"));
    JsonNode compression = document.path("compression");
    List<JsonNode> sections = new ArrayList<>();
    if (compression.isArray()) {
      compression.forEach(sections::add);
    } else {
      sections.add(compression);
    }
    warnings.addAll(KeysWithoutEffect.of(document, sections));
    return warnings;
  }

  /**
   * Refuses keys at the top that look like a misspelling of one that is read.
   *
   * @param more keys that the caller reads beside those of the schema
   * @throws ConfigException that names all of them
   */
  public void refuseMisspelt(Collection<String> more) {
    List<String> known = topLevelKeys();
    known.addAll(more);
    root().refuseOthers(known, true);
  }

  /** The keys that say something at the top of a configuration; a new list. */
  public static List<String> topLevelKeys() {
    List<String> known = new ArrayList<>(ConfigSchema.get().topLevelKeys());
    known.addAll(List.of("ignored_scopes", "target_scopes", "validate_scopes"));
    return known;
  }

  /** The sections of the algorithms, in the order of the document. */
  public List<ConfigSection> algorithms() {
    JsonNode compression = document.path("compression");
    List<ConfigSection> sections = new ArrayList<>();
    if (compression.isObject()) {
      sections.add(new ConfigSection(compression, "compression", reading));
    }
    for (int index = 0; compression.isArray() && index < compression.size(); index++) {
      sections.add(
          new ConfigSection(compression.get(index), "compression[" + index + "]", reading));
    }
    return sections;
  }

  /** The section of one algorithm; empty when it is not configured. */
  public Optional<ConfigSection> algorithm(String name) {
    return algorithms().stream()
        .filter(section -> section.text("algorithm", "bootstrapNAS").equals(name))
        .findFirst();
  }

  /** The device to compress for; {@code VPU} is an older name of {@code NPU}. */
  public TargetDevice targetDevice() {
    String name = root().text("target_device", TargetDevice.ANY.name());
    return name.equals("VPU") ? TargetDevice.NPU : TargetDevice.valueOf(name);
  }

  /** The model's inputs as configured; empty when they are not. */
  public List<InputInfo> inputInfo() {
    return InputInfo.all(root());
  }

  /** The loop that watches the accuracy, when configured. */
  public Optional<AccuracyAwareConfig> accuracyAwareTraining() {
    return root().section("accuracy_aware_training").map(AccuracyAwareConfig::of);
  }

  /** Folder for dumps; the working directory when there is none configured. */
  public Path logDirectory() {
    return root().path("log_dir").orElse(Path.of("."));
  }

  /** Scopes at the top of the document, which hold for every algorithm. */
  public ScopeFilter globalScopes() {
    return ScopeFilter.of(root());
  }

  /**
   * A value that an algorithm may redefine: its own when it has one, else the one at the top, else
   * empty.
   */
  public Optional<Double> getRedefinableGlobalParamValueForAlgo(String name, String algorithm) {
    return algorithm(algorithm)
        .flatMap(section -> section.number(name))
        .or(() -> root().number(name));
  }

  /**
   * What the gradients of an algorithm's own parameters are multiplied by: {@code
   * compression_lr_multiplier} of its section, else that at the top, else 1.
   */
  public double learningRateMultiplier(ConfigSection algorithm) {
    String key = "compression_lr_multiplier";
    return (algorithm.has(key) ? algorithm : root()).number(key, 0, HIGHEST_MULTIPLIER, 1);
  }

  /**
   * Adds what JSON cannot hold.
   *
   * @throws NncfException when there is one of the same class already
   */
  public void registerExtraStructs(List<? extends ExtraStruct> structs) {
    for (ExtraStruct struct : structs) {
      if (extraStructs.putIfAbsent(struct.getClass(), struct) != null) {
        throw new NncfException(
            struct.getClass().getSimpleName()
                + " is already registered as extra struct in this configuration");
      }
    }
  }

  public boolean hasExtraStruct(Class<? extends ExtraStruct> type) {
    return extraStructs.containsKey(type);
  }

  /**
   * @throws InputException when none of this class was registered
   */
  public <T extends ExtraStruct> T getExtraStruct(Class<T> type) {
    return findExtraStruct(type)
        .orElseThrow(
            () ->
                new InputException(
                    "No "
                        + type.getSimpleName()
                        + " is registered in this configuration; add one with"
                        + " registerExtraStructs"));
  }

  public <T extends ExtraStruct> Optional<T> findExtraStruct(Class<T> type) {
    return Optional.ofNullable(extraStructs.get(type)).map(type::cast);
  }

  public List<ExtraStruct> getAllExtraStructs() {
    return List.copyOf(extraStructs.values());
  }

  private static List<ConfigProblem> repeatedAlgorithms(JsonNode document) {
    List<ConfigProblem> problems = new ArrayList<>();
    Set<String> seen = new LinkedHashSet<>();
    JsonNode compression = document.path("compression");
    for (int index = 0; compression.isArray() && index < compression.size(); index++) {
      JsonNode section = compression.get(index);
      JsonNode name = section.path("algorithm");
      String algorithm = name.isMissingNode() ? "bootstrapNAS" : name.textValue();
      if (!seen.add(algorithm)) {
        problems.add(
            new ConfigProblem(
                "compression[" + index + "]",
                algorithm,
                "the algorithm is configured twice; give all its options in one section"));
      }
    }
    return problems;
  }

  /** The document as JSON text. */
  @Override
  public String toString() {
    return document.toPrettyString();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof NNCFConfig that && document.equals(that.document);
  }

  @Override
  public int hashCode() {
    return document.hashCode();
  }

  /** The configuration that compresses nothing. */
  public static NNCFConfig empty() {
    return new NNCFConfig(JsonNodeFactory.instance.objectNode(), "The configuration", HERE);
  }
}
