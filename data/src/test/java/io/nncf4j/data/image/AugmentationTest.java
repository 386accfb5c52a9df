package io.nncf4j.data.image;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AugmentationTest {
  @Test
  void shiftsIntoBlackAndMirrors() {
    int[] levels = {1, 2, 3, 4, 5, 6};
    assertThat(Augmentation.apply(new Augmentation.Change(1, 0, false), levels, 3, 2, 1))
        .containsExactly(0, 1, 2, 0, 4, 5);
    assertThat(Augmentation.apply(new Augmentation.Change(0, -1, false), levels, 3, 2, 1))
        .containsExactly(4, 5, 6, 0, 0, 0);
    assertThat(Augmentation.apply(new Augmentation.Change(0, 0, true), levels, 3, 2, 1))
        .containsExactly(3, 2, 1, 6, 5, 4);
    assertThat(Augmentation.apply(new Augmentation.Change(0, 0, true), levels, 1, 2, 3))
        .containsExactly(levels);
  }

  @Test
  void dependsOnSeedEpochAndIndexAlone() {
    Augmentation augmentation = new Augmentation(4, true, 7);
    int[] shifts = new int[9];
    int mirrored = 0;
    int repeated = 0;
    for (int index = 0; index < 900; index++) {
      var change = augmentation.epoch(2).of(index);
      assertThat(change).isEqualTo(new Augmentation(4, true, 7).epoch(2).of(index));
      shifts[change.right() + 4]++;
      mirrored += change.mirrored() ? 1 : 0;
      repeated += change.equals(augmentation.epoch(3).of(index)) ? 1 : 0;
    }
    for (int count : shifts) {
      assertThat(count).isBetween(60, 140);
    }
    assertThat(mirrored).isBetween(380, 520);
    assertThat(repeated).isLessThan(30);
  }

  @Test
  void nothingAskedNothingChanged() {
    var change = new Augmentation(0, false, 1).epoch(0).of(5);
    assertThat(change).isEqualTo(new Augmentation.Change(0, 0, false));
    int[] levels = {1, 2};
    assertThat(Augmentation.apply(change, levels, 2, 1, 1)).isSameAs(levels);
  }
}
