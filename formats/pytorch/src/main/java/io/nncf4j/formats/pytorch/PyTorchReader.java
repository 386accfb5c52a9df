package io.nncf4j.formats.pytorch;

import io.nncf4j.core.InputException;
import io.nncf4j.core.format.ModelReader;
import io.nncf4j.core.graph.Model;
import io.nncf4j.formats.pytorch.archive.TorchFile;
import io.nncf4j.formats.pytorch.archive.ZipContents;
import io.nncf4j.formats.pytorch.export.ExportedProgram;
import io.nncf4j.formats.pytorch.script.ScriptArchive;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reads exported programs ({@code .pt2}, schema 8) and TorchScript archives ({@code .pt}). A file
 * of weights alone is recognised and refused with what to do: see {@link StateDictionary} and
 * {@link WeightsByName}.
 */
public final class PyTorchReader implements ModelReader {
  @Override
  public String format() {
    return "pytorch";
  }

  @Override
  public boolean accepts(Path file) {
    if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
      return false;
    }
    try {
      ByteBuffer data = TorchFile.map(file);
      if (!ZipContents.accepts(data)) {
        return TorchFile.accepts(data);
      }
      ZipContents archive = ZipContents.of(data);
      return ExportedProgram.accepts(archive) || archive.has("data.pkl");
    } catch (InputException e) {
      // A damaged archive is ours when its name says so.
      return file.toString().matches("(?i).*\\.(pt2|pt|pth|th)");
    }
  }

  @Override
  public Model read(Path file) {
    try {
      ByteBuffer data = TorchFile.map(file);
      if (ZipContents.accepts(data)) {
        ZipContents archive = ZipContents.of(data);
        if (ExportedProgram.accepts(archive)) {
          return ExportedProgram.read(archive);
        }
        if (ScriptArchive.accepts(archive)) {
          return ScriptArchive.read(archive);
        }
      }
      int count = StateDictionary.of(data).tensors().size();
      throw new InputException(
          "it holds "
              + count
              + " tensors by name and no graph; give the graph as the model and this file as"
              + " its weights, to any verb: nncf convert GRAPH.onnx --weights "
              + file.getFileName()
              + " -o OUT.onnx");
    } catch (InputException e) {
      throw new InputException(file + ": " + e.getMessage(), e);
    }
  }
}
