package io.nncf4j.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.Test;

class FiguresTest {
  @Test
  void bytesHaveThreeDigits() {
    assertThat(Figures.bytes(0)).isEqualTo("0 B");
    assertThat(Figures.bytes(999)).isEqualTo("999 B");
    assertThat(Figures.bytes(1_000)).isEqualTo("1.00 kB");
    assertThat(Figures.bytes(999_950)).isEqualTo("1.00 MB");
    assertThat(Figures.bytes(13_964_571)).isEqualTo("14.0 MB");
    assertThat(Figures.bytes(2_500_000_000_000L)).isEqualTo("2.50 TB");
  }

  @Test
  void ratiosSayWhichWay() {
    assertThat(Figures.ratio(2, "faster", "slower")).isEqualTo("2.00x faster");
    assertThat(Figures.ratio(0.5, "faster", "slower")).isEqualTo("2.00x slower");
    assertThat(Figures.ratio(1.001, "faster", "slower")).isEqualTo("the same");
    assertThat(Figures.ratio(Double.NaN, "faster", "slower")).isEmpty();
  }

  @Test
  void numbersDoNotFollowTheLocale() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.GERMANY);
      assertThat(Figures.number(1234.2)).isEqualTo("1234");
      assertThat(Figures.number(0.0012)).isEqualTo("0.001200");
      assertThat(Figures.number(1.5e-7)).isEqualTo("1.500e-07");
      assertThat(Figures.tick(30)).isEqualTo("30");
      assertThat(Figures.tick(0.25)).isEqualTo("0.25");
      assertThat(Figures.seconds(0.042)).isEqualTo("42 ms");
      assertThat(Figures.points(-0.4)).isEqualTo("-0.40 points");
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void longNamesKeepBothEnds() {
    assertThat(Figures.shortened("features.1.conv.0.0/Conv", 11)).isEqualTo("featu…/Conv");
    assertThat(Figures.shortened("short", 11)).isEqualTo("short");
  }
}
