// amqp091-go: see ../README.md.
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"reflect"
	"strconv"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"
)

const patience = time.Minute

var uri, name = os.Args[1], os.Args[2]
var queue, dead = name + ".größe", name + ".dead"

var headers = amqp.Table{
	"true":    true,
	"byte":    byte(200),
	"short":   int16(-300),
	"int":     int32(-70_000),
	"long":    int64(1) << 40,
	"float":   float32(0.5),
	"double":  0.1,
	"decimal": amqp.Decimal{Scale: 2, Value: 314},
	"text":    "grüße 🐫",
	"bytes":   []byte{0, 255},
	"time":    time.Unix(1_764_000_000, 0),
	"void":    nil,
	"array":   []any{int32(1), "zwei", []any{int64(3)}, amqp.Table{"vier": int32(4)}},
	"table":   amqp.Table{"inner": amqp.Table{"deep": "é"}},
	"ключ":    "ü",
}

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

func next[T any](from <-chan T, what string) T {
	select {
	case value, open := <-from:
		require(open, "closed while waiting for %s", what)
		return value
	case <-time.After(patience):
		check(fmt.Errorf("waited in vain for %s", what))
		panic("unreachable")
	}
}

func open(connection *amqp.Connection) *amqp.Channel {
	channel, err := connection.Channel()
	check(err)
	return channel
}

func get(channel *amqp.Channel, from string) amqp.Delivery {
	for range 600 {
		delivery, there, err := channel.Get(from, false)
		check(err)
		if there {
			return delivery
		}
		time.Sleep(100 * time.Millisecond)
	}
	check(fmt.Errorf("%s stays empty", from))
	panic("unreachable")
}

func requireClosed(err error, code int, reason string) {
	var closed *amqp.Error
	require(errors.As(err, &closed) && closed.Code == code && closed.Reason == reason, "%d expected, got %v", code, err)
}

func consume(channel *amqp.Channel, from string) <-chan amqp.Delivery {
	deliveries, err := channel.Consume(from, "", false, false, false, false, nil)
	check(err)
	return deliveries
}

func main() {
	// Does nothing for longer than the broker waits for a dead peer.
	idle, err := amqp.DialConfig(uri, amqp.Config{Heartbeat: time.Second})
	check(err)
	idleSince := time.Now()
	connection, err := amqp.Dial(uri)
	check(err)
	channel := open(connection)

	declare(connection, channel)
	publish := confirming(connection, channel)
	headersAndBodies(channel, publish)
	consuming(connection, channel, publish)
	transaction(connection, channel)
	cancelled(connection, channel)

	time.Sleep(time.Until(idleSince.Add(4 * time.Second)))
	_, err = open(idle).QueueDeclare("", false, false, true, false, nil)
	check(err)
	check(idle.Close())
	fmt.Println("ok heartbeat")

	for _, doomed := range []string{queue, dead} {
		_, err = channel.QueueDelete(doomed, false, false, false)
		check(err)
	}
	for _, kind := range []string{"direct", "fanout", "topic", "headers", "x-consistent-hash"} {
		check(channel.ExchangeDelete(name+"."+kind, false, false))
	}
	check(connection.Close())
	fmt.Println("ok delete")
}

func declare(connection *amqp.Connection, channel *amqp.Channel) {
	for _, kind := range []string{"direct", "fanout", "topic", "headers", "x-consistent-hash"} {
		check(channel.ExchangeDeclare(name+"."+kind, kind, true, false, false, false, nil))
	}
	arguments := amqp.Table{"x-dead-letter-exchange": "", "x-dead-letter-routing-key": dead, "x-message-ttl": 600_000}
	_, err := channel.QueueDeclare(queue, true, false, false, false, arguments)
	check(err)
	_, err = channel.QueueDeclare(dead, true, false, false, false, amqp.Table{amqp.QueueTypeArg: amqp.QueueTypeQuorum})
	check(err)
	check(channel.QueueBind(queue, "a.*.#", name+".topic", false, nil))
	check(channel.QueueBind(queue, "", name+".headers", false, amqp.Table{"x-match": "any", "n": int64(1)}))
	check(channel.QueueBind(queue, "1", name+".x-consistent-hash", false, nil))
	check(channel.ExchangeBind(name+".x-consistent-hash", "through", name+".direct", false, nil))
	_, err = open(connection).QueueDeclarePassive(name+".none", true, false, false, false, nil)
	requireClosed(err, amqp.NotFound, "NOT_FOUND - no queue '"+name+".none' in vhost '/'")
	_, err = open(connection).QueueDeclare(queue, false, false, false, false, arguments)
	requireClosed(err, amqp.PreconditionFailed, "PRECONDITION_FAILED - inequivalent arg 'durable' for queue '"+queue+
		"' in vhost '/': received 'false' but current is 'true'")
	fmt.Println("ok declare")
}

