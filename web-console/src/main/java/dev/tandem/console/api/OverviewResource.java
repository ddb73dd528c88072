package dev.tandem.console.api;

import dev.tandem.console.BrokerAddresses;
import dev.tandem.console.BrokerInfo;
import dev.tandem.console.live.LiveStreams;
import dev.tandem.console.live.Sample;
import dev.tandem.console.live.Sampler;
import dev.tandem.storage.alarm.StorageAlarm;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import java.util.List;
import java.util.Locale;

/** {@code /overview} and {@code /live}: the broker as a whole, now and from now on. */
final class OverviewResource {
    private final BrokerInfo broker;
    private final Sampler sampler;
    private final LiveStreams streams;
    private final Answers answers;

    /**
     * The broker.
     *
     * @param durability what an acknowledgement promises: {@code always} synced to disk, {@code os} written only
     * @param alarm why writes are refused now; empty when they are not
     * @param now the last sample; missing in the first moment
     */
    record Overview(
            String version,
            String dataDir,
            String durability,
            String alarm,
            BrokerAddresses addresses,
            List<Sample> now) {}

    /** Rates of the last minutes, one array a line of the chart. */
    record History(
            List<Long> at,
            List<Double> recordsIn,
            List<Double> recordsOut,
            List<Double> published,
            List<Double> delivered) {}

    OverviewResource(BrokerInfo broker, Sampler sampler, LiveStreams streams, Answers answers) {
        this.broker = broker;
        this.sampler = sampler;
        this.streams = streams;
        this.answers = answers;
        sampler.addListener(sample -> {
            if (!streams.isEmpty()) {
                streams.broadcast("sample", Json.write(sample));
            }
        });
    }

    void install(Router api) {
        api.get("/overview").handler(context -> answers.send(context, this::overview));
        api.get("/live").handler(context -> streams.open(context, this::beginning));
    }

    private Overview overview() {
        List<Sample> samples = sampler.history();
        return new Overview(
                broker.version(),
                broker.storage().dataDir().toAbsolutePath().toString(),
                broker.storage().sync().name().toLowerCase(Locale.ROOT),
                broker.alarm().get().map(StorageAlarm::reason).orElse(""),
                broker.addresses().get(),
                samples.isEmpty() ? List.of() : List.of(samples.get(samples.size() - 1)));
    }

    private Buffer beginning() {
        List<Sample> samples = sampler.history();
        var history = new History(
                samples.stream().map(Sample::at).toList(),
                samples.stream()
                        .map(sample -> sample.log().recordsInPerSecond())
                        .toList(),
                samples.stream()
                        .map(sample -> sample.log().recordsOutPerSecond())
                        .toList(),
                samples.stream()
                        .map(sample -> sample.queue().publishedPerSecond())
                        .toList(),
                samples.stream()
                        .map(sample -> sample.queue().deliveredPerSecond())
                        .toList());
        Buffer frames = LiveStreams.frame("history", Json.write(history));
        if (!samples.isEmpty()) {
            frames.appendBuffer(LiveStreams.frame("sample", Json.write(samples.get(samples.size() - 1))));
        }
        return frames;
    }
}
