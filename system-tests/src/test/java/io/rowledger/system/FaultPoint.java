package io.rowledger.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.tools.attach.AgentInitializationException;
import com.sun.tools.attach.AgentLoadException;
import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import io.rowledger.testkit.FreePorts;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.jboss.byteman.agent.Main;
import org.jboss.byteman.agent.submit.ScriptText;
import org.jboss.byteman.agent.submit.Submit;
import org.jspecify.annotations.Nullable;

/**
 * An exact point in the code of a running service at which something happens once: a rule of {@code
 * resources/faults}, loaded into its JVM. The services know nothing of it. It is gone when it is
 * closed, or with the process.
 */
final class FaultPoint implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Path MARKERS = Path.of(System.getProperty("rowledger.work"), "faults");

  /** A JVM takes the agent once and keeps it. The handle knows one process from the next. */
  private static final Map<ProcessHandle, Submit> AGENTS = new HashMap<>();

  private final Map<ProcessHandle, Submit> processes = new LinkedHashMap<>();
  private final Path once;
  private final ServerSocket gate;
  private final ScriptText script;
  private @Nullable Socket held;

  private FaultPoint(String rule, UUID organization) throws IOException {
    Files.createDirectories(MARKERS);
    once = MARKERS.resolve(rule + "-" + UUID.randomUUID());
    gate = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    script = new ScriptText(once.getFileName().toString(), text(rule, organization));
  }

  /**
   * Loads a rule and returns when it is in force.
   *
   * @param rule a file of {@code resources/faults}, without its ending
   * @param organization whose work meets the fault; nobody else's does
   * @param children of the stack in which it may happen; it happens in one of them, once
   */
  static FaultPoint in(Stack stack, String rule, UUID organization, String... children) {
    try {
      FaultPoint point = new FaultPoint(rule, organization);
      try {
        for (String child : children) {
          point.load(stack, child);
        }
        return point;
      } catch (RuntimeException | Error e) {
        // A rule that stays would meet the next test.
        point.close();
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until a process has died at this point; returns it. */
  ProcessHandle awaitDeath() {
    Awaitility.await("a process dies: " + this)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> processes.keySet().stream().anyMatch(process -> !process.isAlive()));
    assertThat(once).as("it died here and not elsewhere").exists();
    return processes.keySet().stream().filter(p -> !p.isAlive()).findFirst().orElseThrow();
  }

  /** Waits until somebody stands still at this point. */
  void awaitHeld() {
    try {
      gate.setSoTimeout(Math.toIntExact(PATIENCE.toMillis()));
      held = gate.accept();
    } catch (SocketTimeoutException e) {
      throw new AssertionError("Nobody came by: " + this, e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Lets whoever stands here go on; a frozen process goes on when it wakes up. */
  void release() {
    try {
      if (held != null) {
        held.close();
        held = null;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    release();
    try {
      gate.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    processes.forEach(
        (process, agent) -> {
          if (process.isAlive()) {
            ask(() -> agent.deleteScripts(List.of(script)));
          }
        });
  }

  /** With what the agents say of the rule: why it does not fit the code, for one thing. */
  @Override
  public String toString() {
    List<String> said = new ArrayList<>();
    processes.forEach(
        (process, agent) -> {
          if (process.isAlive()) {
            said.add(process.pid() + ": " + answer(agent));
          }
        });
    return script.getFileName() + " " + said;
  }

  private void load(Stack stack, String child) {
    ProcessHandle process =
        Awaitility.await(child + " runs")
            .atMost(PATIENCE)
            .pollInterval(Duration.ofMillis(50))
            .ignoreExceptions()
            .until(() -> ProcessHandle.of(stack.pid(child)).orElseThrow(), ProcessHandle::isAlive);
    Submit agent = AGENTS.computeIfAbsent(process, FaultPoint::attach);
    processes.put(process, agent);
    assertThat(ask(() -> agent.addScripts(List.of(script)))).startsWith("install rule");
  }

  private static Submit attach(ProcessHandle process) {
    String jar = agentJar();
    int port = FreePorts.next();
    try {
      VirtualMachine machine = VirtualMachine.attach(Long.toString(process.pid()));
      try {
        // The rules' own classes must be seen from the class loader of the services.
        machine.loadAgent(
            jar, "boot:%s,listener:true,address:127.0.0.1,port:%d".formatted(jar, port));
      } finally {
        machine.detach();
      }
    } catch (IOException
        | AttachNotSupportedException
        | AgentLoadException
        | AgentInitializationException e) {
      throw new IllegalStateException("No agent for process " + process.pid(), e);
    }
    return new Submit("127.0.0.1", port);
  }

  private static String agentJar() {
    try {
      return Path.of(Main.class.getProtectionDomain().getCodeSource().getLocation().toURI())
          .toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private String text(String rule, UUID organization) throws IOException {
    try (InputStream file = FaultPoint.class.getResourceAsStream("/faults/" + rule + ".btm")) {
      assertThat(file).as(rule).isNotNull();
      return new String(file.readAllBytes(), StandardCharsets.UTF_8)
          .replace("{organization}", organization.toString())
          .replace("{once}", once.toString())
          .replace(
              "{hold}",
              "java.nio.channels.SocketChannel.open(new java.net.InetSocketAddress(\"127.0.0.1\", %d))"
                      .formatted(gate.getLocalPort())
                  + ".socket().getInputStream().read()");
    }
  }

  /** Or why there is none: it may just be dying of the rule. */
  private static String answer(Submit agent) {
    try {
      return ask(agent::listAllRules);
    } catch (IllegalStateException e) {
      return e.toString();
    }
  }

  private interface Question {
    String ask() throws Exception;
  }

  private static String ask(Question question) {
    try {
      return question.ask().strip();
    } catch (Exception e) {
      throw new IllegalStateException("The agent does not answer", e);
    }
  }
}
