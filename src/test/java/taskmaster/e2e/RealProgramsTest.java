package taskmaster.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import taskmaster.testing.Commands;
import taskmaster.testing.DaemonHarness;
import taskmaster.testing.ProcessStatus;
import taskmaster.testing.Procfs;

/** Programs that people run: nginx, redis and scripts, as users of their own. */
final class RealProgramsTest {

    private static final String NGINX =
            """
            worker_processes 2;
            pid ${dir}/run/nginx.pid;
            error_log stderr;
            events { worker_connections 16; }
            http {
              access_log off;
              client_body_temp_path ${dir}/run/body;
              proxy_temp_path ${dir}/run/proxy;
              fastcgi_temp_path ${dir}/run/fastcgi;
              uwsgi_temp_path ${dir}/run/uwsgi;
              scgi_temp_path ${dir}/run/scgi;
              server { listen 127.0.0.1:${port}; location / { return 200 "hello from nginx"; } }
            }
            """;

    private static final String SITE =
            """
            [programs.web]
            command = "nginx"
            args = ["-p", "${dir}/run", "-e", "stderr", "-c", "${dir}/nginx.conf", "-g", "daemon off;"]
            user = "nobody"
            stopsignal = "QUIT"
            stdout = "${dir}/web.log"
            redirect_stderr = true
            env = { PATH = "/usr/sbin:/usr/bin:/sbin:/bin" }

            [programs.store]
            command = "redis-server"
            args = ["--port", "0", "--unixsocket", "${dir}/run/redis.sock", "--dir", "${dir}/run",
                    "--save", "", "--daemonize", "no"]
            user = "nobody"
            stdout = "${dir}/store.log"
            redirect_stderr = true

            [programs.script]
            command = "${dir}/script"
            args = ["%(process_num)d"]
            numprocs = 2
            user = "nobody"
            stopsignal = "INT"
            stdout = "${dir}/script.%(process_num)d.log"
            redirect_stderr = true
            """;

    private static final String SCRIPT =
            """
            #!/bin/sh
            trap 'echo bye; exit 0' INT
            echo "script $1 runs as $(id -un)"
            while :; do sleep 1000 & wait $!; done
            """;

    @Test
    void nginxRedisAndAScriptAreKeptReloadedAndStopped() throws IOException {
        try (DaemonHarness daemon = DaemonHarness.prepare(SITE, "--nodaemon")) {
            Path run = Files.createDirectory(daemon.file("run"));
            Processes.run("chown", "nobody", run.toString());
            int port = freePort();
            Files.writeString(
                    daemon.file("nginx.conf"),
                    NGINX.replace("${dir}", daemon.directory().toString())
                            .replace("${port}", String.valueOf(port)));
            executable(daemon.file("script"), SCRIPT);
            daemon.launch();
            daemon.awaitReady();
            Processes.awaitAll(daemon, "RUNNING");
            awaitWeb(daemon, port);
            awaitStore(daemon);
            daemon.awaitText(daemon.file("script.0.log"), "script 0 runs as nobody");
            daemon.awaitText(daemon.file("script.1.log"), "script 1 runs as nobody");
            String nobody = Processes.run("id", "-u", "nobody").strip();
            assertTrue(Procfs.status(daemon.status("web").pid(), "Uid").startsWith(nobody + "\t"));

            killAndAwait(daemon, port);
            Map<String, Long> before = pids(daemon);
            breakAndMend(daemon, before);

            DaemonHarness.Output stopped = daemon.ctl("stop", "all");
            assertEquals(0, stopped.exit(), stopped::toString);
            for (ProcessStatus process : daemon.status()) {
                assertEquals("STOPPED", process.state(), process.name());
                assertEquals(Optional.of(0L), process.exitCode(), process.name());
            }
            assertTrue(Files.readString(daemon.file("script.0.log")).contains("bye"));
            Processes.assertExactlyTheseRun(daemon);
        }
    }

    /** The masters are killed; nginx could not bind its port were its workers still there. */
    private static void killAndAwait(DaemonHarness daemon, int port) throws IOException {
        Map<String, Long> before = pids(daemon);
        Processes.signal(new java.util.ArrayList<>(before.values()), "KILL");
        for (Map.Entry<String, Long> process : before.entrySet()) {
            daemon.awaitReplaced(process.getKey(), process.getValue());
        }
        awaitWeb(daemon, port);
        awaitStore(daemon);
    }

