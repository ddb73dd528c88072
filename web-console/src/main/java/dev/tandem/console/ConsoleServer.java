package dev.tandem.console;

import dev.tandem.amqp.admin.AmqpAdmin;
import dev.tandem.console.api.ConsoleApi;
import dev.tandem.console.asset.Assets;
import dev.tandem.console.guard.Guards;
import dev.tandem.console.guard.Refusal;
import dev.tandem.console.lab.Lab;
import dev.tandem.console.live.LiveStreams;
import dev.tandem.console.live.Sampler;
import dev.tandem.console.management.ManagementApi;
import dev.tandem.console.metrics.MetricsExporter;
import dev.tandem.kafka.admin.KafkaAdmin;
import dev.tandem.net.ListenException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The http port: pages, JSON API, live streams, comparison lab, health and metrics. */
public final class ConsoleServer {
    private static final Logger LOGGER = LoggerFactory.getLogger(ConsoleServer.class);
    private static final int WORKERS = 2;

    private final Vertx vertx;
    private final KafkaAdmin kafka;
    private final AmqpAdmin amqp;
    private final ConsoleConfig config;
    private final List<String> hosts;
    private final BrokerInfo broker;
    private final List<HttpServer> servers = new ArrayList<>();
    private final WorkerExecutor workers;
    private final Sampler sampler;
    private final LiveStreams streams;
    private final Supplier<MetricsExporter> metrics;
    private final Lab lab;
    private volatile int port;

    /**
     * Makes a console that is not started yet.
     *
     * @param hosts local addresses to listen on, as {@link dev.tandem.net.Listener} takes them
     */
    public ConsoleServer(
            Vertx vertx,
            KafkaAdmin kafka,
            AmqpAdmin amqp,
            ConsoleConfig config,
            List<String> hosts,
            BrokerInfo broker) {
        this.vertx = vertx;
        this.kafka = kafka;
        this.amqp = amqp;
        this.config = config;
        this.hosts = List.copyOf(hosts);
        this.broker = broker;
        this.port = config.port();
        this.workers = vertx.createSharedWorkerExecutor("tandem-console", WORKERS);
        this.sampler =
                new Sampler(vertx, workers, kafka, amqp, broker.storageMetrics(), broker.alarm(), Clock.systemUTC());
        this.streams = new LiveStreams(config.maxLiveStreams());
        this.lab = new Lab(kafka, amqp, broker, config);
        // Made by the first scrape: most brokers on a desk are never scraped.
        this.metrics = new Once<>(() ->
                new MetricsExporter(sampler::observe, broker.alarm(), config.metricsMaxSeries(), broker.version()));
    }

    /** Binds the port on every host; fails with {@link ListenException}. */
    public Future<Void> start() {
        Router router = router();
        Future<Void> bound = Future.succeededFuture();
        for (String host : hosts) {
            bound = bound.compose(ignored -> bind(host, router));
        }
        return bound.onSuccess(ignored -> sampler.start())
                .recover(failure -> stop().transform(stopped -> Future.failedFuture(failure)));
    }

    /** The bound port. */
    public int port() {
        return port;
    }

    /** Stops listening and ends live streams. */
    public Future<Void> stop() {
        lab.stop();
        sampler.stop();
        streams.close();
        var closing = new ArrayList<Future<Void>>();
        for (HttpServer server : servers) {
            closing.add(server.close());
        }
        servers.clear();
        return Future.join(closing).eventually(workers::close).mapEmpty();
    }

    private Router router() {
        Router router = Router.router(vertx);
        // Health first: probes call by whatever address they know and learn nothing but a status.
        router.get("/healthz").handler(request -> request.response().end("ok\n"));
        router.get("/readyz").handler(request -> {
            boolean ready = broker.ready().getAsBoolean();
            request.response().setStatusCode(ready ? 200 : 503).end(ready ? "ready\n" : "not ready\n");
        });
        Guards.install(router, config, hosts);
        router.get("/metrics").handler(this::metrics);
        new ManagementApi(amqp.access()).install(vertx, router, workers, config.maxBodyBytes());
        new ConsoleApi(kafka, amqp, broker, config, sampler, streams, lab).install(vertx, router, workers);
        Assets.install(router, workers);
        return router;
    }

    private void metrics(RoutingContext context) {
        workers.executeBlocking(() -> metrics.get().scrape(), false).onComplete(scrape -> {
            if (scrape.failed()) {
                LOGGER.error("could not answer a scrape of /metrics", scrape.cause());
                Refusal.send(context, 500, "the broker could not answer; its log says why");
                return;
            }
            context.response()
                    .putHeader("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
                    .end(scrape.result());
        });
    }

    private Future<Void> bind(String host, Router router) {
        HttpServer server = vertx.createHttpServer(new HttpServerOptions()
                .setMaxInitialLineLength(4 << 10)
                .setMaxHeaderSize(8 << 10)
                .setIdleTimeout(60)
                .setHttp2ClearTextEnabled(false)
                .setTcpNoDelay(true));
        return server.requestHandler(router)
                .listen(port, host)
                .map(listening -> {
                    servers.add(listening);
                    port = listening.actualPort();
                    return (Void) null;
                })
                .recover(
                        failure -> host.indexOf(':') >= 0 && !servers.isEmpty() && !ListenException.isPortInUse(failure)
                                ? Future.succeededFuture() // a machine without IPv6
                                : Future.failedFuture(ListenException.of("http", host, port, failure)));
    }
}
