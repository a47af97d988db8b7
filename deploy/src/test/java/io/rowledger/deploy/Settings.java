package io.rowledger.deploy;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.AssignmentTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/**
 * The settings of one {@code @ConfigMapping} of the services, read from its source: the compiler
 * knows where Javadoc belongs, classes do not have it any more.
 *
 * @param prefix of all their names
 * @param readers which service reads them
 * @param about the Javadoc of the interface
 */
record Settings(String prefix, String readers, String about, List<Setting> all) {

  private static final List<String> MODULES = List.of("core", "api-service", "import-worker");
  private static final String PROPERTIES = "/src/main/resources/application.properties";

  /** Of every mapping, by prefix. */
  static Map<String, Settings> ofAllServices() {
    Map<String, Settings> found = new TreeMap<>();
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      for (String module : MODULES) {
        List<Path> sources =
            Repository.files(module + "/src/main/java").stream()
                .filter(file -> Repository.read(file).contains("@ConfigMapping("))
                .toList();
        JavacTask task =
            (JavacTask)
                compiler.getTask(
                    null,
                    files,
                    null,
                    List.of("-proc:none"),
                    null,
                    files.getJavaFileObjectsFromPaths(sources));
        for (CompilationUnitTree unit : task.parse()) {
          Settings settings = new Reader(DocTrees.instance(task), unit, module).read();
          found.put(settings.prefix(), settings);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return found;
  }

  /** Their table in the manual. */
  String asTable() {
    StringBuilder table = new StringBuilder();
    table.append(about).append(" Read by ").append(readers).append(".\n\n").append(Setting.HEAD);
    all.forEach(setting -> table.append(setting.line()));
    return table.toString();
  }

  /** One source file. */
  private record Reader(DocTrees docs, CompilationUnitTree unit, String module) {

    private static final Pattern ONLY =
        Pattern.compile(" ?Only (workers|the api-service) reads?[^.]*\\.");

    Settings read() {
      ClassTree mapping = (ClassTree) unit.getTypeDecls().get(0);
      TreePath path = TreePath.getPath(unit, mapping);
      String prefix = argument(mapping.getModifiers(), "ConfigMapping").orElseThrow();
      String about = javadoc(path);
      List<Setting> all = new ArrayList<>();
      collect(prefix, path, all);
      Matcher only = ONLY.matcher(about);
      String readers =
          switch (module) {
            case "api-service" -> "the api-service";
            case "import-worker" -> "workers";
            default -> only.find() ? only.group(1) : "both services";
          };
      return new Settings(prefix, readers, ONLY.matcher(about).replaceAll(""), all);
    }

    private void collect(String prefix, TreePath of, List<Setting> into) {
      ClassTree type = (ClassTree) of.getLeaf();
      for (Tree member : type.getMembers()) {
        if (!(member instanceof MethodTree method)
            || method.getModifiers().getFlags().contains(Modifier.DEFAULT)) {
          continue;
        }
        String name = prefix + "." + dashed(method.getName().toString());
        String returns = method.getReturnType().toString();
        Optional<TreePath> group = nested(of, returns);
        if (group.isPresent()) {
          collect(name, group.get(), into);
          continue;
        }
        Matcher optional = Pattern.compile("Optional<(.*)>").matcher(returns);
        boolean isOptional = optional.matches();
        Optional<String> fallback =
            argument(method.getModifiers(), "WithDefault").or(() -> property(name));
        into.add(
            new Setting(
                name,
                isOptional ? optional.group(1) : returns,
                fallback,
                !isOptional && fallback.isEmpty(),
                javadoc(new TreePath(of, method))));
      }
    }

    private static Optional<TreePath> nested(TreePath of, String name) {
      for (Tree member : ((ClassTree) of.getLeaf()).getMembers()) {
        if (member instanceof ClassTree type && type.getSimpleName().contentEquals(name)) {
          return Optional.of(new TreePath(of, type));
        }
      }
      return Optional.empty();
    }

    private Optional<String> property(String name) {
      return module.equals("core")
          ? Optional.empty()
          : Repository.read(module + PROPERTIES)
              .lines()
              .filter(line -> line.startsWith(name + "="))
              .map(line -> line.substring(name.length() + 1))
              .findFirst();
    }

    private static Optional<String> argument(ModifiersTree modifiers, String annotation) {
      for (AnnotationTree found : modifiers.getAnnotations()) {
        if (found.getAnnotationType().toString().equals(annotation)) {
          ExpressionTree argument = found.getArguments().get(0);
          ExpressionTree value =
              argument instanceof AssignmentTree named ? named.getExpression() : argument;
          return Optional.of(((LiteralTree) value).getValue().toString());
        }
      }
      return Optional.empty();
    }

    /** As one line of Markdown, up to a list. */
    private String javadoc(TreePath path) {
      @Nullable String comment = docs.getDocComment(path);
      if (comment == null) {
        throw new IllegalStateException("no Javadoc at " + path.getLeaf());
      }
      return comment
          .replaceAll("(?s)<ul>.*", "")
          .strip()
          .replaceAll("\\s+", " ")
          .replaceAll("\\{@(?:code|link) ((?:[^{}]|\\{[^}]*})*)}", "`$1`")
          .replace("|", "\\|");
    }

    private static String dashed(String name) {
      return name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }
  }
}
