package io.rowledger.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The file system of an image, put together from its Dockerfile without a container engine, and
 * processes in it. In place of the base image stand a JDK of this machine and the few files of the
 * system that it needs. An instruction that is not known here is an error, not left out.
 */
final class ImageFiles {
  private static final Path CONTEXT = Path.of(System.getProperty("rowledger.root")).normalize();
  private static final String JAVA_HOME = "/opt/java/openjdk";

  /** A volume, as in compose: what is in {@code /tmp} is too little for uploads. */
  static final String SPOOL = "/var/spool/rowledger";

  private static final Pattern VARIABLE = Pattern.compile("\\$\\{(\\w+)}");
  private static final Pattern PAIR = Pattern.compile("(\\w+)=(?:\"([^\"]*)\"|(\\S+))");

  /** What an engine does: mounts, then a new root, then another user, then the process. */
  private static final String ENTER =
      """
      root=$1; jdk=$2; root_is=$3; user=$4; group=$5; directory=$6; shift 6
      mount --bind "$root" "$root"
      mount --bind "$jdk" "$root%1$s"
      mount -o remount,bind,ro "$root%1$s"
      mount --rbind /proc "$root/proc"
      mount --rbind /dev "$root/dev"
      mount -t tmpfs -o mode=1777,size=256m tmpfs "$root/tmp"
      mount -t tmpfs -o mode=1777,size=1536m tmpfs "$root/var/spool/rowledger"
      if [ "$root_is" = ro ]; then mount -o remount,bind,ro "$root"; fi
      unshare=$(command -v unshare)
      PATH="$IMAGE_PATH" exec "$unshare" --root="$root" --wd="$directory" --setgid="$group" --setuid="$user" "$@"
      """
          .formatted(JAVA_HOME);

  private final Path jdk;
  private final Path work;
  private final List<String> visible;
  private final Map<String, String> arguments = new HashMap<>();
  private final Map<String, Stage> stages = new HashMap<>();

  /** A stage of the build, and at last the image. */
  private static final class Stage {
    private final Path root;
    private final Map<String, String> environment = new TreeMap<>();
    private String directory = "/";
    private String user = "0";
    private List<String> entryPoint = List.of();

    Stage(Path root) {
      this.root = root;
    }
  }

  private ImageFiles(Path jdk, Path work, List<String> visible) {
    this.jdk = jdk;
    this.work = work;
    this.visible = visible;
  }

  /** An image that can be started. */
  static final class Image {
    private final ImageFiles files;
    private final Stage stage;

    private Image(ImageFiles files, Stage stage) {
      this.files = files;
      this.stage = stage;
    }

    /** The user that it says. */
    String user() {
      return stage.user;
    }

    Path root() {
      return stage.root;
    }

    /**
     * Starts what the image starts; does not wait for it. The root is read-only; {@code /tmp} and
     * {@link #SPOOL} are volumes.
     *
     * @param environment on top of the image's own
     */
    Process start(int user, int group, Map<String, String> environment, Path log) {
      return files.enter(
          stage, "ro", Integer.toString(user), group, stage.entryPoint, environment, log);
    }
  }

