package dev.tandem.kafka.api;

import dev.tandem.kafka.topic.Partition;
import dev.tandem.kafka.topic.Topic;
import dev.tandem.kafka.topic.TopicTable;
import dev.tandem.storage.StorageEngine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.IntPredicate;
import org.apache.kafka.common.message.DescribeLogDirsRequestData;
import org.apache.kafka.common.message.DescribeLogDirsRequestData.DescribableLogDirTopic;
import org.apache.kafka.common.message.DescribeLogDirsResponseData;
import org.apache.kafka.common.message.DescribeLogDirsResponseData.DescribeLogDirsPartition;
import org.apache.kafka.common.message.DescribeLogDirsResponseData.DescribeLogDirsResult;
import org.apache.kafka.common.message.DescribeLogDirsResponseData.DescribeLogDirsTopic;
import org.apache.kafka.common.protocol.ApiKeys;

/**
 * DescribeLogDirs 1-5. v2 flexible, v3 top-level error, v4 volume sizes, v5 cordoned. The one log directory is the data
 * directory, which holds queues as well; a partition's size is that of its batches.
 */
final class DescribeLogDirsHandler implements ApiHandler<DescribeLogDirsRequestData, DescribeLogDirsResponseData> {
    private final StorageEngine storage;
    private final TopicTable topics;

    DescribeLogDirsHandler(StorageEngine storage, TopicTable topics) {
        this.storage = storage;
        this.topics = topics;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.DESCRIBE_LOG_DIRS;
    }

    @Override
    public CompletionStage<DescribeLogDirsResponseData> handle(
            RequestContext context, DescribeLogDirsRequestData request) {
        var opening = new ArrayList<CompletableFuture<?>>();
        var asked = new ArrayList<DescribeLogDirsTopic>();
        if (request.topics() == null) {
            topics.sorted().forEach(topic -> asked.add(describe(topic, partition -> true, opening)));
        } else {
            for (DescribableLogDirTopic wanted : request.topics()) {
                topics.byName(wanted.topic())
                        .ifPresent(topic -> asked.add(describe(topic, wanted.partitions()::contains, opening)));
            }
        }
        return CompletableFuture.allOf(opening.toArray(CompletableFuture[]::new))
                .thenApplyAsync(ignored -> answer(asked), storage.readers());
    }

    private static DescribeLogDirsTopic describe(Topic topic, IntPredicate wanted, List<CompletableFuture<?>> opening) {
        var answer = new DescribeLogDirsTopic().setName(topic.name());
        for (Partition partition : topic.partitions()) {
            if (wanted.test(partition.index())) {
                var described = new DescribeLogDirsPartition().setPartitionIndex(partition.index());
                answer.partitions().add(described);
                // A log that cannot be opened, or is deleted meanwhile, holds nothing that can be told.
                opening.add(partition
                        .log()
                        .handle((log, failure) ->
                                failure == null ? described.setPartitionSize(log.sizeInBytes()) : described));
            }
        }
        return answer;
    }

    private DescribeLogDirsResponseData answer(List<DescribeLogDirsTopic> described) {
        try {
            FileStore volume = Files.getFileStore(storage.dataDir());
            var response = new DescribeLogDirsResponseData();
            response.results()
                    .add(new DescribeLogDirsResult()
                            .setLogDir(storage.dataDir().toAbsolutePath().toString())
                            .setTopics(described)
                            .setTotalBytes(volume.getTotalSpace())
                            .setUsableBytes(volume.getUsableSpace()));
            return response;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot look at the volume of " + storage.dataDir(), e);
        }
    }
}
