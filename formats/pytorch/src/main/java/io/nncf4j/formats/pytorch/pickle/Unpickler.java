package io.nncf4j.formats.pytorch.pickle;

import io.nncf4j.core.InputException;
import io.nncf4j.formats.pytorch.pickle.PickleValue.Dictionary;
import io.nncf4j.formats.pytorch.pickle.PickleValue.Made;
import io.nncf4j.formats.pytorch.pickle.PickleValue.Name;
import io.nncf4j.formats.pytorch.pickle.PickleValue.Outside;
import io.nncf4j.formats.pytorch.pickle.PickleValue.Sequence;
import io.nncf4j.formats.pytorch.pickle.PickleValue.Text;
import io.nncf4j.formats.pytorch.pickle.PickleValue.Whole;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The stack machine of pickles, protocols 0 to 5, without the ability to call anything. One pass
 * over the bytes; memory is bounded by their number.
 *
 * <p>Source: the opcode table in Python's {@code pickletools}.
 */
public final class Unpickler {
  private final PickleBytes bytes;
  private final List<PickleValue> stack = new ArrayList<>();
  private final Deque<Integer> marks = new ArrayDeque<>();
  private final Map<Integer, PickleValue> memo = new HashMap<>();

  private Unpickler(ByteBuffer data) {
    bytes = new PickleBytes(data);
  }

  /**
   * Reads one pickle from the position of {@code data} and leaves the position behind it.
   *
   * @throws InputException when it is damaged, or names an opcode, function or class that is
   *     forbidden
   */
  public static PickleValue read(ByteBuffer data) {
    Unpickler machine = new Unpickler(data);
    return machine.run();
  }

  private PickleValue run() {
    while (true) {
      int opcode = bytes.unsignedByte();
      if (opcode == '.') {
        return pop();
      }
      if (!literal(opcode) && !container(opcode)) {
        other(opcode);
      }
    }
  }