func confirming(connection *amqp.Connection, channel *amqp.Channel) func(string, string, amqp.Publishing) {
	check(channel.Confirm(false))
	returns := channel.NotifyReturn(make(chan amqp.Return, 1))
	send := func(exchange, key string, message amqp.Publishing) *amqp.DeferredConfirmation {
		confirmation, err := channel.PublishWithDeferredConfirm(exchange, key, true, false, message)
		check(err)
		return confirmation
	}
	await := func(confirmation *amqp.DeferredConfirmation) {
		limit, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		acknowledged, err := confirmation.WaitContext(limit)
		check(err)
		require(acknowledged, "message %d was refused", confirmation.DeliveryTag)
	}

	routes := [][2]string{{"", queue}, {name + ".topic", "a.b.c"}, {name + ".headers", ""}, {name + ".direct", "through"}}
	var confirmations []*amqp.DeferredConfirmation
	for number := range 400 {
		route := routes[number%len(routes)]
		confirmations = append(confirmations, send(route[0], route[1], amqp.Publishing{
			Body: []byte(strconv.Itoa(number)), DeliveryMode: uint8(1 + number/4%2), Headers: amqp.Table{"n": int32(1)}}))
	}
	for _, confirmation := range confirmations {
		await(confirmation)
	}
	deliveries := consume(open(connection), queue)
	for number := range 400 {
		delivery := next(deliveries, "a confirmed message")
		require(string(delivery.Body) == strconv.Itoa(number), "%d expected, got %s", number, delivery.Body)
		require(delivery.DeliveryMode == uint8(1+number/4%2), "delivery mode %d", delivery.DeliveryMode)
		check(delivery.Ack(false))
		if number == 399 {
			check(delivery.Acknowledger.(*amqp.Channel).Close())
		}
	}
	fmt.Println("ok confirm")

	lost := send("", name+".none", amqp.Publishing{Body: []byte("back"), MessageId: "7"})
	returned := next(returns, "the return")
	require(returned.ReplyCode == amqp.NoRoute && returned.ReplyText == "NO_ROUTE", "%d %s", returned.ReplyCode, returned.ReplyText)
	require(string(returned.Body) == "back" && returned.MessageId == "7", "another message came back")
	await(lost)
	fmt.Println("ok return")
	return func(exchange, key string, message amqp.Publishing) { await(send(exchange, key, message)) }
}

func headersAndBodies(channel *amqp.Channel, publish func(string, string, amqp.Publishing)) {
	sent := amqp.Publishing{Headers: headers, ContentType: "text/plain", ContentEncoding: "utf-8", DeliveryMode: amqp.Persistent,
		Priority: 9, CorrelationId: "корреляция", ReplyTo: "reply", Expiration: "600000", MessageId: "id-1",
		Timestamp: time.Unix(1_764_000_000, 0), Type: "kind", UserId: "guest", AppId: "app", Body: []byte("grüße 🐫")}
	publish("", queue, sent)
	got := get(channel, queue)
	back := amqp.Publishing{Headers: got.Headers, ContentType: got.ContentType, ContentEncoding: got.ContentEncoding,
		DeliveryMode: got.DeliveryMode, Priority: got.Priority, CorrelationId: got.CorrelationId, ReplyTo: got.ReplyTo,
		Expiration: got.Expiration, MessageId: got.MessageId, Timestamp: got.Timestamp, Type: got.Type, UserId: got.UserId,
		AppId: got.AppId, Body: got.Body}
	require(reflect.DeepEqual(back, sent), "sent %v, got %v", sent, back)
	check(got.Ack(false))
	fmt.Println("ok headers")

	large := bytes.Repeat([]byte("tandem!?"), 125_000)
	for _, size := range []int{0, 1, 131_064, 131_065, len(large)} {
		publish("", queue, amqp.Publishing{Body: large[:size]})
		got = get(channel, queue)
		require(bytes.Equal(got.Body, large[:size]), "%d bytes expected, got %d", size, len(got.Body))
		check(got.Ack(false))
	}
	fmt.Println("ok large")
}

