package io.crossfade.admin.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.time.Clock;
import java.util.Locale;
import java.util.Map;

/**
 * Where a command reads and writes, and what may be drawn there.
 *
 * @param interactive a person sits at both ends: prompts and redrawing are allowed
 * @param unicode the locale says UTF-8; otherwise everything stays ASCII
 */
public record Terminal(
        Map<String, String> environment,
        PrintWriter out,
        PrintWriter err,
        BufferedReader in,
        Clock clock,
        boolean interactive,
        boolean unicode) {

    /** The terminal of this process. */
    public static Terminal ofProcess() {
        Map<String, String> environment = System.getenv();
        boolean unicode = speaksUtf8(environment);
        Charset charset = unicode ? UTF_8 : US_ASCII;
        return new Terminal(
                environment,
                writer(FileDescriptor.out, charset),
                writer(FileDescriptor.err, charset),
                new BufferedReader(new InputStreamReader(System.in, charset)),
                Clock.systemUTC(),
                isInteractive(),
                unicode);
    }

    /** Colours only for people who did not decline them (no-color.org). */
    public boolean colour() {
        return interactive
                && environment.getOrDefault("NO_COLOR", "").isEmpty()
                && !environment.getOrDefault("TERM", "").equals("dumb");
    }

    /** Text in an ANSI colour (such as 32 for green), or plain. */
    public String paint(int colour, String text) {
        return colour() ? "\u001b[" + colour + 'm' + text + "\u001b[0m" : text;
    }

    /** POSIX order: LC_ALL, else LC_CTYPE, else LANG. */
    static boolean speaksUtf8(Map<String, String> environment) {
        for (String name : new String[] {"LC_ALL", "LC_CTYPE", "LANG"}) {
            String value = environment.getOrDefault(name, "");
            if (!value.isEmpty()) {
                String upper = value.toUpperCase(Locale.ROOT);
                return upper.contains("UTF-8") || upper.contains("UTF8");
            }
        }
        return false;
    }

    /** Since Java 22 there is a console also without a terminal, and a method that says which; before, there is none. */
    @SuppressWarnings("SystemConsoleNull")
    private static boolean isInteractive() {
        Console console = System.console();
        if (console == null) {
            return false;
        }
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException olderThanJava22) {
            return true;
        }
    }

    private static PrintWriter writer(FileDescriptor descriptor, Charset charset) {
        return new PrintWriter(new FileOutputStream(descriptor), true, charset);
    }
}
