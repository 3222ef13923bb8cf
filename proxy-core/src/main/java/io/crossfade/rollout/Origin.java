package io.crossfade.rollout;

import org.jspecify.annotations.Nullable;

/**
 * Which of the rollouts that have had this name it is.
 *
 * @param known whether the journal has seen the name
 * @param removed whether the configuration named it no more, and has not named it since
 * @param identity null while the journal does not say
 * @param note why it is a draft although the journal knows its name, a clause for a person; else empty
 */
record Origin(boolean known, boolean removed, @Nullable Identity identity, String note) {
    static final Origin NONE = new Origin(false, false, null, "");

    Origin seen() {
        return new Origin(true, removed, identity, note);
    }

    Origin identified(Identity by) {
        return new Origin(known, removed, by, note);
    }

    Origin begun(@Nullable Identity by) {
        return new Origin(known, false, by == null ? identity : by, "");
    }

    Origin gone() {
        return new Origin(known, true, identity, note);
    }

    Origin replaced(Identity by, String why) {
        return new Origin(known, false, by, why);
    }
}
