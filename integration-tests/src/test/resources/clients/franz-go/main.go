// franz-go: see ../README.md.
package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

const raisedLimit = 10_000_000

var bootstrap, name = os.Args[1], os.Args[2]

func check(err error) {
	if err != nil {
		fmt.Println("FAILED", err)
		os.Exit(1)
	}
}

func require(holds bool, format string, values ...any) {
	if !holds {
		check(fmt.Errorf(format, values...))
	}
}

func records() []*kgo.Record {
	h := func(key, value string) []kgo.RecordHeader {
		return []kgo.RecordHeader{{Key: key, Value: []byte(value)}}
	}
	return []*kgo.Record{
		{Key: []byte("plain"), Value: []byte("value"), Headers: h("h", "1")},
		{Key: []byte("schlüssel"), Value: []byte("grüße 🐫"), Headers: h("ü", "é")},
		{Key: nil, Value: []byte("no key")},
		{Key: []byte("tombstone"), Value: nil},
		{Key: []byte("empty"), Value: []byte{}, Headers: h("h", "")},
		{Key: []byte("big"), Value: bytes.Repeat([]byte("x"), 300_000)},
	}
}

func describe(record *kgo.Record) string {
	var headers []string
	for _, header := range record.Headers {
		headers = append(headers, header.Key+"="+string(header.Value))
	}
	return fmt.Sprintf("%q %t %q %t %s", record.Key, record.Key == nil, record.Value, record.Value == nil, strings.Join(headers, ","))
}

func client(options ...kgo.Opt) *kgo.Client {
	made, err := kgo.NewClient(append(options, kgo.SeedBrokers(bootstrap))...)
	check(err)
	return made
}

func member() *kgo.Client {
	return client(kgo.ConsumerGroup(name), kgo.ConsumeTopics(name), kgo.DisableAutoCommit(),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()), kgo.Balancers(kgo.CooperativeStickyBalancer()),
		kgo.FetchMaxPartitionBytes(raisedLimit), kgo.HeartbeatInterval(time.Second), kgo.SessionTimeout(6*time.Second))
}

func read(consumer *kgo.Client, count int) []*kgo.Record {
	limit, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	var found []*kgo.Record
	for len(found) < count {
		fetches := consumer.PollFetches(limit)
		check(fetches.Err())
		found = append(found, fetches.Records()...)
	}
	require(len(found) == count, "%d of %d records", len(found), count)
	return found
}

func main() {
	limit, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	admin := kadm.NewClient(client())
	raised := strconv.Itoa(raisedLimit)
	_, err := admin.CreateTopic(limit, 3, 1, map[string]*string{"max.message.bytes": &raised}, name)
	check(err)
	topics, err := admin.ListTopics(limit, name)
	check(err)
	require(len(topics[name].Partitions) == 3, "%d partitions", len(topics[name].Partitions))
	fmt.Println("ok create")

	codecs := map[string]kgo.CompressionCodec{"none": kgo.NoCompression(), "gzip": kgo.GzipCompression(),
		"snappy": kgo.SnappyCompression(), "lz4": kgo.Lz4Compression(), "zstd": kgo.ZstdCompression()}
	for codec, compression := range codecs {
		producer := client(kgo.ProducerBatchCompression(compression), kgo.DefaultProduceTopic(name))
		check(producer.ProduceSync(limit, records()...).FirstErr())
		producer.Close()
		fmt.Println("ok produce", codec)
	}

	total := len(records()) * len(codecs)
	first := member()
	counts := map[string]int{}
	for _, record := range read(first, total) {
		counts[describe(record)]++
	}
	for _, record := range records() {
		require(counts[describe(record)] == len(codecs), "%q: %d", record.Key, counts[describe(record)])
	}
	check(first.CommitUncommittedOffsets(limit))
	first.Close()
	fmt.Println("ok consume")

	producer := client(kgo.DefaultProduceTopic(name))
	check(producer.ProduceSync(limit, kgo.StringRecord("later")).FirstErr())
	producer.Close()
	second := member()
	require(string(read(second, 1)[0].Value) == "later", "another record than the later one")
	check(second.CommitUncommittedOffsets(limit))
	fmt.Println("ok resume")

	large := bytes.Repeat([]byte("tandem!?"), 1_000_000)
	producer = client(kgo.DefaultProduceTopic(name), kgo.ProducerBatchMaxBytes(raisedLimit),
		kgo.ProducerBatchCompression(kgo.NoCompression()))
	check(producer.ProduceSync(limit, kgo.SliceRecord(large)).FirstErr())
	producer.Close()
	require(bytes.Equal(read(second, 1)[0].Value, large), "another record than the large one")
	check(second.CommitUncommittedOffsets(limit))
	fmt.Println("ok large")

	third := member()
	go func() {
		for limit.Err() == nil {
			second.PollFetches(limit)
		}
	}()
	go func() {
		for limit.Err() == nil {
			third.PollFetches(limit)
		}
	}()
	for {
		described, err := admin.DescribeGroups(limit, name)
		check(err)
		shares := map[int]int{}
		for _, member := range described[name].Members {
			assigned, ok := member.Assigned.AsConsumer()
			if ok {
				for _, topic := range assigned.Topics {
					shares[len(topic.Partitions)]++
				}
			}
		}
		if shares[1] == 1 && shares[2] == 1 {
			break
		}
		require(limit.Err() == nil, "shares %v", shares)
		time.Sleep(100 * time.Millisecond)
	}
	second.Close()
	third.Close()
	fmt.Println("ok rebalance")

	ends, err := admin.ListEndOffsets(limit, name)
	check(err)
	var sum int64
	ends.Each(func(offset kadm.ListedOffset) { sum += offset.Offset })
	require(sum == int64(total+2), "end offsets add up to %d", sum)
	fmt.Println("ok offsets")

	_, err = admin.DeleteTopic(limit, name)
	check(err)
	fmt.Println("ok delete")
}
