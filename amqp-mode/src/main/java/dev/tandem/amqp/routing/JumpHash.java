package dev.tandem.amqp.routing;

import java.nio.charset.StandardCharsets;

/** Jump consistent hashing (Lamping and Veach, 2014): as buckets are added, keys move to new buckets only. */
final class JumpHash {
    private static final long FNV_OFFSET_BASIS = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private JumpHash() {}

    /** The bucket of a text, from 0 on. */
    static long bucket(String text, long buckets) {
        return bucket(hash(text), buckets);
    }

    /** The bucket of a hash: the paper's algorithm. */
    static long bucket(long hash, long buckets) {
        long key = hash;
        long bucket = -1;
        long next = 0;
        while (next < buckets) {
            bucket = next;
            key = key * 2862933555777941757L + 1;
            next = (long) ((bucket + 1) * ((double) (1L << 31) / (double) ((key >>> 33) + 1)));
        }
        return bucket;
    }

    /** FNV-1a, its bits mixed as MurmurHash3 does at the end, for FNV leaves short texts close to each other. */
    private static long hash(String text) {
        long hash = FNV_OFFSET_BASIS;
        for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (octet & 0xFF)) * FNV_PRIME;
        }
        hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
        hash = (hash ^ (hash >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return hash ^ (hash >>> 33);
    }
}
