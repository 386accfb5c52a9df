package io.nncf4j.formats.pytorch.aten;

import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.formats.pytorch.aten.AtenValue.Length;
import io.nncf4j.formats.pytorch.aten.AtenValue.Whole;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Shapes, the order of axes, joining, and what changes nothing. */
final class ShapeRules {
  private ShapeRules() {}

  static void addTo(Map<String, AtenRule> rules) {
    for (String name :
        new String[] {
          "contiguous", "clone", "detach", "alias", "lift_fresh_copy", "lift_fresh", "_assert_async"
        }) {
      rules.put(name, AtenRule.of("self memory_format", ShapeRules::same));
    }
    for (String name : new String[] {"dropout", "feature_dropout", "alpha_dropout"}) {
      rules.put(name, AtenRule.of("input p train", ShapeRules::drop));
    }
    rules.put("to.dtype", AtenRule.of("self dtype non_blocking copy", ShapeRules::convert));
    rules.put("to.device", AtenRule.of("self device dtype non_blocking copy", ShapeRules::convert));
    rules.put("to", AtenRule.of("self dtype non_blocking copy memory_format", ShapeRules::convert));
    rules.put("_to_copy", AtenRule.of("self dtype layout device pin_memory", ShapeRules::convert));
    rules.put(
        "type_as",
        AtenRule.of(
            "self other",
            call ->
                call.result(call.cast(call.tensor("self"), call.dataType(call.tensor("other"))))));
    rules.put(
        "float",
        AtenRule.of("self", call -> call.result(call.cast(call.tensor("self"), DataType.FLOAT32))));
    rules.put("view", AtenRule.of("self size", call -> reshape(call, call.many("size"))));
    rules.put("_unsafe_view", rules.get("view"));
    rules.put("reshape", AtenRule.of("self shape", call -> reshape(call, call.many("shape"))));
    rules.put("flatten", AtenRule.of("self start_dim end_dim", ShapeRules::flatten));
    rules.put("unflatten", AtenRule.of("self dim sizes", ShapeRules::unflatten));
    rules.put("permute", AtenRule.of("self dims", call -> transpose(call, call.wholes("dims"))));
    rules.put("transpose", AtenRule.of("self dim0 dim1", ShapeRules::swap));
    rules.put("t", AtenRule.of("self", ShapeRules::turn));
    AtenRule squeeze = AtenRule.of("self dim", ShapeRules::squeeze);
    rules.put("squeeze", squeeze);
    rules.put("unsqueeze", AtenRule.of("self dim", ShapeRules::unsqueeze));
    rules.put("expand", AtenRule.of("self size implicit", ShapeRules::expand));
    rules.put(
        "expand_as",
        AtenRule.of(
            "self other",
            call ->
                call.finish(
                    "Expand", call.tensor("self"), call.emit("Shape", call.tensor("other")))));
    rules.put("repeat", AtenRule.of("self repeats", ShapeRules::repeat));
    rules.put("cat", AtenRule.of("tensors dim", ShapeRules::join));
    rules.put("concat", rules.get("cat"));
    rules.put("stack", AtenRule.of("tensors dim", ShapeRules::stack));
    rules.put("pad", AtenRule.of("self pad mode value", ShapeRules::pad));
    rules.put("constant_pad_nd", AtenRule.of("self pad value", ShapeRules::pad));
    rules.put(
        "reflection_pad2d",
        AtenRule.of("self padding", call -> pad(call, "padding", "reflect", 0)));
    rules.put(
        "replication_pad2d", AtenRule.of("self padding", call -> pad(call, "padding", "edge", 0)));
    rules.put(
        "pixel_shuffle",
        AtenRule.of(
            "self upscale_factor",
            call ->
                call.finish(
                    "DepthToSpace",
                    Attributes.NONE
                        .with("blocksize", call.whole("upscale_factor", 1))
                        .with("mode", "CRD"),
                    call.tensor("self"))));
    rules.put("channel_shuffle", AtenRule.of("self groups", ShapeRules::shuffle));
    AtenRule size = AtenRule.of("self dim", ShapeRules::size);
    rules.put("sym_size", size);
    rules.put("size", size);
    rules.put(
        "dim", AtenRule.of("self", call -> call.result(new Whole(call.rank(call.tensor("self"))))));
  }

  private static void same(AtenCall call) {
    call.result(call.tensor("self"));
  }

  private static void drop(AtenCall call) {
    call.refuseTraining("train");
    call.result(call.tensor("input"));
  }

