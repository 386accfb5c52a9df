package io.nncf4j.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.nncf4j.core.InputException;
import io.nncf4j.core.NncfException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;

class ConsoleTest {
  @Test
  void putsEveryFailureIntoOneSentence() {
    assertThat(Failures.message(new NncfException("it broke"))).isEqualTo("it broke");
    assertThat(Failures.message(new UncheckedIOException(new NoSuchFileException("a.txt"))))
        .isEqualTo("there is no file a.txt");
    assertThat(Failures.message(new AccessDeniedException("a.txt")))
        .isEqualTo("no permission for a.txt");
    assertThat(Failures.message(new FileSystemException("a", null, "No space left on device")))
        .isEqualTo("a: No space left on device");
    assertThat(Failures.message(new IOException("odd"))).contains("odd");
    assertThat(Failures.message(new OutOfMemoryError("Java heap space")))
        .contains("out of memory")
        .contains("-Xmx");
    assertThat(Failures.message(new StackOverflowError())).contains("nested too deeply");
    assertThat(Failures.message(new UnsatisfiedLinkError("no x"))).contains("no x");
    assertThat(Failures.message(new IllegalStateException("odd"))).contains("internal fault");
  }

  @Test
  void tellsWrongInputFromFailure() {
    assertThat(Failures.exitCode(new InputException("x"))).isEqualTo(2);
    assertThat(Failures.exitCode(new NncfException("x"))).isEqualTo(1);
    assertThat(Failures.exitCode(new OutOfMemoryError())).isEqualTo(1);
  }

  @Test
  void alignsColumnsAndNumbers() {
    assertThat(new TextTable().row("a", "1", "x").row("long", "200", "").print())
        .isEqualTo("  a       1  x\n  long  200\n");
    assertThat(new TextTable().print()).isEmpty();
  }

  @Test
  void showsRateAndTimeLeft() {
    assertThat(ConsoleProgress.line("evaluating", 51, 50, 200, "samples", 10))
        .isEqualTo("evaluating [======                  ] 51/200 samples, 5.0/s, 30 s left");
    assertThat(ConsoleProgress.line("evaluating", 0, 0, 200, "samples", 10))
        .endsWith(" 0/200 samples");
  }

  @Test
  void saysNothingOfShortWork() {
    StringWriter text = new StringWriter();
    try (ConsoleProgress progress =
        new ConsoleProgress(new PrintWriter(text), true, "working", 10, "steps")) {
      progress.update(10);
    }
    assertThat(text.toString()).isEmpty();
  }

  @Test
  void writesQuantitiesAsPeopleReadThem() {
    assertThat(Quantities.bytes(36)).isEqualTo("36 B");
    assertThat(Quantities.bytes(14 * 1024 * 1024)).isEqualTo("14.00 MiB");
    assertThat(Quantities.count(3_504_872)).isEqualTo("3.50 million");
    assertThat(Quantities.exact(3_504_872)).isEqualTo("3,504,872");
    assertThat(Quantities.millis(4_130_000)).isEqualTo("4.13 ms");
  }
}
