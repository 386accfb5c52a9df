package io.nncf4j.compression.config;

import io.nncf4j.compression.options.LimitedText;
import io.nncf4j.core.InputException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * Which names an algorithm works on: those that a target matches (or all, when there are none
 * given) and no ignored scope matches.
 *
 * <p>A scope with {@code {re}} in it is, without that mark, a regular expression that may match
 * anywhere in a name; every other scope is the name itself.
 *
 * @param targets scopes to work on; null for all, empty for none
 * @param ignored scopes to leave alone
 * @param validate whether a scope that matches nothing is an error
 */
public record ScopeFilter(@Nullable List<String> targets, List<String> ignored, boolean validate) {
  private static final String MARK = "{re}";

  public ScopeFilter {
    targets = targets == null ? null : List.copyOf(targets);
    ignored = List.copyOf(ignored);
  }

  /** The scopes of a section. */
  static ScopeFilter of(ConfigSection section) {
    requireExpressions(section);
    return new ScopeFilter(
        section.texts("target_scopes").orElse(null),
        section.texts("ignored_scopes").orElse(List.of()),
        section.truth("validate_scopes", true));
  }

  /** Refuses scopes of a section that are no regular expressions and are marked as such. */
  public static void requireExpressions(ConfigSection section) {
    for (String key : List.of("target_scopes", "ignored_scopes")) {
      for (String scope : section.texts(key).orElse(List.of())) {
        requireExpression(section, key, scope);
      }
    }
  }

  private static void requireExpression(ConfigSection section, String key, String scope) {
    if (scope.contains(MARK)) {
      try {
        Pattern unused = Pattern.compile(scope.replace(MARK, ""));
      } catch (PatternSyntaxException e) {
        section.refuse(
            key, "found \"" + scope + "\", which is no regular expression: " + e.getDescription());
      }
    }
  }

  /** Whether {@code target_scopes} are given, and name nothing. */
  public boolean hasNoTarget() {
    return targets != null && targets.isEmpty();
  }

  /** The scopes of an algorithm's section within the global ones. */
  public static ScopeFilter of(ConfigSection section, NNCFConfig config) {
    return of(section).within(config.globalScopes());
  }

  /**
   * The filter of an algorithm within the global one: ignored scopes add up, global targets win
   * over the algorithm's.
   */
  public ScopeFilter within(ScopeFilter global) {
    List<String> all = new ArrayList<>(global.ignored);
    all.addAll(ignored);
    return new ScopeFilter(global.targets != null ? global.targets : targets, all, validate);
  }

  /** The filter of a group of an algorithm: ignored scopes add up, the group's targets win. */
  public ScopeFilter group(ScopeFilter group) {
    List<String> all = new ArrayList<>(group.ignored);
    all.addAll(ignored);
    return new ScopeFilter(
        group.targets != null ? group.targets : targets, all, validate && group.validate);
  }

  /** Whether the algorithm works on {@code name}. */
  public boolean considers(String name) {
    return (targets == null || targets.stream().anyMatch(scope -> matches(scope, name)))
        && ignored.stream().noneMatch(scope -> matches(scope, name));
  }

  /** Whether one scope matches one name. */
  public static boolean matches(String scope, String name) {
    return matcher(scope).test(name);
  }

  /**
   * @throws InputException when the scope is no regular expression, or takes too long to match
   */
  private static Predicate<String> matcher(String scope) {
    if (!scope.contains(MARK)) {
      return scope::equals;
    }
    String expression = scope.replace(MARK, "");
    try {
      Pattern pattern = Pattern.compile(expression);
      LimitedText.Budget budget = new LimitedText.Budget(expression);
      return name -> LimitedText.contains(pattern, name, budget);
    } catch (PatternSyntaxException e) {
      throw new InputException(
          "The scope \"" + scope + "\" is no regular expression: " + e.getDescription(), e);
    }
  }

  /** The scopes among {@code scopes} that match none of {@code names}. */
  public static List<String> unmatched(Collection<String> scopes, Collection<String> names) {
    return scopes.stream().filter(scope -> names.stream().noneMatch(matcher(scope))).toList();
  }

  /**
   * @throws InputException when the filter is to be validated and some of its scopes match none of
   *     {@code names}; all are listed
   */
  public void check(Collection<String> names) {
    List<String> lostIgnored = unmatched(ignored, names);
    List<String> lostTargets = targets == null ? List.of() : unmatched(targets, names);
    if (validate && !(lostIgnored.isEmpty() && lostTargets.isEmpty())) {
      throw new InputException(
          "Some scopes match no node of the model: ignored_scopes "
              + lostIgnored
              + ", target_scopes "
              + lostTargets
              + ". See original_graph.dot for the names, or set validate_scopes to false");
    }
  }
}
