package io.nncf4j.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
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
    Process process =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-cp",
                System.getProperty("java.class.path"),
                Pieces.class.getName())
            .start();
    try (BufferedReader out = process.inputReader()) {
      assertThat(out.readLine()).isEqualTo("begin 0");
      process.toHandle().destroy(); // Process.destroy would close its streams.
      assertThat(process.waitFor()).isEqualTo(143);
      assertThat(out.lines()).containsExactly("end 0");
    }
  }

  @Test
  void givesBackWhatThePieceGives() {
    try (UnbrokenWork work = new UnbrokenWork()) {
      assertThat(work.run(() -> 7)).isEqualTo(7);
    }
  }
}
