package io.nncf4j.formats.tensorflow.translate;

import java.util.List;

/** A value of the graph and how it stands there. */
record LaidOut(String value, Layout layout) {
  static LaidOut plain(String value) {
    return new LaidOut(value, Layout.PLAIN);
  }

  static LaidOut channelsFirst(String value) {
    return new LaidOut(value, Layout.CHANNELS_FIRST);
  }

  boolean isArray() {
    return layout instanceof Layout.Array;
  }

  /** The values of the graph that it is made of. */
  List<String> values() {
    return layout instanceof Layout.Array array ? array.content().values() : List.of(value);
  }

  boolean isPlain() {
    return layout instanceof Layout.Plain;
  }

  boolean isChannelsFirst() {
    return layout instanceof Layout.ChannelsFirst;
  }
}