  private static void convert(AtenCall call) {
    DataType wanted = call.dataTypeArgument("dtype");
    String self = call.tensor("self");
    call.result(wanted == null ? self : call.cast(self, wanted));
  }

  private static void reshape(AtenCall call, List<AtenValue> sizes) {
    String target = call.target(sizes);
    boolean empty = sizes.stream().anyMatch(item -> item instanceof Whole w && w.value() == 0);
    Attributes attributes = empty ? Attributes.NONE.with("allowzero", 1L) : Attributes.NONE;
    call.finish("Reshape", attributes, call.tensor("self"), target);
  }

  private static void flatten(AtenCall call) {
    String self = call.tensor("self");
    long start = call.whole("start_dim", 0);
    long end = call.whole("end_dim", -1);
    Shape shape = call.type(self).shape();
    boolean toTheEnd = end == -1 || (shape != null && end == shape.rank() - 1);
    if (start == 1 && toTheEnd && (shape == null || shape.rank() > 1)) {
      call.finish("Flatten", Attributes.NONE.with("axis", 1L), self);
      return;
    }
    int rank = call.rank(self);
    int first = AtenCall.axis(start, rank);
    int last = AtenCall.axis(end, rank);
    if (rank == 0) {
      call.finish("Reshape", self, call.ints(1));
      return;
    }
    List<AtenValue> sizes = new ArrayList<>();
    for (int axis = 0; axis < first; axis++) {
      sizes.add(new Whole(0));
    }
    sizes.add(new Whole(-1));
    for (int axis = last + 1; axis < rank; axis++) {
      sizes.add(call.lengthOf(self, axis));
    }
    call.finish("Reshape", self, call.sizes(sizes));
  }

  private static void unflatten(AtenCall call) {
    String self = call.tensor("self");
    int rank = call.rank(self);
    int axis = call.axis("dim", 0, self);
    List<AtenValue> sizes = new ArrayList<>();
    for (int before = 0; before < axis; before++) {
      sizes.add(new Whole(0));
    }
    sizes.addAll(call.many("sizes"));
    for (int after = axis + 1; after < rank; after++) {
      sizes.add(call.lengthOf(self, after));
    }
    call.finish("Reshape", self, call.sizes(sizes));
  }

  private static void transpose(AtenCall call, long[] axes) {
    long[] counted = axes.clone();
    for (int index = 0; index < counted.length; index++) {
      counted[index] = AtenCall.axis(axes[index], axes.length);
    }
    call.finish("Transpose", Attributes.NONE.with("perm", counted), call.tensor("self"));
  }

  private static void swap(AtenCall call) {
    String self = call.tensor("self");
    long[] axes = new long[call.rank(self)];
    Arrays.setAll(axes, index -> index);
    int first = call.axis("dim0", 0, self);
    int second = call.axis("dim1", 1, self);
    if (axes.length > 0) {
      axes[first] = second;
      axes[second] = first;
    }
    transpose(call, axes);
  }

  private static void turn(AtenCall call) {
    if (call.rank(call.tensor("self")) < 2) {
      call.result(call.tensor("self"));
    } else {
      transpose(call, new long[] {1, 0});
    }
  }

  private static void squeeze(AtenCall call) {
    String self = call.tensor("self");
    int rank = call.rank(self);
    TreeSet<Long> axes = new TreeSet<>();
    if (call.has("dim")) {
      for (long axis : call.wholes("dim")) {
        axes.add((long) AtenCall.axis(axis, rank));
      }
    } else {
      for (long axis = 0; axis < rank; axis++) {
        axes.add(axis);
      }
    }
    axes.removeIf(axis -> call.length(self, axis.intValue()) != 1);
    if (axes.isEmpty()) {
      call.result(self);
    } else {
      call.finish("Squeeze", self, call.ints(axes.stream().mapToLong(Long::longValue).toArray()));
    }
  }

  private static void unsqueeze(AtenCall call) {
    String self = call.tensor("self");
    long axis = call.whole("dim", 0);
    call.finish(
        "Unsqueeze", self, call.ints(axis < 0 ? AtenCall.axis(axis, call.rank(self) + 1) : axis));
  }

  private static void expand(AtenCall call) {
    List<AtenValue> sizes =
        call.many("size").stream()
            .map(item -> item instanceof Whole whole && whole.value() == -1 ? new Whole(1) : item)
            .toList();
    String self = call.tensor("self");
    Shape shape = call.type(self).shape();
    if (shape != null && shape.rank() == sizes.size()) {
      boolean same = true;
      for (int axis = 0; axis < shape.rank(); axis++) {
        same &=
            sizes.get(axis) instanceof Whole whole
                && (whole.value() == 1 || whole.value() == call.length(self, axis));
      }
      if (same) {
        call.result(self);
        return;
      }
    }
    call.finish("Expand", self, call.sizes(sizes));
  }

