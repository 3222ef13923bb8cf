package io.crossfade.load.bench;

import io.crossfade.http.HttpLimits;
import io.crossfade.http.RequestHead;
import io.crossfade.http.RequestScanner;
import io.crossfade.http.RequestScanner.UnderscoreNames;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** What it costs to walk, check and index one request head, and to find a cookie in it. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ScanBenchmark {
    private static final byte[] COOKIE = "uid".getBytes(StandardCharsets.US_ASCII);

    /** Fields beside the seven of a browser. */
    @Param({"0", "30"})
    public int moreFields;

    private final RequestScanner scanner = new RequestScanner(HttpLimits.defaults());
    private final RequestHead head = new RequestHead();
    private ByteBuf bytes = Unpooled.EMPTY_BUFFER;

    @Setup
    public void build() {
        var text = new StringBuilder("GET /api/orders/4711?expand=lines HTTP/1.1\r\nHost: shop.example\r\n")
                .append("User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0\r\n")
                .append("Accept: application/json, text/html;q=0.9, */*;q=0.8\r\nAccept-Language: en-GB,en;q=0.7\r\n")
                .append("Accept-Encoding: gzip, deflate, br\r\nReferer: https://shop.example/\r\n")
                .append("Cookie: theme=light; uid=u0004711; cart=c1f0a7\r\n");
        for (int i = 0; i < moreFields; i++) {
            text.append("X-Field-").append(i).append(": some value of ordinary length\r\n");
        }
        byte[] encoded = text.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII);
        bytes = Unpooled.directBuffer(encoded.length).writeBytes(encoded);
        if (scanner.scan(bytes, head, UnderscoreNames.DROP) != encoded.length || head.cookie(COOKIE) < 0) {
            throw new IllegalStateException("the head that is measured is not the head that was written");
        }
    }

    @TearDown
    public void release() {
        bytes.release();
    }

    @Benchmark
    public int scan() {
        return scanner.scan(bytes, head, UnderscoreNames.DROP);
    }

    @Benchmark
    public long scanAndFindCookie() {
        return scanner.scan(bytes, head, UnderscoreNames.DROP) + head.cookie(COOKIE);
    }
}
