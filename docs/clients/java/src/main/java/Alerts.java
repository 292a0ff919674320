import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.*;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.*;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Prints wirewatch's alerts on a pair of countries: Alerts CLIENT_PROPERTIES GROUP PAIR [SINCE]. */
public final class Alerts {
    static final String TOPIC = System.getenv().getOrDefault("WIREWATCH_PREFIX", "") + "alerts";
    static final Set<String> KINDS = Set.of("opened", "updated", "corrected", "withdrawn");
    static final int REMEMBERED = 10_000;
    static final String VERSION = "1";
    static final Pattern VERSION_OF = Pattern.compile(".*\\.v(\\d+)");

    public static void main(String[] args) throws IOException {
        var settings = new Properties();
        try (var file = Files.newBufferedReader(Path.of(args[0]))) {
            settings.load(file);
        }
        settings.put("group.id", args[1]);
        settings.put("auto.offset.reset", "earliest"); // a new group begins at the oldest alert
        settings.put("enable.auto.commit", "false");
        var bytes = new ByteArrayDeserializer(); // nothing is decoded that isn't wanted
        var json = new ObjectMapper();
        var seen = new LinkedHashSet<String>();
        var told = new HashSet<String>();
        try (var consumer = new KafkaConsumer<>(settings, bytes, bytes)) {
            if (args.length > 3) {
                goBack(consumer, OffsetDateTime.parse(args[3]).toInstant().toEpochMilli());
            }
            leaveOnExit(consumer);
            consumer.subscribe(List.of(TOPIC));
            while (true) {
                for (var record : consumer.poll(Duration.ofSeconds(1))) {
                    var headers = record.headers();
                    var event = value(headers, "ce_source") + " " + value(headers, "ce_id");
                    if (readable(headers, told) && wanted(headers, args[2]) && seen.add(event)) {
                        print(json.readTree(record.value()));
                        if (seen.size() > REMEMBERED) {
                            seen.remove(seen.iterator().next());
                        }
                    }
                }
                consumer.commitSync(); // only what is done with
            }
        } catch (WakeupException stopped) {
            // by leaveOnExit
        }
    }

    /** Lets Ctrl-C end the reading, so that the next start needn't wait for this one's session. */
    static void leaveOnExit(Consumer<?, ?> consumer) {
        var reading = Thread.currentThread();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            consumer.wakeup();
            try {
                reading.join();
            } catch (InterruptedException hurried) {
                Thread.currentThread().interrupt();
            }
        }));
    }

    /** Whether a record is of the version that we read; of another one, that is said once. */
    static boolean readable(Headers headers, Set<String> told) {
        var found = VERSION_OF.matcher(value(headers, "ce_type"));
        if (!found.matches() || found.group(1).equals(VERSION)) {
            return true;
        }
        if (told.add(found.group(1))) {
            System.err.println("records of version " + found.group(1)
                    + " are passed over: this reads version " + VERSION);
        }
        return false;
    }

    /** Kinds and modes that we don't know are none of ours. */
    static boolean wanted(Headers headers, String pair) {
        return value(headers, "ce_mode").equals("live")
                && KINDS.contains(value(headers, "ce_kind"))
                && List.of(value(headers, "ce_pairs").split(",")).contains(pair);
    }

    static String value(Headers headers, String name) {
        var header = headers.lastHeader(name);
        return header == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
    }

    static void print(JsonNode alert) {
        System.out.println(String.join(" ", alert.path("kind").asText(), alert.path("alert").asText(),
                alert.path("story").path("headline").asText()));
    }

    /** Lets the group continue from a moment on. Nobody else may read in the group meanwhile. */
    static void goBack(Consumer<?, ?> consumer, long since) {
        var places = consumer.partitionsFor(TOPIC).stream()
                .map(one -> new TopicPartition(TOPIC, one.partition())).toList();
        var found = consumer.offsetsForTimes(
                places.stream().collect(Collectors.toMap(Function.identity(), one -> since)));
        var offsets = new HashMap<TopicPartition, OffsetAndMetadata>();
        consumer.endOffsets(places).forEach((place, end) -> {
            var first = found.get(place); // null where nothing came since then
            offsets.put(place, new OffsetAndMetadata(first == null ? end : first.offset()));
        });
        consumer.assign(places);
        consumer.commitSync(offsets);
        consumer.unsubscribe();
    }
}
