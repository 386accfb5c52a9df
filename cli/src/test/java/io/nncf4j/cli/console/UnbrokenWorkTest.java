package io.nncf4j.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class UnbrokenWorkTest {
  /** Does pieces of a second and a half until it is ended. */
  static final class Pieces {
    private Pieces() {}

    public static void main(String[] arguments) {
      try (UnbrokenWork work = new UnbrokenWork()) {
        for (int piece = 0; piece < 100; piece++) {
          int number = piece;
          work.run(() -> sleep(number));
        }
      }
    }

    private static int sleep(int number) {
      System.out.println("begin " + number);
      try {
        Thread.sleep(1_500);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      System.out.println("end " + number);
      return number;
    }
  }

  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void theEndOfTheProcessWaitsForThePieceAndNoOtherBegins()
      throws IOException, InterruptedException {
    assertThat(outputOfEnded(Pieces.class)).containsExactly("end 0");
  }

  /** What a program tells after its first line, when it is ended there. */
  private static List<String> outputOfEnded(Class<?> program)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-cp",
                System.getProperty("java.class.path"),
                program.getName())
            .start();
    try (BufferedReader out = process.inputReader()) {
      assertThat(out.readLine()).isEqualTo("begin 0");
      process.toHandle().destroy(); // Process.destroy would close its streams.
      assertThat(process.waitFor()).isEqualTo(143);
      return out.lines().toList();
    }
  }

  /** One long piece that rests each second and a half until it is ended. */
  static final class LongPiece {
    private LongPiece() {}

    public static void main(String[] arguments) {
      try (UnbrokenWork work = new UnbrokenWork(() -> System.out.println("how to go on"))) {
        work.run(
            () -> {
              for (int part = 0; part < 100; part++) {
                Pieces.sleep(part);
                work.rest();
              }
              return true;
            });
      }
    }
  }

  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void aLongPieceEndsWhereItRestsAndTheEndHasTheLastWord()
      throws IOException, InterruptedException {
    assertThat(outputOfEnded(LongPiece.class)).containsExactly("end 0", "how to go on");
  }

  @Test
  void restingOutsideOfWorkDoesNothing() {
    try (UnbrokenWork work = new UnbrokenWork()) {
      work.rest();
      assertThat(work.<Integer>run(() -> work.run(() -> 5))).isEqualTo(5);
    }
  }

  @Test
  void givesBackWhatThePieceGives() {
    try (UnbrokenWork work = new UnbrokenWork()) {
      assertThat(work.run(() -> 7)).isEqualTo(7);
    }
  }
}
