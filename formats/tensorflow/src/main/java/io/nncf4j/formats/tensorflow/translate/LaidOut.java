package io.nncf4j.formats.tensorflow.translate;

/** A value of the graph and how it stands there. */
record LaidOut(String value, Layout layout) {
  static LaidOut plain(String value) {
    return new LaidOut(value, Layout.PLAIN);
  }

  static LaidOut channelsFirst(String value) {
    return new LaidOut(value, Layout.CHANNELS_FIRST);
  }

  boolean isPlain() {
    return layout instanceof Layout.Plain;
  }

  boolean isChannelsFirst() {
    return layout instanceof Layout.ChannelsFirst;
  }
}
