package io.crossfade.rollout.analysis;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Who sends the requests of a simulated pair of services, and how often those of each user fail on either: users with their share of
 * the traffic, or a new one with each request.
 */
final class Crowd {
    private static final int BUCKETS = Batch.BUCKETS;

    private final long[] units;

    /** Share of the requests up to and with each user, and of the failures. */
    private final double[] requestsUpTo;

    private final double[] failuresUpTo;

    /** Probability that a request fails. */
    final double fails;

    private Crowd(long[] units, double[] requestsUpTo, double[] failuresUpTo, double fails) {
        this.units = units;
        this.requestsUpTo = requestsUpTo;
        this.failuresUpTo = failuresUpTo;
        this.fails = fails;
    }

    /** Each request is a user of its own, as with a bot without cookies. */
    static Crowd ofStrangers(double fails) {
        return new Crowd(new long[0], new double[0], new double[0], fails);
    }

    /** Users with so much of the traffic each, in any unit, and a chance to fail of their own. */
    static Crowd of(SplittableRandom random, double[] traffic, double[] fails) {
        long[] units = random.longs(traffic.length).toArray();
        double all = Arrays.stream(traffic).sum();
        double[] requests = new double[units.length];
        double[] failures = new double[units.length];
        double sum = 0;
        double failing = 0;
        for (int i = 0; i < units.length; i++) {
            sum += traffic[i] / all;
            failing += traffic[i] / all * fails[i];
            requests[i] = sum;
            failures[i] = failing;
        }
        return new Crowd(units, requests, failures, failing);
    }

    /** Equal users whose chances to fail are drawn from a beta distribution with a whole second parameter. */
    static Crowd ofUnlike(SplittableRandom random, int users, double alpha, double mean) {
        double[] fails = new double[users];
        for (int i = 0; i < users; i++) fails[i] = Math.min(1, mean / alpha * gamma(random, alpha));
        double[] traffic = new double[users];
        Arrays.fill(traffic, 1);
        return of(random, traffic, fails);
    }

    /** A gamma variate of a shape below 1 and of mean {@code shape}: Johnk's product, with an exponential (Devroye 1986, IX.3). */
    private static double gamma(SplittableRandom random, double shape) {
        while (true) {
            double x = Math.pow(random.nextDouble(), 1 / shape);
            double y = Math.pow(random.nextDouble(), 1 / (1 - shape));
            if (x + y > 0 && x + y <= 1) return -Math.log(1 - random.nextDouble()) * x / (x + y);
        }
    }

    /** The user of a request that fails, {@code together} for a cause that meets all users alike. */
    long failing(SplittableRandom random, boolean together) {
        if (units.length == 0) return random.nextLong();
        return units[drawn(random, together ? requestsUpTo : failuresUpTo)];
    }

    private static int drawn(SplittableRandom random, double[] upTo) {
        int at = Arrays.binarySearch(upTo, random.nextDouble() * upTo[upTo.length - 1]);
        return Math.min(at < 0 ? -1 - at : at, upTo.length - 1);
    }

    /** Share of the requests that the canary gets at a weight. */
    double canaryShare(int weight) {
        if (units.length == 0) return weight / (double) BUCKETS;
        double share = 0;
        for (int i = 0; i < units.length; i++) {
            if (onCanary(units[i], weight)) share += requestsUpTo[i] - (i == 0 ? 0 : requestsUpTo[i - 1]);
        }
        return share;
    }

    static boolean onCanary(long unit, int weight) {
        return Long.remainderUnsigned(unit, BUCKETS) < weight;
    }
}