  private boolean literal(int opcode) {
    switch (opcode) {
      case 'N' -> push(new PickleValue.None());
      case 0x88 -> push(new PickleValue.Flag(true));
      case 0x89 -> push(new PickleValue.Flag(false));
      case 'J' -> push(new Whole(bytes.integer()));
      case 'K' -> push(new Whole(bytes.unsignedByte()));
      case 'M' -> push(new Whole(bytes.unsignedShort()));
      case 0x8a -> push(bytes.longNumber(bytes.unsignedByte()));
      case 0x8b -> push(bytes.longNumber(bytes.length(bytes.integer())));
      case 'I' -> push(bytes.integerLine());
      case 'L' -> push(bytes.integerLine());
      case 'F' -> push(bytes.realLine());
      case 'G' -> push(new PickleValue.Real(bytes.real()));
      case 'X', 'T' -> push(new Text(bytes.text(bytes.length(bytes.integer()))));
      case 0x8c, 'U' -> push(new Text(bytes.text(bytes.unsignedByte())));
      case 0x8d -> push(new Text(bytes.text(bytes.length(bytes.longInteger()))));
      case 'V', 'S' -> push(new Text(bytes.line()));
      case 'B' -> push(bytes.skipped(bytes.length(bytes.integer())));
      case 'C' -> push(bytes.skipped(bytes.unsignedByte()));
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean container(int opcode) {
    switch (opcode) {
      case '}' -> push(new Dictionary());
      case 'd' -> {
        List<PickleValue> items = popToMark();
        Dictionary made = new Dictionary();
        addPairs(made, items);
        push(made);
      }
      case 's' -> {
        PickleValue value = pop();
        PickleValue key = pop();
        dictionary().entries().add(new Dictionary.Entry(key, value));
      }
      case 'u' -> {
        List<PickleValue> items = popToMark();
        addPairs(dictionary(), items);
      }
      case ']', ')', 0x8f -> push(new Sequence());
      case 'l', 't' -> push(sequence(popToMark()));
      case 'a' -> {
        PickleValue item = pop();
        top(Sequence.class).items().add(item);
      }
      case 'e', 0x90 -> {
        List<PickleValue> items = popToMark();
        top(Sequence.class).items().addAll(items);
      }
      case 0x85 -> push(sequence(popped(1)));
      case 0x86 -> push(sequence(popped(2)));
      case 0x87 -> push(sequence(popped(3)));
      default -> {
        return false;
      }
    }
    return true;
  }

  private void other(int opcode) {
    switch (opcode) {
      case 0x80 -> bytes.unsignedByte();
      case 0x95 -> bytes.longInteger();
      case '(' -> marks.push(stack.size());
      case '0' -> pop();
      case '1' -> popToMark();
      case '2' -> push(top(PickleValue.class));
      case 'c' -> {
        String module = bytes.line();
        push(name(module, bytes.line()));
      }
      case 0x93 -> {
        PickleValue name = pop();
        PickleValue module = pop();
        if (!(name instanceof Text nameText) || !(module instanceof Text moduleText)) {
          throw bytes.damaged("the name of a function or class is no text");
        }
        push(name(moduleText.value(), nameText.value()));
      }
      case 'R', 0x81 -> call();
      case 'b' -> build();
      case 'p' -> remember((int) bytes.lineNumber());
      case 'q' -> remember(bytes.unsignedByte());
      case 'r' -> remember(bytes.integer());
      case 0x94 -> remember(memo.size());
      case 'g' -> push(remembered((int) bytes.lineNumber()));
      case 'h' -> push(remembered(bytes.unsignedByte()));
      case 'j' -> push(remembered(bytes.integer()));
      case 'Q' -> push(new Outside(pop()));
      case 'P' -> push(new Outside(new Text(bytes.line())));
      default ->
          throw new InputException(
              "The pickle uses the opcode "
                  + OpcodeNames.of(opcode)
                  + " (byte "
                  + bytes.position()
                  + "), which weights do not need and which is refused");
    }
  }

  private Name name(String module, String name) {
    if (!AllowedNames.contains(module, name)) {
      throw new InputException(
          "The pickle names "
              + module
              + "."
              + name
              + ", which is refused: only tensors and plain containers are read. Where a whole"
              + " module was saved, save its state_dict() or export it with torch.export");
    }
    return new Name(module, name);
  }

  private void call() {
    PickleValue given = pop();
    PickleValue callee = pop();
    if (!(callee instanceof Name name) || !(given instanceof Sequence arguments)) {
      throw bytes.damaged("a call of " + callee + " with " + given);
    }
    if (name.name().equals("OrderedDict") || name.name().equals("defaultdict")) {
      Dictionary made = new Dictionary();
      if (!arguments.items().isEmpty() && arguments.items().get(0) instanceof Sequence pairs) {
        for (PickleValue pair : pairs.items()) {
          if (pair instanceof Sequence two && two.items().size() == 2) {
            made.entries().add(new Dictionary.Entry(two.items().get(0), two.items().get(1)));
          }
        }
      }
      push(made);
      return;
    }
    push(new Made(name, arguments));
  }

  private void build() {
    PickleValue state = pop();
    // Attributes of a dictionary, such as the version numbers of modules, are not needed.
    if (top(PickleValue.class) instanceof Made made) {
      made.setState(state);
    }
  }

  private void addPairs(Dictionary target, List<PickleValue> items) {
    if (items.size() % 2 != 0) {
      throw bytes.damaged("a key without a value");
    }
    for (int index = 0; index < items.size(); index += 2) {
      target.entries().add(new Dictionary.Entry(items.get(index), items.get(index + 1)));
    }
  }

  private Dictionary dictionary() {
    return top(Dictionary.class);
  }

  private static Sequence sequence(List<PickleValue> items) {
    Sequence made = new Sequence();
    made.items().addAll(items);
    return made;
  }

  private void push(PickleValue value) {
    stack.add(value);
  }

  private PickleValue pop() {
    int floor = marks.isEmpty() ? 0 : marks.peek();
    if (stack.size() <= floor) {
      throw bytes.damaged("it takes more values than there are");
    }
    return stack.remove(stack.size() - 1);
  }

  private List<PickleValue> popped(int count) {
    List<PickleValue> values = new ArrayList<>();
    for (int index = 0; index < count; index++) {
      values.add(0, pop());
    }
    return values;
  }

  private List<PickleValue> popToMark() {
    if (marks.isEmpty()) {
      throw bytes.damaged("a mark is missing");
    }
    List<PickleValue> above = stack.subList(marks.pop(), stack.size());
    List<PickleValue> values = new ArrayList<>(above);
    above.clear();
    return values;
  }

  private <T extends PickleValue> T top(Class<T> kind) {
    PickleValue value = stack.isEmpty() ? null : stack.get(stack.size() - 1);
    if (!kind.isInstance(value)) {
      throw bytes.damaged("it wants " + kind.getSimpleName() + " where " + value + " stands");
    }
    return kind.cast(value);
  }

  private void remember(int key) {
    memo.put(key, top(PickleValue.class));
  }

  private PickleValue remembered(int key) {
    @Nullable PickleValue value = memo.get(key);
    if (value == null) {
      throw bytes.damaged("it refers to value " + key + ", which was not remembered");
    }
    return value;
  }
}
