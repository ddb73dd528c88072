package dev.tandem.console.asset;

import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.zip.GZIPOutputStream;

/** One file in memory, plain and compressed. */
record Asset(String contentType, Buffer plain, Buffer gzipped, String etag) {

    static Asset of(String contentType, byte[] bytes) {
        String hash = Base64.getUrlEncoder().withoutPadding().encodeToString(sha256(bytes));
        return new Asset(
                contentType, Buffer.buffer(bytes), Buffer.buffer(gzip(bytes)), '"' + hash.substring(0, 22) + '"');
    }

    static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static byte[] gzip(byte[] bytes) {
        var compressed = new ByteArrayOutputStream(bytes.length / 2);
        try (var gzip = new GZIPOutputStream(compressed)) {
            gzip.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return compressed.toByteArray();
    }
}
