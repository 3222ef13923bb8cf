package io.crossfade.admin.cli;

import java.io.BufferedReader;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;

/** Runs command lines in this process and keeps what they print. */
final class Screen {
    final Map<String, String> environment = new HashMap<>();
    boolean interactive;
    boolean unicode;
    String typed = "";
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    Screen(String server) {
        environment.put("CROSSFADE_SERVER", server);
    }

    int run(String... words) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        Terminal terminal = new Terminal(
                environment,
                new PrintWriter(out, true),
                new PrintWriter(err, true),
                new BufferedReader(new StringReader(typed)),
                Clock.fixed(Instant.parse("2023-11-14T22:16:20Z"), ZoneOffset.UTC),
                interactive,
                unicode);
        return Cli.create(terminal, "test", (data, head) -> {
                    throw new AssertionError("no folder is read here");
                })
                .execute(words);
    }

    String out() {
        return out.toString();
    }

    String err() {
        return err.toString();
    }
}
