package dev.tandem.console.api;

import dev.tandem.amqp.admin.AmqpAdmin;
import dev.tandem.console.BrokerInfo;
import dev.tandem.console.ConsoleConfig;
import dev.tandem.console.guard.Refusal;
import dev.tandem.console.lab.Lab;
import dev.tandem.console.live.LiveStreams;
import dev.tandem.console.live.Sampler;
import dev.tandem.kafka.admin.KafkaAdmin;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.BodyHandler;

/** All of {@code /api/v1}. */
public final class ConsoleApi {
    private final KafkaAdmin kafka;
    private final AmqpAdmin amqp;
    private final BrokerInfo broker;
    private final ConsoleConfig config;
    private final Sampler sampler;
    private final LiveStreams streams;
    private final Lab lab;

    /** The resources over both modes. */
    public ConsoleApi(
            KafkaAdmin kafka,
            AmqpAdmin amqp,
            BrokerInfo broker,
            ConsoleConfig config,
            Sampler sampler,
            LiveStreams streams,
            Lab lab) {
        this.kafka = kafka;
        this.amqp = amqp;
        this.broker = broker;
        this.config = config;
        this.sampler = sampler;
        this.streams = streams;
        this.lab = lab;
    }

    /** Adds the routes. */
    public void install(Vertx vertx, Router router, WorkerExecutor workers) {
        var answers = new Answers(workers);
        Router api = Router.router(vertx);
        var body = BodyHandler.create(false).setBodyLimit(config.maxBodyBytes());
        new OverviewResource(broker, sampler, streams, answers).install(api);
        new TopicsResource(kafka, sampler, answers, body).install(api);
        new GroupsResource(kafka, answers).install(api);
        new QueuesResource(amqp, sampler, answers).install(api);
        new ExchangesResource(amqp, answers).install(api);
        new ConnectionsResource(kafka, amqp, answers).install(api);
        new BackupsResource(broker.backup(), answers, body).install(api);
        new LabResource(lab, streams, answers, body).install(api);
        router.route("/api/v1/*").subRouter(api);
        router.errorHandler(404, context -> Refusal.send(context, 404, "there is nothing at this address"));
        router.errorHandler(405, context -> Refusal.send(context, 405, "this address does not take this method"));
        router.errorHandler(
                413,
                context -> Refusal.send(
                        context,
                        413,
                        "the body is larger than " + config.maxBodyBytes() + " bytes (console.max-body-bytes)"));
        router.errorHandler(400, context -> Refusal.send(context, 400, "the request cannot be read"));
        router.errorHandler(500, context -> Refusal.send(context, 500, "the broker could not answer"));
    }
}
