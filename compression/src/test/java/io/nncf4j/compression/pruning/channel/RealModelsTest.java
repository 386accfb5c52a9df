package io.nncf4j.compression.pruning.channel;

import io.nncf4j.core.format.ModelFiles;
import io.nncf4j.testing.SharedFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * On every real model: removing some channels of a group equals masking them.
 *
 * <p>Of large models some groups are drawn; {@code -Dnncf.pruning.groups=all} tries every one.
 * {@code -Dnncf.pruning.models=FOLDER} tries the ONNX files of another folder, such as those that
 * {@code nncf convert} made of other formats.
 */
class RealModelsTest {
  private static final int DRAWN = 4;

  @TestFactory
  Stream<DynamicTest> removingEqualsMasking() {
    String folder = System.getProperty("nncf.pruning.models");
    return models(folder == null ? SharedFiles.data("models") : Path.of(folder)).stream()
        .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> check(file)));
  }

  private static void check(Path file) {
    Agreement agreement = new Agreement(ModelFiles.read(file));
    List<ChannelGroup> groups =
        agreement.analysis().groups().stream().filter(group -> group.units().size() > 1).toList();
    boolean all = "all".equals(System.getProperty("nncf.pruning.groups"));
    if (System.getProperty("nncf.pruning.print") != null) {
      print(agreement.analysis());
    }
    Random random = new Random(11);
    List<ChannelGroup> drawn = new ArrayList<>(groups);
    java.util.Collections.shuffle(drawn, random);
    drawn
        .subList(0, all ? drawn.size() : Math.min(DRAWN, drawn.size()))
        .forEach(group -> agreement.check(group, random));
    List<ChannelUnit> everywhere = new ArrayList<>();
    groups.forEach(group -> everywhere.addAll(Agreement.some(group, random)));
    agreement.check("all groups at once", everywhere);
  }

  private static void print(ChannelAnalysis analysis) {
    analysis
        .groups()
        .forEach(
            group ->
                System.out.println(
                    group.index() + ": " + group.units().size() + " of " + group.layerNames()));
    analysis.findings().forEach(System.out::println);
  }

  private static List<Path> models(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(".onnx")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