  /**
   * Builds the image of a service.
   *
   * @param dockerfile its name in {@code deploy/docker}
   * @param work a directory to build in, which is emptied
   */
  static Image build(String dockerfile, String service, Path work) {
    mayMount();
    try {
      Path file = CONTEXT.resolve("deploy/docker").resolve(dockerfile);
      ImageFiles files =
          new ImageFiles(jdk25(), emptied(work), visible(Path.of(file + ".dockerignore")));
      files.arguments.put("SERVICE", service);
      return new Image(files, files.build(instructions(file)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Stage build(List<String> instructions) throws IOException {
    Stage stage = from("base");
    for (String line : instructions) {
      String[] words = line.split(" ", 2);
      String rest = words[1].strip();
      if (words[0].equals("ARG")) {
        String[] argument = rest.split("=", 2);
        arguments.putIfAbsent(argument[0], argument.length == 2 ? argument[1] : "");
      } else if (words[0].equals("FROM")) {
        String[] from = rest.split(" AS ", -1);
        stage = from(from.length == 2 ? from[1] : "last");
      } else {
        obey(stage, words[0], rest);
      }
    }
    return stage;
  }

  private void obey(Stage stage, String instruction, String rest) throws IOException {
    switch (instruction) {
      case "WORKDIR" -> {
        stage.directory = rest;
        Files.createDirectories(stage.root.resolve(rest.substring(1)));
      }
      case "COPY" -> copy(stage, filledIn(rest));
      case "RUN" -> run(stage, rest);
      case "ENV" -> {
        Matcher pair = PAIR.matcher(rest);
        while (pair.find()) {
          stage.environment.put(
              pair.group(1), Optional.ofNullable(pair.group(2)).orElse(pair.group(3)));
        }
      }
      case "USER" -> stage.user = rest;
      case "ENTRYPOINT" ->
          stage.entryPoint = List.of(new ObjectMapper().readValue(rest, String[].class));
      case "LABEL", "EXPOSE" -> {}
      default -> throw new IllegalArgumentException("Not known here: " + instruction);
    }
  }

  /** What the base image has, as far as it matters. */
  private Stage from(String name) throws IOException {
    Stage stage = new Stage(Files.createDirectory(work.resolve(name)));
    for (String directory : List.of(JAVA_HOME, "/proc", "/dev", "/tmp", SPOOL, "/etc", "/bin")) {
      Files.createDirectories(stage.root.resolve(directory.substring(1)));
    }
    String host = Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
    Files.writeString(stage.root.resolve("etc/hosts"), "127.0.0.1 localhost " + host + "\n");
    Files.writeString(stage.root.resolve("etc/passwd"), "root:x:0:0:root:/root:/bin/sh\n");
    Path shell = Path.of("/bin/sh").toRealPath();
    Files.copy(shell, stage.root.resolve("bin/sh"));
    for (Path program :
        List.of(shell, jdk.resolve("bin/java"), jdk.resolve("lib/server/libjvm.so"))) {
      for (Path library : librariesOf(program)) {
        Path copy = stage.root.resolve(library.toString().substring(1));
        Files.createDirectories(copy.getParent());
        if (!Files.exists(copy)) {
          Files.copy(library.toRealPath(), copy);
        }
      }
    }
    stage.environment.put("JAVA_HOME", JAVA_HOME);
    stage.environment.put("IMAGE_PATH", JAVA_HOME + "/bin:/usr/sbin:/usr/bin:/sbin:/bin");
    stages.put(name, stage);
    return stage;
  }

  private List<Path> librariesOf(Path program) throws IOException {
    Process ldd = new ProcessBuilder("ldd", program.toString()).start();
    String out = new String(ldd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return out.lines()
        .flatMap(line -> Arrays.stream(line.strip().split(" ", -1)))
        .filter(word -> word.startsWith("/"))
        .map(Path::of)
        .filter(library -> !library.normalize().startsWith(jdk))
        .toList();
  }

  private void copy(Stage stage, String rest) throws IOException {
    List<String> words = new ArrayList<>(List.of(rest.split(" +", -1)));
    Path from = CONTEXT;
    if (words.get(0).startsWith("--from=")) {
      from = stages.get(words.remove(0).substring("--from=".length())).root;
    }
    Path target =
        stage.root.resolve(stage.directory.substring(1)).resolve(words.remove(words.size() - 1));
    for (String source : words) {
      assertThat(from != CONTEXT || visible.stream().anyMatch(source::startsWith))
          .as("%s is not hidden from the builder by .dockerignore", source)
          .isTrue();
      Path there = from.resolve(source.startsWith("/") ? source.substring(1) : source);
      assertThat(there).as("to be built first: ./mvnw -DskipTests package").exists();
      Files.createDirectories(target);
      run(
          "cp",
          "-R",
          "--preserve=mode",
          Files.isDirectory(there) ? there + "/." : there.toString(),
          target.toString());
    }
  }

  private void run(Stage stage, String command) {
    Path log = work.resolve("run.log");
    Process process = enter(stage, "rw", "0", 0, List.of("/bin/sh", "-c", command), Map.of(), log);
    assertThat(waitFor(process)).as("RUN %s, see %s", command, log).isZero();
  }

  private Process enter(
      Stage stage,
      String rootIs,
      String user,
      int group,
      List<String> command,
      Map<String, String> environment,
      Path log) {
    List<String> all = new ArrayList<>(namespace());
    all.addAll(List.of("sh", "-euc", ENTER, "enter"));
    all.addAll(
        List.of(
            stage.root.toString(),
            jdk.toString(),
            rootIs,
            user,
            Integer.toString(group),
            stage.directory));
    all.addAll(command);
    ProcessBuilder builder =
        new ProcessBuilder(all).redirectErrorStream(true).redirectOutput(log.toFile());
    String path = builder.environment().get("PATH");
    builder.environment().clear();
    builder.environment().putAll(stage.environment);
    builder.environment().putAll(environment);
    builder.environment().put("PATH", path);
    try {
      Process process = builder.start();
      process.getOutputStream().close();
      return process;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Root may mount, and be anybody; others need a namespace in which they are root. */
  private static List<String> namespace() {
    List<String> unshare = new ArrayList<>(List.of("unshare", "--mount", "--propagation=private"));
    if (!System.getProperty("user.name").equals("root")) {
      unshare.addAll(List.of("--user", "--map-root-user", "--map-auto"));
    }
    return unshare;
  }

  private static void mayMount() {
    List<String> command = new ArrayList<>(namespace());
    command.addAll(List.of("mount", "-t", "tmpfs", "tmpfs", "/tmp"));
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(waitFor(process))
          .as(
              "This test mounts file systems in a namespace of its own, which this user may not do"
                  + " here: run it as root, or allow user namespaces and give the user a range in"
                  + " /etc/subuid and /etc/subgid. %s said: %s",
              String.join(" ", command), said)
          .isZero();
    } catch (IOException e) {
      throw new UncheckedIOException("unshare (of util-linux) is needed", e);
    }
  }

  /** The version that the Dockerfile has as its base. */
  private static Path jdk25() throws IOException {
    List<Path> candidates = new ArrayList<>();
    candidates.add(Path.of(System.getProperty("java.home")));
    Optional.ofNullable(System.getenv("JAVA_HOME_25_X64")).map(Path::of).ifPresent(candidates::add);
    Path installed = Path.of("/usr/lib/jvm");
    if (Files.isDirectory(installed)) {
      try (Stream<Path> all = Files.list(installed)) {
        all.sorted().forEach(candidates::add);
      }
    }
    for (Path candidate : candidates) {
      Path release = candidate.resolve("release");
      if (Files.exists(release)
          && Files.readString(release).contains("JAVA_VERSION=\"25")
          && Files.exists(candidate.resolve("lib/server/libjvm.so"))) {
        return candidate.toRealPath();
      }
    }
    throw new AssertionError(
        "The image has a Java 25, and there is none here: looked for it in JAVA_HOME_25_X64 and "
            + candidates);
  }

  private static List<String> visible(Path ignore) throws IOException {
    return Files.readAllLines(ignore).stream()
        .filter(line -> line.startsWith("!"))
        .map(line -> line.substring(1))
        .toList();
  }

  /** One a line, without comments. */
  private static List<String> instructions(Path file) throws IOException {
    String text =
        Files.readAllLines(file).stream()
            .filter(line -> !line.startsWith("#") && !line.isBlank())
            .collect(Collectors.joining("\n"));
    return text.replaceAll("\\\\\n\\s*", "").lines().toList();
  }

  private String filledIn(String text) {
    return VARIABLE
        .matcher(text)
        .replaceAll(found -> Matcher.quoteReplacement(arguments.get(found.group(1))));
  }

  private static Path emptied(Path directory) throws IOException {
    run("rm", "-rf", directory.toString());
    return Files.createDirectories(directory);
  }

  private static void run(String... command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
    assertThat(waitFor(builder.start())).as(String.join(" ", command)).isZero();
  }

  private static int waitFor(Process process) {
    try {
      return process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
