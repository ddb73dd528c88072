package dev.tandem.console.api;

import dev.tandem.console.lab.Lab;
import dev.tandem.console.lab.LabState;
import dev.tandem.console.lab.Workload;
import dev.tandem.console.lab.WorkloadReader;
import dev.tandem.console.live.LiveStreams;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;

/** {@code /lab}: the comparison. Its live figures are {@code lab} events of {@code /live}. */
final class LabResource {
    private final Lab lab;
    private final Answers answers;
    private final BodyHandler body;

    record LabView(LabState run, Workload preset) {}

    LabResource(Lab lab, LiveStreams streams, Answers answers, BodyHandler body) {
        this.lab = lab;
        this.answers = answers;
        this.body = body;
        lab.onEvent(event -> {
            if (!streams.isEmpty()) {
                streams.broadcast("lab", Json.write(event));
            }
        });
    }

    void install(Router api) {
        api.get("/lab").handler(context -> answers.send(context, () -> new LabView(lab.state(), Workload.quick())));
        api.post("/lab/runs").handler(body).handler(this::start);
        api.delete("/lab/runs/current").handler(this::stop);
    }

    private void start(RoutingContext context) {
        answers.send(context, 202, () -> {
            try {
                return lab.start(WorkloadReader.read(Bodies.bytes(context)));
            } catch (IllegalArgumentException e) {
                throw new ApiException(400, String.valueOf(e.getMessage()));
            } catch (IllegalStateException e) {
                throw new ApiException(409, String.valueOf(e.getMessage()));
            }
        });
    }

    private void stop(RoutingContext context) {
        answers.send(context, 202, () -> {
            if (!lab.stop()) {
                throw new ApiException(404, "no comparison is running");
            }
            return new TopicsResource.Done("the comparison is stopping");
        });
    }
}
