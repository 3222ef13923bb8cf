package io.crossfade.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** A server that does one thing wrong with every request. A thread for each connection. */
final class FaultyServer {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 1024\r\n\r\n";

    enum Fault {
        /** Answers 500. */
        STATUS,
        /** Closes the connection in the middle of an answer. */
        CUT,
        /** Closes the connection behind an answer. */
        CLOSING,
        /** Sends half of an answer and leaves the connection open. */
        HALF,
        /** Answers the first request of a connection, and no other. */
        STALLED,
        /** Never answers. */
        SILENT,
        /** Needs a fifth of a second for each answer. */
        SLOW
    }

    private FaultyServer() {}

    /** Arguments: the port, on loopback, and a fault. Runs until it is ended. */
    public static void main(String[] arguments) throws IOException {
        Fault fault = Fault.valueOf(arguments[1]);
        try (var server = new ServerSocket(Integer.parseInt(arguments[0]), 1024, InetAddress.getLoopbackAddress())) {
            System.out.println("listening");
            while (true) {
                Socket socket = server.accept();
                new Thread(() -> serve(socket, fault)).start();
            }
        }
    }

    private static void serve(Socket socket, Fault fault) {
        try (socket) {
            var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            OutputStream out = socket.getOutputStream();
            int requests = 0;
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (line.isEmpty()) {
                    out.write(answer(fault, requests++).getBytes(StandardCharsets.US_ASCII));
                    if (fault == Fault.CUT || fault == Fault.CLOSING) {
                        return;
                    }
                }
            }
        } catch (IOException | InterruptedException e) {
            // the load generator has left
        }
    }

    private static String answer(Fault fault, int requestsBefore) throws InterruptedException {
        String whole = OK + "x".repeat(1024);
        return switch (fault) {
            case STATUS -> "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n";
            case CUT, HALF -> OK + "x".repeat(512);
            case CLOSING -> whole;
            case STALLED -> requestsBefore == 0 ? whole : "";
            case SILENT -> "";
            case SLOW -> {
                TimeUnit.MILLISECONDS.sleep(200);
                yield whole;
            }
        };
    }
}
