// sarama: see ../README.md.
package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/IBM/sarama"
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

func config() *sarama.Config {
	made := sarama.NewConfig()
	made.Version = sarama.MaxVersion
	made.Producer.Return.Successes = true
	made.Producer.RequiredAcks = sarama.WaitForAll
	made.Consumer.Offsets.Initial = sarama.OffsetOldest
	made.Consumer.Fetch.Default = raisedLimit
	made.Consumer.Group.Session.Timeout = 6 * time.Second
	made.Consumer.Group.Heartbeat.Interval = time.Second
	made.Consumer.Group.Rebalance.GroupStrategies = []sarama.BalanceStrategy{sarama.NewBalanceStrategyRange()}
	return made
}

type record struct {
	key, value []byte
	headers    string
}

func (r record) String() string {
	return fmt.Sprintf("%q %t %q %t %s", r.key, r.key == nil, r.value, r.value == nil, r.headers)
}

func records() []record {
	return []record{
		{[]byte("plain"), []byte("value"), "h=1"},
		{[]byte("schlüssel"), []byte("grüße 🐫"), "ü=é"},
		{nil, []byte("no key"), ""},
		{[]byte("tombstone"), nil, ""},
		{[]byte("empty"), []byte{}, "h="},
		{[]byte("big"), bytes.Repeat([]byte("x"), 300_000), ""},
	}
}

func produce(settings *sarama.Config, all ...record) {
	producer, err := sarama.NewSyncProducer([]string{bootstrap}, settings)
	check(err)
	var messages []*sarama.ProducerMessage
	for _, r := range all {
		message := &sarama.ProducerMessage{Topic: name}
		if r.key != nil {
			message.Key = sarama.ByteEncoder(r.key)
		}
		if r.value != nil {
			message.Value = sarama.ByteEncoder(r.value)
		}
		if header, value, has := strings.Cut(r.headers, "="); has {
			message.Headers = []sarama.RecordHeader{{Key: []byte(header), Value: []byte(value)}}
		}
		messages = append(messages, message)
	}
	check(producer.SendMessages(messages))
	check(producer.Close())
}

type member struct {
	mutex    sync.Mutex
	group    sarama.ConsumerGroup
	found    []record
	assigned int
	stop     context.CancelFunc
}

func join() *member {
	group, err := sarama.NewConsumerGroup([]string{bootstrap}, name, config())
	check(err)
	running, stop := context.WithCancel(context.Background())
	joined := &member{group: group, stop: stop}
	go func() {
		for running.Err() == nil {
			if err := group.Consume(running, []string{name}, joined); err != nil && running.Err() == nil {
				check(err)
			}
		}
	}()
	return joined
}

func (m *member) Setup(session sarama.ConsumerGroupSession) error {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	m.assigned = len(session.Claims()[name])
	return nil
}

func (m *member) Cleanup(sarama.ConsumerGroupSession) error { return nil }

func (m *member) ConsumeClaim(session sarama.ConsumerGroupSession, claim sarama.ConsumerGroupClaim) error {
	for {
		select {
		case message, open := <-claim.Messages():
			if !open {
				return nil
			}
			var headers []string
			for _, header := range message.Headers {
				headers = append(headers, string(header.Key)+"="+string(header.Value))
			}
			m.mutex.Lock()
			m.found = append(m.found, record{message.Key, message.Value, strings.Join(headers, ",")})
			m.mutex.Unlock()
			session.MarkMessage(message, "")
		case <-session.Context().Done():
			return nil
		}
	}
}

func (m *member) state() (int, int) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	return len(m.found), m.assigned
}

func (m *member) leave() {
	m.stop()
	check(m.group.Close())
}

func await(what string, condition func() bool) {
	for deadline := time.Now().Add(time.Minute); !condition(); time.Sleep(100 * time.Millisecond) {
		require(time.Now().Before(deadline), "waited in vain for %s", what)
	}
}

func main() {
	admin, err := sarama.NewClusterAdmin([]string{bootstrap}, config())
	check(err)
	raised := strconv.Itoa(raisedLimit)
	check(admin.CreateTopic(name, &sarama.TopicDetail{NumPartitions: 3, ReplicationFactor: 1,
		ConfigEntries: map[string]*string{"max.message.bytes": &raised}}, false))
	described, err := admin.DescribeTopics([]string{name})
	check(err)
	require(len(described[0].Partitions) == 3, "%d partitions", len(described[0].Partitions))
	fmt.Println("ok create")

	codecs := []sarama.CompressionCodec{sarama.CompressionNone, sarama.CompressionGZIP, sarama.CompressionSnappy,
		sarama.CompressionLZ4, sarama.CompressionZSTD}
	for _, codec := range codecs {
		settings := config()
		settings.Producer.Compression = codec
		settings.Producer.Idempotent = true
		settings.Net.MaxOpenRequests = 1
		produce(settings, records()...)
		fmt.Println("ok produce", codec)
	}

	total := len(records()) * len(codecs)
	first := join()
	await("all records", func() bool { found, _ := first.state(); return found >= total })
	first.leave()
	counts := map[string]int{}
	for _, found := range first.found {
		counts[found.String()]++
	}
	for _, expected := range records() {
		require(counts[expected.String()] == len(codecs), "%q: %d", expected.key, counts[expected.String()])
	}
	fmt.Println("ok consume")

	produce(config(), record{[]byte("later"), []byte("later"), ""})
	second := join()
	await("the later record", func() bool { found, _ := second.state(); return found >= 1 })
	require(len(second.found) == 1 && string(second.found[0].value) == "later", "other records than the later one")
	fmt.Println("ok resume")

	large := bytes.Repeat([]byte("tandem!?"), 1_000_000)
	settings := config()
	settings.Producer.MaxMessageBytes = raisedLimit
	produce(settings, record{[]byte("large"), large, ""})
	await("the large record", func() bool { found, _ := second.state(); return found >= 2 })
	require(bytes.Equal(second.found[1].value, large), "another record than the large one")
	fmt.Println("ok large")

	third := join()
	await("shares", func() bool {
		_, one := second.state()
		_, other := third.state()
		return one*other == 2
	})
	second.leave()
	third.leave()
	fmt.Println("ok rebalance")

	client, err := sarama.NewClient([]string{bootstrap}, config())
	check(err)
	var sum int64
	for partition := int32(0); partition < 3; partition++ {
		end, err := client.GetOffset(name, partition, sarama.OffsetNewest)
		check(err)
		sum += end
	}
	require(sum == int64(total+2), "end offsets add up to %d", sum)
	check(client.Close())
	fmt.Println("ok offsets")

	check(admin.DeleteTopic(name))
	check(admin.Close())
	fmt.Println("ok delete")
}
