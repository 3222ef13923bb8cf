package io.crossfade.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class CodeMapTest {
    private static final String MAP = Pages.text(Pages.page("ARCHITECTURE.md"));

    @Test
    void theMapHasEveryPackageAndNoOther() {
        Set<String> mapped = new TreeSet<>(Pages.find("(?m)^\\| `(io\\.crossfade[a-z.]*)` \\|", MAP));
        Set<String> packages = new TreeSet<>();
        for (var source : Pages.sources()) {
            packages.addAll(Pages.find("(?m)^package (io\\.crossfade[a-z.]*);", Pages.text(source)));
        }
        assertThat(mapped).isEqualTo(packages);
    }

    @Test
    void theChangeMapNamesThingsThatAreThere() {
        Set<String> types = new TreeSet<>();
        Pages.sources()
                .forEach(source -> types.add(source.getFileName().toString().replace(".java", "")));
        String changeMap = MAP.substring(MAP.indexOf("## Change map"));
        assertThat(Pages.find("`(?:[a-z]+/)*([A-Z][A-Za-z]+)`", changeMap))
                .isNotEmpty()
                .isSubsetOf(types);
    }
}
