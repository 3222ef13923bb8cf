package io.crossfade.rollout;

/**
 * Which attempt this is, by which plan, and how far it has come.
 *
 * @param number 1-based; 0 before the first
 * @param plan {@link Plan#shape()} of the plan it goes by; empty before the first
 * @param step 0-based; -1 before the first and without steps
 */
record Attempt(int number, String plan, int step) {
    static final Attempt NONE = new Attempt(0, "", -1);

    Attempt at(int next) {
        return new Attempt(number, plan, next);
    }
}
