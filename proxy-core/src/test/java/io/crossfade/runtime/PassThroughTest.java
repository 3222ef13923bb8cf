package io.crossfade.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Odd requests that harm nobody: a proxy in front of a legacy service lets them through byte for byte, as nginx does. Where
 * an nginx is installed, the same requests go through it too, and both upstreams must have seen the same.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PassThroughTest {
    /** What the two proxies say of themselves. */
    private static final Set<String> OWN =
            Set.of("host", "via", "x-forwarded-for", "x-forwarded-proto", "x-forwarded-host", "connection");

    /** nginx knows methods in capitals only, drops names that it takes for mistakes and writes lengths anew. */
    private static final Set<String> NOT_NGINX =
            Set.of("lower-case method", "odd method", "token in name", "leading zeros in a length");

    /** An odd request by what is odd in it: its start line without version, its field lines, its body. */
    record Odd(String what, String start, String lines, String body) {
        @Override
        public String toString() {
            return what;
        }

        String bytes() {
            return start + " HTTP/1.1\r\n" + lines.replace("~", "\r\n") + "\r\n" + body;
        }
    }

    private RawUpstream behindUs;
    private RawUpstream behindNginx;
    private TestServer server;
    private @Nullable Process nginx;
    private int nginxPort;

    @BeforeAll
    void start(@TempDir Path data, @TempDir Path folder) throws Exception {
        behindUs = RawUpstream.answering(RawUpstream.ok("seen"));
        behindNginx = RawUpstream.answering(RawUpstream.ok("seen"));
        server = new TestServer.Setup(data)
                .upstream("legacy", behindUs.port())
                .route("all", "/", "legacy")
                .start();
        Path binary = installedNginx();
        if (binary != null) {
            startNginx(binary, folder);
        }
    }

    private static @Nullable Path installedNginx() {
        String path = System.getenv().getOrDefault("PATH", "") + File.pathSeparator + "/usr/sbin";
        return Arrays.stream(path.split(File.pathSeparator, -1))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, "nginx"))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
    }

    private void startNginx(Path binary, Path folder) throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            nginxPort = free.getLocalPort();
        }
        Path config = folder.resolve("nginx.conf");
        Files.writeString(config, """
                daemon off;
                master_process off;
                pid %1$s/pid;
                error_log %1$s/error.log crit;
                events { }
                http {
                  access_log off;
                  client_body_temp_path %1$s/body;
                  proxy_temp_path %1$s/proxy;
                  fastcgi_temp_path %1$s/fastcgi;
                  uwsgi_temp_path %1$s/uwsgi;
                  scgi_temp_path %1$s/scgi;
                  large_client_header_buffers 4 16k;
                  server {
                    listen 127.0.0.1:%2$d;
                    location / {
                      proxy_pass http://127.0.0.1:%3$d;
                      proxy_http_version 1.1;
                      proxy_set_header Host $http_host;
                      proxy_set_header Connection "";
                    }
                  }
                }
                """.formatted(folder, nginxPort, behindNginx.port()));
        Process started = new ProcessBuilder(
                        binary.toString(),
                        "-p",
                        folder.toString(),
                        "-c",
                        config.toString(),
                        "-e",
                        folder + "/start.log")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile())
                .start();
        nginx = started;
        Awaitility.await().pollInterval(Duration.ofMillis(20)).until(() -> !started.isAlive() || accepts(nginxPort));
        assertThat(started.isAlive()).as(() -> text(folder.resolve("output"))).isTrue();
    }

    private static boolean accepts(int port) {
        try (Socket probe = new Socket("127.0.0.1", port)) {
            return probe.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }

    @AfterAll
    void stop() throws Exception {
        Process started = nginx;
        if (started != null) {
            started.destroy();
            if (!started.waitFor(5, TimeUnit.SECONDS)) {
                started.destroyForcibly();
            }
        }
        server.close();
        behindUs.close();
        behindNginx.close();
    }

    @ParameterizedTest
    @MethodSource("odd")
    void whatHarmsNobodyPassesByteForByte(Odd odd) throws Exception {
        String seen = through(server.address(), behindUs, odd);
        String ours = "X-Forwarded-For: 127.0.0.1\r\nX-Forwarded-Proto: http\r\n";
        assertThat(seen.substring(0, seen.indexOf(ours))).isEqualTo(upTo(odd));
    }

    /** The head as it was sent, but for an absolute-form target, of which the path goes on. */
    private static String upTo(Odd odd) {
        String head = odd.bytes().substring(0, odd.bytes().length() - 2 - odd.body.length());
        return head.replaceFirst("^GET http://[^/]+/", "GET /");
    }

    @ParameterizedTest
    @MethodSource("oddForNginx")
    void nginxSendsOnTheSame(Odd odd) throws Exception {
        assumeThat(nginx).as("an nginx on the PATH").isNotNull();
        String ours = through(server.address(), behindUs, odd);
        String theirs = through(new InetSocketAddress("127.0.0.1", nginxPort), behindNginx, odd);
        assertThat(ours.lines().findFirst()).isEqualTo(theirs.lines().findFirst());
        assertThat(fields(ours)).isEqualTo(fields(theirs));
    }

    private static String through(InetSocketAddress proxy, RawUpstream upstream, Odd odd) throws Exception {
        try (RawClient client = new RawClient(proxy)) {
            client.send(odd.bytes());
            assertThat(client.answer().body()).isEqualTo("seen");
        }
        return String.valueOf(upstream.nextHead());
    }

    /** Name and value of each field but the proxies' own, in the order of names and then of the message. */
    private static List<String> fields(String head) {
        List<String> fields = new ArrayList<>();
        for (String line : head.split("\r\n", -1)) {
            int colon = line.indexOf(':');
            if (colon > 0
                    && !line.startsWith("GET ")
                    && !OWN.contains(line.substring(0, colon).toLowerCase(Locale.ROOT))) {
                fields.add(line.substring(0, colon) + ": " + trim(line.substring(colon + 1)));
            }
        }
        fields.sort(Comparator.comparing(field -> field.substring(0, field.indexOf(':'))));
        return fields;
    }

    /** Blanks around a value are no part of it (RFC 9110 section 5.5). */
    private static String trim(String value) {
        return value.replaceAll("^[ \t]+|[ \t]+$", "");
    }

    static Stream<Odd> oddForNginx() {
        return odd().filter(odd -> !NOT_NGINX.contains(odd.what));
    }

    static Stream<Odd> odd() {
        List<Odd> all = new ArrayList<>();
        for (String target : List.of(
                "/a{b}c|d^e`f",
                "/a?b{c}|d^e`f",
                "/a?b[c]=d&e[]=f",
                "/a?b\\c",
                "/a[b]",
                "/a?b=http://c/d?e",
                "/%e4%b8%ad%E6%96%87?q=%C3%A4",
                "/a%20b",
                "/a?",
                "/a??b",
                "/a?b?c?",
                "/?",
                "/a;b=c;d",
                "/a:b@c",
                "/a!$&'()*+,;=",
                "/a~b",
                "/a?%",
                "/a?%zz",
                "/a?%00",
                "/a?b=c+d&&&",
                "//a",
                "/a//b///",
                "/a/.b/..c/...",
                "/" + "l".repeat(7000),
                "/a?" + "l".repeat(7000),
                "/a?/../..",
                "/'",
                "/a,b",
                "/*",
                "/a?*")) {
            all.add(new Odd(
                    "target " + (target.length() > 40 ? target.length() : target), "GET " + target, "Host: a~", ""));
        }
        all.add(new Odd("absolute-form", "GET http://a/b?c", "Host: a~", ""));
        all.add(new Odd("absolute-form with port", "GET http://a:81/b?c", "Host: a:81~", ""));
        for (String host :
                List.of("a:8080", "[::1]", "[2001:db8::1]:8080", "192.0.2.1:1", "shop.example.", "a_b", "A.B-c")) {
            all.add(new Odd("host " + host, "GET /", "Host: " + host + "~", ""));
        }
        for (String method : List.of("PROPFIND", "M-SEARCH", "PATCH", "REPORT", "OPTIONS", "PURGE", "MKCOL", "A_B")) {
            all.add(new Odd("method " + method, method + " /", "Host: a~", ""));
        }
        all.add(new Odd("lower-case method", "get /", "Host: a~", ""));
        all.add(new Odd("odd method", "A!#$%&'*+.^`|~9 /", "Host: a~", ""));
        for (String line : List.of(
                "X: ",
                "X:",
                "X:a",
                "X:   a",
                "X: a  ",
                "X:\ta",
                "X: a\tb",
                "X: a\t",
                "X: caf\u00e9 \u00ff\u0080",
                "X: \u00e4\u00b8\u00ad",
                "X: \"quoted \\\" string\"",
                "X: a:b:c",
                "X: {\"json\": [1, 2]}",
                "X: <script>",
                "X: %00%0d%0a",
                "x-lower: 1~X-UPPER: 2~X-Lower: 3",
                "X: 1~X: 2~X: 1",
                "1: 2",
                "-: -",
                "Cookie: a=b; c=\"d e\"; f={\"g\":1}; ;h",
                "Cookie: a=b~Cookie: c=d",
                "Cookie: " + "c".repeat(8000),
                "X: " + "v".repeat(8000),
                "Authorization: Basic eDp5",
                "Accept: */*~Accept: text/html;q=0.9~Accept: application/json",
                "Accept: " + "text/html;q=0.5, ".repeat(100) + "*/*",
                "Accept-Encoding: gzip, deflate, br, zstd",
                "Referer: http://a/{b}|c?d=\u00e4",
                "User-Agent: ",
                "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:1.0) like \u00c4",
                "If-None-Match: W/\"a\", \"b\"",
                "Range: bytes=0-0,-1",
                "Via: 1.0 old",
                "Max-Forwards: 0",
                "SOAPAction: \"\"",
                "Date: not a date",
                "X-Empty:~Y-Empty: ~Z: 1")) {
            String shown = line.length() > 60 ? line.substring(0, 20) + "... " + line.length() : line;
            all.add(new Odd("field " + shown, "GET /", "Host: a~" + line + "~", ""));
        }
        all.add(new Odd("token in name", "GET /", "Host: a~X!#$%&'*+.^`|y: 1~", ""));
        String boundary = "multipart/form-data; boundary=\"----a:b,c/d e='()+?=_.\"";
        all.add(new Odd("boundary", "POST /", "Host: a~Content-Type: " + boundary + "~Content-Length: 4~", "body"));
        all.add(new Odd("leading zeros in a length", "POST /", "Host: a~Content-Length: 0004~", "body"));
        all.add(new Odd("body of a GET", "GET /", "Host: a~Content-Length: 4~", "body"));
        all.add(new Odd("body of a DELETE", "DELETE /", "Host: a~Content-Length: 4~", "body"));
        all.add(new Odd("POST without a length", "POST /", "Host: a~", ""));
        return all.stream();
    }
}
