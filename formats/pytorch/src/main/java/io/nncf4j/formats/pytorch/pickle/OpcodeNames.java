package io.nncf4j.formats.pytorch.pickle;

/** Names of the opcodes that are refused, for messages. */
final class OpcodeNames {
  private OpcodeNames() {}

  static String of(int opcode) {
    return switch (opcode) {
      case 'i' -> "INST";
      case 'o' -> "OBJ";
      case 0x82 -> "EXT1";
      case 0x83 -> "EXT2";
      case 0x84 -> "EXT4";
      case 0x8e -> "BINBYTES8";
      case 0x91 -> "FROZENSET";
      case 0x92 -> "NEWOBJ_EX";
      case 0x96 -> "BYTEARRAY8";
      case 0x97 -> "NEXT_BUFFER";
      case 0x98 -> "READONLY_BUFFER";
      default -> String.format("0x%02x", opcode);
    };
  }
}
