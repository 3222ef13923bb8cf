package io.crossfade.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Messages that tests cut, change and compare: everyday ones, odd ones, and ones that other proxies have fallen for. */
@SuppressWarnings("StringConcatToTextBlock") // A text block would hide the CRLFs.
final class Corpus {
    static final List<String> REQUESTS = List.of(
            "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
            "\r\nGET /a/b.c?d=e&f=[1]\\ HTTP/1.1\r\nHost: shop.example:8080\r\nUser-Agent: x/1 (y; z)\r\nAccept: */*\r\n"
                    + "Accept-Encoding: gzip, br\r\nCookie: uid=42; s=\"q\"\r\nX-User-Id: 7\r\n\r\n",
            "POST /o HTTP/1.1\r\nHost: a.example\r\nContent-Length: 11\r\nContent-Type: text/plain\r\n\r\nhello\r\nworldGET",
            "PUT /o HTTP/1.1\r\nhost:\ta.example \t\r\nTransfer-Encoding: Chunked\r\n\r\n5\r\nhello\r\nA;x=\"y\"\r\n0123456789\r\n"
                    + "0\r\n\r\nNEXT",
            "POST / HTTP/1.1\r\nHost: a\r\nTE: trailers\r\nConnection: TE, X-Gone\r\nX-Gone: 1\r\nTrailer: X-Sum\r\n"
                    + "transfer-encoding:chunked\r\n\r\n1\r\na\r\n0;e\r\nX-Sum: 1\r\nHost: evil\r\nContent-Length: 9\r\n\r\nNEXT",
            "OPTIONS * HTTP/1.1\r\nHost: [::1]:80\r\nMax-Forwards: 1\r\n\r\n",
            "OPTIONS http://b.example HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET HTTP://b.example:81?q=1 HTTP/1.1\r\nX: 1\r\nHost: a\r\n\r\n",
            "GET https://[2001:db8::1]/x//y/../z HTTP/1.1\r\nHost: a\r\n\r\n",
            "HEAD /a/./b%2fc/%7euser HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\nExpect: 100-continue\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\nContent-Length: 3\r\n\r\nabc",
            "GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 1.1.1.1\r\nX_Forwarded_For: 2\r\nForwarded: for=1\r\n"
                    + "X-Real-IP: 1\r\nX-Proxy-Variant: canary\r\nVia: 1.0 x\r\n\r\n",
            "GET /chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AA\r\n"
                    + "Keep-Alive: 5\r\nProxy-Connection: x\r\n\r\n",
            "GET /{x}|^`\"<> HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nX: caf\u00e9\t\u0080\r\nEmpty:\r\nBlank: \t \r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /x HTTP/1.1\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\u000bchunked\r\n\r\n0\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
            "GET / HTTP/1.1\nHost: a\n\n",
            "GET / HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n",
            "GET /../etc HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET /%2e%2e/%5c%00 HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET /a/..;/b/.;x=%2e;/..a;c HTTP/1.1\r\nHost: a\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nX: 1\r\nexpect: 100-Continue\r\nContent-Length: 1\r\n\r\na",
            "TRACE / HTTP/1.1\r\nHost: a\r\n\r\n",
            "CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n",
            "GET / HTTP/2.0\r\nHost: a\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5 ;x\r\nhello\r\n00\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\nhello\r\n0\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhelloX\r\n0\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: a\nb\r\n\r\n");

    static final List<String> RESPONSES = List.of(
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Type: text/plain\r\nDate: x\r\n\r\nhelloHTTP/1.1",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: keep-alive\r\n\r\n5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n",
            "HTTP/1.1 100 Continue\r\n\r\n",
            "HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n",
            "HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\nHTTP",
            "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\nETag: \"x\"\r\n\r\n",
            "HTTP/1.0 200 OK\r\nX: y\r\n\r\nuntil the end",
            "HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 2\r\n\r\nok",
            "HTTP/1.1 200\r\nConnection: close, X-Gone\r\nX-Gone: 1\r\nKeep-Alive: 5\r\n\r\nuntil the end",
            "HTTP/1.1 404 Pas trouv\u00e9\r\nUpgrade: h2\r\nSet-Cookie: a=b\r\nSet-Cookie: c=d\r\nContent-Length: 0\r\n\r\n",
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\n\r\nhello",
            "HTTP/1.1 200 OK\r\nX: a\r\n b\r\n\r\n",
            "HTTP/1.1 200 OK\nContent-Length: 0\n\n",
            "HTTP/1.1 99 OK\r\n\r\n",
            "HTTP/1.1 204 x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "ICY 200 OK\r\n\r\n");

    /** Every kind of answer with every way to delimit its body, also those that contradict each other. */
    static List<String> manyResponses() {
        List<String> all = new ArrayList<>(RESPONSES);
        for (String start :
                List.of("HTTP/1.1 200 OK", "HTTP/1.0 404 No", "HTTP/1.1 102", "HTTP/1.1 204 N", "HTTP/1.1 304 N")) {
            for (String fields : List.of(
                    "",
                    "Content-Length: 5\r\n",
                    "Transfer-Encoding: chunked\r\n",
                    "Content-Length: 5\r\nContent-Length: 5\r\n",
                    "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
                    "Trailer: X\r\ntransfer-encoding: CHUNKED\r\nConnection: close\r\n",
                    "Connection: Keep-Alive, X-Y\r\nX-Y: 1\r\nContent-Length: 05\r\nX_Y: 2\r\n")) {
                String body = fields.toLowerCase(Locale.ROOT).contains("chunked")
                        ? "5;a=b\r\nhello\r\n0\r\nX: 1\r\nVia: 2\r\nX_Y: 3\r\n\r\n"
                        : "hello";
                all.add(start + "\r\nDate: x\r\n" + fields + "\r\n" + body + "HTTP/1.1");
            }
        }
        return all;
    }

    private Corpus() {}
}
