package io.rowledger.api.format;

import io.rowledger.api.problem.ProblemException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Reads one file and says how that went, in a JVM of its own. */
final class SmallReader {

  private SmallReader() {}

  public static void main(String[] arguments) {
    PrintStream out =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    Path file = Path.of(arguments[0]);
    try (RowSource source =
        RowSources.open(
            file, file.getFileName().toString(), FormatOptions.NONE, Budgets.byDefault())) {
      while (source.next() != null) {
        // Only the count matters.
      }
      out.println("READ " + source.interpretation().rows() + " rows");
    } catch (ProblemException refused) {
      out.println(refused.problem() + " " + refused.getMessage());
    }
  }
}
