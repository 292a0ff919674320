// Prints wirewatch's alerts on a pair of countries: go run . CLIENT_FILE GROUP PAIR [SINCE]
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"os/signal"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

const (
	remembered = 10_000
	version    = "1"
)

var (
	topic = os.Getenv("WIREWATCH_PREFIX") + "alerts"
	kinds = []string{"opened", "updated", "corrected", "withdrawn"}

	versionOf = regexp.MustCompile(`\.v(\d+)$`)
)

type alert struct {
	Alert, Kind string
	Story       struct{ Headline string }
}

func main() {
	if len(os.Args) < 4 {
		log.Fatal("usage: go run . CLIENT_FILE GROUP PAIR [SINCE]")
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	group, pair := os.Args[2], os.Args[3]
	login, err := settings(os.Args[1])
	check(err)
	if len(os.Args) > 4 {
		since, err := time.Parse(time.RFC3339, os.Args[4])
		check(err)
		check(goBack(ctx, login, group, since))
	}
	client, err := kgo.NewClient(append(login,
		kgo.ConsumerGroup(group),
		kgo.ConsumeTopics(topic),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()), // a new group begins at the oldest alert
		kgo.DisableAutoCommit())...)
	check(err)
	defer client.Close()
	check(read(ctx, client, pair))
}

func read(ctx context.Context, client *kgo.Client, pair string) error {
	seen, told, order := map[string]bool{}, map[string]bool{}, []string{}
	for {
		fetches := client.PollFetches(ctx)
		if ctx.Err() != nil {
			return nil
		}
		fetches.EachError(func(_ string, _ int32, err error) { log.Print(err) })
		for _, record := range fetches.Records() {
			headers := map[string]string{}
			for _, header := range record.Headers {
				headers[header.Key] = string(header.Value)
			}
			event := headers["ce_source"] + " " + headers["ce_id"]
			if !readable(headers, told) || !wanted(headers, pair) || seen[event] {
				continue
			}
			var found alert
			if err := json.Unmarshal(record.Value, &found); err != nil {
				return err
			}
			fmt.Println(found.Kind, found.Alert, found.Story.Headline)
			seen[event], order = true, append(order, event)
			if len(order) > remembered {
				delete(seen, order[0])
				order = order[1:]
			}
		}
		if err := client.CommitUncommittedOffsets(ctx); err != nil { // only what is done with
			return err
		}
	}
}

// readable says whether a record is of the version that we read; of another one, that is said once.
func readable(headers map[string]string, told map[string]bool) bool {
	found := versionOf.FindStringSubmatch(headers["ce_type"])
	if found == nil || found[1] == version {
		return true
	}
	if !told[found[1]] {
		fmt.Fprintf(os.Stderr, "records of version %s are passed over: this reads version %s\n", found[1], version)
		told[found[1]] = true
	}
	return false
}

// wanted says whether to look into a record. Kinds and modes that we don't know are none of ours.
func wanted(headers map[string]string, pair string) bool {
	return headers["ce_mode"] == "live" && slices.Contains(kinds, headers["ce_kind"]) &&
		slices.Contains(strings.Split(headers["ce_pairs"], ","), pair)
}

// goBack lets the group continue from a moment on. Nobody else may read in the group meanwhile.
func goBack(ctx context.Context, login []kgo.Opt, group string, since time.Time) error {
	client, err := kgo.NewClient(login...)
	if err != nil {
		return err
	}
	defer client.Close()
	admin := kadm.NewClient(client)
	offsets, err := admin.ListOffsetsAfterMilli(ctx, since.UnixMilli(), topic)
	if err != nil {
		return err
	}
	return admin.CommitAllOffsets(ctx, group, offsets.Offsets())
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