func consuming(connection *amqp.Connection, channel *amqp.Channel, publish func(string, string, amqp.Publishing)) {
	for number := range 10 {
		publish("", queue, amqp.Publishing{Body: []byte(strconv.Itoa(number))})
	}
	consumer := open(connection)
	check(consumer.Qos(3, 0, false))
	deliveries := consume(consumer, queue)
	var last amqp.Delivery
	for number := range 3 {
		last = next(deliveries, "a message")
		require(string(last.Body) == strconv.Itoa(number), "%d expected, got %s", number, last.Body)
	}
	select {
	case more := <-deliveries:
		check(fmt.Errorf("%s is more than the prefetch", more.Body))
	case <-time.After(500 * time.Millisecond):
	}
	check(last.Ack(true))
	for number := 3; number < 10; number++ {
		last = next(deliveries, "a message")
		require(string(last.Body) == strconv.Itoa(number), "%d expected, got %s", number, last.Body)
		check(last.Ack(false))
	}
	check(consumer.Close())
	fmt.Println("ok prefetch")

	for number := range 3 {
		publish("", queue, amqp.Publishing{Body: []byte(strconv.Itoa(number))})
	}
	holder := open(connection)
	var held []amqp.Delivery
	for range 3 {
		held = append(held, get(holder, queue))
	}
	check(held[2].Nack(true, true))
	for number := range 3 {
		held[number] = get(holder, queue)
		require(held[number].Redelivered && string(held[number].Body) == strconv.Itoa(number), "%v", held[number])
	}
	check(held[0].Reject(false))
	check(held[1].Ack(false))
	check(holder.Close())
	back := get(channel, queue)
	require(back.Redelivered && string(back.Body) == "2", "what is not acknowledged comes back: %s", back.Body)
	check(back.Ack(false))
	refused := get(channel, dead)
	death := refused.Headers["x-death"].([]any)[0].(amqp.Table)
	require(death["queue"] == queue && death["reason"] == "rejected" && death["count"] == int64(1), "%v", death)
	check(refused.Ack(false))
	fmt.Println("ok requeue")
}

func transaction(connection *amqp.Connection, channel *amqp.Channel) {
	transaction := open(connection)
	check(transaction.Tx())
	check(transaction.Publish("", queue, false, false, amqp.Publishing{Body: []byte("never")}))
	check(transaction.TxRollback())
	check(transaction.Publish("", queue, false, false, amqp.Publishing{Body: []byte("committed")}))
	_, there, err := channel.Get(queue, true)
	check(err)
	require(!there, "seen before the commit")
	check(transaction.TxCommit())
	got := get(channel, queue)
	require(string(got.Body) == "committed", "got %s", got.Body)
	check(got.Ack(false))
	check(transaction.Close())
	fmt.Println("ok tx")
}

func cancelled(connection *amqp.Connection, channel *amqp.Channel) {
	watcher := open(connection)
	_, err := watcher.QueueDeclare(name+".doomed", false, false, false, false, nil)
	check(err)
	told := watcher.NotifyCancel(make(chan string, 1))
	deliveries, err := watcher.Consume(name+".doomed", "told", false, false, false, false, nil)
	check(err)
	_, err = channel.QueueDelete(name+".doomed", false, false, false)
	check(err)
	require(next(told, "the cancellation") == "told", "another consumer was cancelled")
	_, more := <-deliveries
	require(!more, "a delivery of a deleted queue")
	check(watcher.Close())
	fmt.Println("ok cancel")
}