    private static void breakAndMend(DaemonHarness daemon, Map<String, Long> before)
            throws IOException {
        daemon.writeConfig(SITE.replace("stopsignal = \"INT\"", "stopsignal = \"INTT\""));
        DaemonHarness.Output broken = daemon.ctl("reload");
        assertEquals(1, broken.exit(), broken::toString);
        String said = broken.out() + broken.err();
        assertTrue(said.contains("\"INTT\" is not a signal"), said);
        assertEquals(before, pids(daemon));

        daemon.writeConfig(SITE.replace("args = [\"%(process_num)d\"]", "args = [\"new\"]"));
        DaemonHarness.Output mended = daemon.ctl("reload");
        assertEquals(0, mended.exit(), mended::toString);
        Processes.awaitAll(daemon, "RUNNING");
        // Both: before that they do not handle the signal that will stop them.
        daemon.awaitText(daemon.file("script.0.log"), "script new runs as nobody");
        daemon.awaitText(daemon.file("script.1.log"), "script new runs as nobody");
        Map<String, Long> after = pids(daemon);
        assertEquals(before.get("web"), after.get("web"));
        assertEquals(before.get("store"), after.get("store"));
        assertFalse(before.get("script:script_0").equals(after.get("script:script_0")));
        assertFalse(before.get("script:script_1").equals(after.get("script:script_1")));
    }

    private static Map<String, Long> pids(DaemonHarness daemon) throws IOException {
        Map<String, Long> pids = new HashMap<>();
        for (ProcessStatus process : daemon.status()) {
            pids.put(process.name(), process.pid());
        }
        return pids;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void awaitWeb(DaemonHarness daemon, int port) throws IOException {
        String url = "http://127.0.0.1:" + port + "/";
        daemon.await(
                "nginx answers",
                () -> {
                    DaemonHarness.Output page =
                            Commands.run(
                                    Map.of(),
                                    DaemonHarness.PATIENCE,
                                    "curl",
                                    "-s",
                                    "--noproxy",
                                    "*",
                                    url);
                    return page.exit() == 0 && page.out().equals("hello from nginx");
                });
    }

    private static void awaitStore(DaemonHarness daemon) throws IOException {
        String socket = daemon.file("run/redis.sock").toString();
        daemon.await(
                "redis answers",
                () -> {
                    DaemonHarness.Output pong =
                            Commands.run(
                                    Map.of(),
                                    DaemonHarness.PATIENCE,
                                    "redis-cli",
                                    "-s",
                                    socket,
                                    "PING");
                    return pong.out().equals("PONG\n");
                });
    }

    private static void executable(Path file, String text) throws IOException {
        Files.writeString(file, text);
        Processes.run("chmod", "755", file.toString());
    }

    @Test
    void pythonAndBashProgramsAreStoppedBySignalsTheyHandle() throws IOException {
        String toml =
                """
                [programs.snake]
                command = "python3"
                args = ["-u", "-c", '''
                import os, signal, sys, time
                def bye(number, frame):
                    print("caught", signal.Signals(number).name)
                    sys.exit(3)
                signal.signal(signal.SIGUSR1, bye)
                print("session", os.getsid(0) == os.getpid(), "ppid", os.getppid())
                while True:
                    signal.pause()
                ''']
                stopsignal = "USR1"
                stdout = "${dir}/snake.log"
                redirect_stderr = true

                [programs.shell]
                command = "bash"
                args = ["-c", '''
                trap 'echo "caught HUP"' HUP
                trap 'echo "caught TERM"; exit 4' TERM
                echo "bash ${BASH_VERSINFO[0]} in $PWD"
                coproc sleep 1000
                while true; do wait; done
                ''']
                directory = "/"
                stdout = "${dir}/shell.log"
                redirect_stderr = true
                """;
        try (DaemonHarness daemon = DaemonHarness.start(toml)) {
            Processes.awaitAll(daemon, "RUNNING");
            daemon.awaitText(daemon.file("snake.log"), "session True ppid " + daemon.pid() + "\n");
            daemon.awaitText(daemon.file("shell.log"), " in /\n");

            assertEquals(0, daemon.ctl("signal", "HUP", "shell").exit());
            daemon.awaitText(daemon.file("shell.log"), "caught HUP\n");
            assertEquals(0, daemon.ctl("stop").exit());

            assertTrue(Files.readString(daemon.file("snake.log")).endsWith("caught SIGUSR1\n"));
            assertTrue(Files.readString(daemon.file("shell.log")).endsWith("caught TERM\n"));
            assertEquals(Optional.of(3L), daemon.status("snake").exitCode());
            assertEquals(Optional.of(4L), daemon.status("shell").exitCode());
            Processes.assertExactlyTheseRun(daemon);
        }
    }
}
