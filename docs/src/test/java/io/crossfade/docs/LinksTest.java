package io.crossfade.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LinksTest {
    static List<Path> pages() {
        return Pages.all();
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everyLinkLeadsSomewhere(Path page) {
        for (String link : Pages.find("\\]\\(([^)\\s]+)\\)", Pages.text(page))) {
            if (!link.contains("://")) {
                String[] parts = link.split("#", 2);
                Path target = parts[0].isEmpty()
                        ? page
                        : page.resolveSibling(parts[0]).normalize();
                assertThat(Files.exists(target))
                        .as("%s links to %s", page, link)
                        .isTrue();
                if (parts.length == 2) {
                    assertThat(anchors(target)).as("%s links to %s", page, link).contains(parts[1]);
                }
            }
        }
    }

    @Test
    void everyPageIsLinkedFromAnother() {
        List<Path> linked = Pages.all().stream()
                .flatMap(page -> Pages.find("\\]\\(([^)\\s#]+)[^)]*\\)", Pages.text(page)).stream()
                        .filter(link -> !link.contains("://"))
                        .map(link -> page.resolveSibling(link).normalize()))
                .toList();
        assertThat(linked)
                .containsAll(Pages.files(Pages.ROOT.resolve("docs"), ".md").stream()
                        .filter(page -> !page.endsWith("adr/README.md") || linked.contains(page))
                        .toList());
    }

    private static List<String> anchors(Path page) {
        return Pages.find("(?m)^#+ (.*)$", Pages.text(page)).stream()
                .map(title -> title.toLowerCase(Locale.ROOT)
                        .replaceAll("[^a-z0-9 -]", "")
                        .replace(' ', '-'))
                .toList();
    }
}