  private static void repeat(AtenCall call) {
    String self = call.tensor("self");
    List<AtenValue> repeats = call.many("repeats");
    int more = repeats.size() - call.rank(self);
    if (more > 0) {
      long[] axes = new long[more];
      Arrays.setAll(axes, index -> index);
      self = call.emit("Unsqueeze", self, call.ints(axes));
    }
    call.finish("Tile", self, call.sizes(repeats));
  }

  private static void join(AtenCall call) {
    List<String> tensors = call.tensors("tensors");
    long axis = call.whole("dim", 0);
    call.finish("Concat", Attributes.NONE.with("axis", axis), tensors);
  }

  private static void stack(AtenCall call) {
    List<String> tensors = call.tensors("tensors");
    if (tensors.isEmpty()) {
      throw new InexpressibleCallException("it stacks nothing");
    }
    long axis = AtenCall.axis(call.whole("dim", 0), call.rank(tensors.get(0)) + 1);
    List<String> wider = new ArrayList<>();
    for (String tensor : tensors) {
      wider.add(call.emit("Unsqueeze", tensor, call.ints(axis)));
    }
    call.finish("Concat", Attributes.NONE.with("axis", axis), wider);
  }

  private static void pad(AtenCall call) {
    String mode = call.text("mode", "constant");
    String named =
        switch (mode) {
          case "constant", "reflect" -> mode;
          case "replicate" -> "edge";
          case "circular" -> "wrap";
          default -> throw new InexpressibleCallException("its mode is " + mode);
        };
    pad(call, "pad", named, call.real("value", 0));
  }

  /** PyTorch gives begin and end of the last axis first. */
  private static void pad(AtenCall call, String parameter, String mode, double value) {
    String self = call.tensor("self");
    long[] given = call.wholes(parameter);
    int rank = call.rank(self);
    if (given.length % 2 != 0 || given.length > 2 * rank) {
      throw call.unexpected(parameter, "two numbers for each axis");
    }
    long[] pads = new long[2 * rank];
    for (int index = 0; index < given.length / 2; index++) {
      pads[rank - 1 - index] = given[2 * index];
      pads[2 * rank - 1 - index] = given[2 * index + 1];
    }
    Attributes attributes = Attributes.NONE.with("mode", mode);
    if (value != 0) {
      call.finish(
          "Pad", attributes, self, call.ints(pads), call.scalar(call.dataType(self), value));
    } else {
      call.finish("Pad", attributes, self, call.ints(pads));
    }
  }

  private static void shuffle(AtenCall call) {
    String self = call.tensor("self");
    long groups = call.whole("groups", 1);
    long channels = call.length(self, 1);
    if (groups < 1 || channels < 1 || channels % groups != 0 || call.rank(self) != 4) {
      throw new InexpressibleCallException("its channels are not known");
    }
    List<AtenValue> apart =
        List.of(
            new Whole(0),
            new Whole(groups),
            new Whole(channels / groups),
            call.lengthOf(self, 2),
            call.lengthOf(self, 3));
    List<AtenValue> joined =
        List.of(new Whole(0), new Whole(channels), call.lengthOf(self, 2), call.lengthOf(self, 3));
    String parts = call.emit("Reshape", self, call.sizes(apart));
    String turned = call.emit("Transpose", Attributes.NONE.with("perm", 0L, 2L, 1L, 3L, 4L), parts);
    call.finish("Reshape", turned, call.sizes(joined));
  }

  private static void size(AtenCall call) {
    String self = call.tensor("self");
    if (call.has("dim")) {
      call.result(call.lengthOf(self, call.axis("dim", 0, self)));
      return;
    }
    List<AtenValue> all = new ArrayList<>(Collections.nCopies(call.rank(self), new Whole(0)));
    for (int axis = 0; axis < all.size(); axis++) {
      all.set(axis, call.lengthOf(self, axis));
    }
    call.result(new AtenValue.Many(all));
  }

  /** A length as a scalar tensor. */
  static String asTensor(AtenCall call, AtenValue value) {
    return value instanceof Length length
        ? length.value()
        : call.constant(Tensor.scalar(((Whole) value).value()));
  }
}
