package io.crossfade.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class WordsTest {
    private static final Path GLOSSARY = Pages.page("GLOSSARY.md");
    private static final String PUBLIC_TYPE = "(?m)^ *public [^(={]*?\\b(?:class|record|interface|enum) (\\w+)";
    private static final String PUBLIC_METHOD = "(?m)^ *(?:public|protected) [^=;{(]*?(\\w+)\\(";

    static List<String> wordsToAvoid() {
        return Pages.find("(?m)^Avoid: ([^(]+) \\(say ", Pages.text(GLOSSARY));
    }

    @ParameterizedTest
    @MethodSource("wordsToAvoid")
    void pagesDoNotSay(String word) {
        Pattern avoided = Pattern.compile("(?i)\\b" + word + "s?\\b");
        for (Path page : Pages.all()) {
            if (!page.equals(GLOSSARY)) {
                assertThat(avoided.matcher(Pages.text(page)).results().map(m -> m.group()))
                        .as("%s (docs/GLOSSARY.md says which word to use)", page)
                        .isEmpty();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("wordsToAvoid")
    void publicNamesDoNotSay(String word) {
        Pattern avoided = Pattern.compile("\\b" + word + "s?\\b");
        for (Path source : Pages.sources()) {
            for (String name : publicNames(Pages.text(source))) {
                assertThat(avoided.matcher(words(name)).find())
                        .as("%s in %s (docs/GLOSSARY.md says which word to use)", name, source)
                        .isFalse();
            }
        }
    }

    @Test
    void namesAreFoundWhereTheyAre() {
        assertThat(publicNames(
                        "public final class Foo implements Bar {\n    public static <T> List<T> fooBar(int baz) {"))
                .containsExactly("Foo", "fooBar");
    }

    private static List<String> publicNames(String source) {
        List<String> names = new ArrayList<>(Pages.find(PUBLIC_TYPE, source));
        names.addAll(Pages.find(PUBLIC_METHOD, source));
        return names;
    }

    /** canaryUserCount: canary user count. */
    private static String words(String name) {
        return name.replaceAll("([a-z0-9])([A-Z])", "$1 $2").replace('_', ' ').toLowerCase(Locale.ROOT);
    }
}
