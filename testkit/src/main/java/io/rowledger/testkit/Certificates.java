package io.rowledger.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * A certificate authority of its own and a server's certificate that it signed, made by the JDK's
 * {@code keytool} when a test asks, and never again.
 *
 * @param authority the authority's certificate, PEM: what a client trusts
 * @param certificate the server's certificate and the authority's, PEM
 * @param key the server's private key, PKCS 8 in PEM, readable by its owner only
 * @param keyStore both of the server's, PKCS 12
 * @param password of the key store
 */
public record Certificates(
    Path authority, Path certificate, Path key, Path keyStore, String password) {

  private static final String PASSWORD = "made-for-a-test";

  /**
   * Makes an authority and a server's certificate.
   *
   * @param directory existing; gets the files
   * @param hostName the one name that the certificate is good for, such as {@code localhost}
   */
  public static Certificates make(Path directory, String hostName) {
    Path store = directory.resolve("server.p12");
    keytool(store, "authority", "-dname", "CN=Authority of a test", "-ext", "bc:c");
    keytool(
        store,
        "server",
        "-dname",
        "CN=" + hostName,
        "-ext",
        "san=dns:" + hostName,
        "-signer",
        "authority");
    try {
      KeyStore keys = KeyStore.getInstance("PKCS12");
      try (InputStream in = Files.newInputStream(store)) {
        keys.load(in, PASSWORD.toCharArray());
      }
      Path authority =
          pem(directory.resolve("authority.pem"), List.of(keys.getCertificate("authority")));
      Path certificate =
          pem(directory.resolve("server.pem"), List.of(keys.getCertificateChain("server")));
      Path key =
          Files.writeString(
              directory.resolve("server.key"),
              block("PRIVATE KEY", keys.getKey("server", PASSWORD.toCharArray()).getEncoded()));
      // PostgreSQL refuses a key that others can read.
      if (key.getFileSystem().supportedFileAttributeViews().contains("posix")) {
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
      }
      keys.deleteEntry("authority");
      try (var out = Files.newOutputStream(store)) {
        keys.store(out, PASSWORD.toCharArray());
      }
      return new Certificates(authority, certificate, key, store, PASSWORD);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void keytool(Path store, String alias, String... more) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of("-J-Duser.language=en", "-genkeypair", "-alias", alias));
    command.addAll(List.of("-keyalg", "EC", "-groupname", "secp256r1", "-validity", "2"));
    command.addAll(List.of("-keystore", store.toString(), "-storetype", "PKCS12"));
    command.addAll(List.of("-storepass", PASSWORD));
    command.addAll(List.of(more));
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String said =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      if (process.waitFor() != 0) {
        throw new IllegalStateException("keytool: " + said);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static Path pem(Path file, List<Certificate> certificates)
      throws IOException, GeneralSecurityException {
    StringBuilder text = new StringBuilder();
    for (Certificate certificate : certificates) {
      text.append(block("CERTIFICATE", certificate.getEncoded()));
    }
    return Files.writeString(file, text.toString());
  }

  private static String block(String what, byte[] bytes) {
    String base64 =
        Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(bytes);
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(what, base64, what);
  }
}
