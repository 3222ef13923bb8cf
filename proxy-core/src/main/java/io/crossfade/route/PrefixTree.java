package io.crossfade.route;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rules of one host by their path prefix: a radix tree of bytes. A path is walked down once, however many rules there are; from the
 * longest prefix that it has the way leads up to the shorter ones. Immutable once {@link #of} returns; any thread.
 */
final class PrefixTree {
    private static final byte[] NO_BYTES = {};
    private static final Node[] NO_NODES = {};
    private static final Matcher[] NO_MATCHERS = {};

    static final PrefixTree EMPTY = new PrefixTree();

    private final Node root = new Node(null, NO_BYTES);

    private PrefixTree() {}

    /** @param matchers the first of those with equal prefixes is tried first */
    static PrefixTree of(List<Matcher> matchers) {
        PrefixTree tree = new PrefixTree();
        for (Matcher matcher : matchers) {
            tree.add(matcher);
        }
        return tree;
    }

    /** Index of the first rule with the longest prefix that matches, or -1. Allocates nothing. */
    int match(Facts facts) {
        byte[] path = facts.pathBytes();
        int start = facts.pathStart();
        int end = facts.pathEnd();
        for (Node node = deepest(path, start, end); node != null; node = node.parent) {
            int found = node.endsSegment(path, start, end) ? node.first(facts) : -1;
            if (found >= 0) {
                return found;
            }
        }
        return -1;
    }

    /** The node of the longest string of the tree that the path begins with. */
    private Node deepest(byte[] path, int start, int end) {
        Node node = root;
        while (start + node.length < end) {
            Node child = node.child(path[start + node.length]);
            if (child == null || !child.continues(path, start + node.length, end)) {
                return node;
            }
            node = child;
        }
        return node;
    }

    private void add(Matcher matcher) {
        byte[] prefix = matcher.prefix;
        Node node = root;
        while (node.length < prefix.length) {
            Node child = node.child(prefix[node.length]);
            if (child == null) {
                child = new Node(node, Arrays.copyOfRange(prefix, node.length, prefix.length));
                node.put(child);
            } else {
                int common = common(child.label, prefix, node.length);
                child = common == child.label.length ? child : split(child, common);
            }
            node = child;
        }
        node.matchers = Arrays.copyOf(node.matchers, node.matchers.length + 1);
        node.matchers[node.matchers.length - 1] = matcher;
    }

    private static int common(byte[] label, byte[] prefix, int from) {
        int different = Arrays.mismatch(label, 0, label.length, prefix, from, prefix.length);
        return different < 0 ? label.length : different;
    }

    /** Puts a node between a child and its parent, so that a string may end inside the child's label. */
    private static Node split(Node child, int at) {
        Node above = child.parent == null ? child : child.parent;
        Node between = new Node(above, Arrays.copyOf(child.label, at));
        above.put(between);
        child.parent = between;
        child.label = Arrays.copyOfRange(child.label, at, child.label.length);
        between.put(child);
        return between;
    }

    /** A string that rules share; it is that of the parent and the label behind it. */
    private static final class Node {
        private final int length;

        @Nullable
        private Node parent;

        private byte[] label;
        private byte[] firstBytes = NO_BYTES;
        private Node[] children = NO_NODES;
        private Matcher[] matchers = NO_MATCHERS;

        Node(@Nullable Node parent, byte[] label) {
            this.parent = parent;
            this.label = label;
            this.length = parent == null ? 0 : parent.length + label.length;
        }

        @Nullable
        Node child(byte first) {
            int place = Arrays.binarySearch(firstBytes, first);
            return place < 0 ? null : children[place];
        }

        boolean continues(byte[] path, int from, int end) {
            int to = from + label.length;
            return to <= end && Arrays.equals(label, 0, label.length, path, from, to);
        }

        /** Whether the string of this node is whole segments of the path; that of the root, which is empty, always is. */
        boolean endsSegment(byte[] path, int start, int end) {
            int to = start + length;
            return length == 0 || to == end || path[to] == '/';
        }

        int first(Facts facts) {
            for (Matcher matcher : matchers) {
                if (matcher.matches(facts)) {
                    return matcher.index;
                }
            }
            return -1;
        }

        /** Takes the place of the child with the same first byte. */
        void put(Node child) {
            int place = Arrays.binarySearch(firstBytes, child.label[0]);
            if (place >= 0) {
                children[place] = child;
                return;
            }
            int at = -place - 1;
            int count = children.length;
            firstBytes = Arrays.copyOf(firstBytes, count + 1);
            children = Arrays.copyOf(children, count + 1);
            System.arraycopy(firstBytes, at, firstBytes, at + 1, count - at);
            System.arraycopy(children, at, children, at + 1, count - at);
            firstBytes[at] = child.label[0];
            children[at] = child;
        }
    }
}
