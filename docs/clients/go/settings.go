package main

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/sasl"
	"github.com/twmb/franz-go/pkg/sasl/plain"
	"github.com/twmb/franz-go/pkg/sasl/scram"
)

// settings reads a client file; paths in it are those from its folder.
func settings(clientFile string) ([]kgo.Opt, error) {
	text, err := os.ReadFile(clientFile)
	if err != nil {
		return nil, err
	}
	given := map[string]string{}
	for line := range strings.Lines(string(text)) {
		if name, value, found := strings.Cut(line, "="); found && !strings.HasPrefix(line, "#") {
			given[strings.TrimSpace(name)] = strings.TrimSpace(value)
		}
	}
	options := []kgo.Opt{kgo.SeedBrokers(strings.Split(given["bootstrap.servers"], ",")...)}
	protocol := given["security.protocol"]
	if strings.HasPrefix(protocol, "SASL") {
		login, err := mechanism(given)
		if err != nil {
			return nil, err
		}
		options = append(options, kgo.SASL(login))
	}
	if strings.HasSuffix(protocol, "SSL") {
		config, err := trust(given, filepath.Dir(clientFile))
		if err != nil {
			return nil, err
		}
		options = append(options, kgo.DialTLSConfig(config))
	}
	return options, nil
}

func mechanism(given map[string]string) (sasl.Mechanism, error) {
	user, password := given["sasl.username"], given["sasl.password"]
	switch given["sasl.mechanism"] {
	case "PLAIN":
		return plain.Auth{User: user, Pass: password}.AsMechanism(), nil
	case "SCRAM-SHA-256":
		return scram.Auth{User: user, Pass: password}.AsSha256Mechanism(), nil
	case "SCRAM-SHA-512":
		return scram.Auth{User: user, Pass: password}.AsSha512Mechanism(), nil
	}
	return nil, fmt.Errorf("sasl.mechanism %q is none that this client can", given["sasl.mechanism"])
}

func trust(given map[string]string, folder string) (*tls.Config, error) {
	config := &tls.Config{}
	if file := given["ssl.ca.location"]; file != "" {
		text, err := os.ReadFile(from(folder, file))
		if err != nil {
			return nil, err
		}
		config.RootCAs = x509.NewCertPool()
		config.RootCAs.AppendCertsFromPEM(text)
	}
	if file := given["ssl.certificate.location"]; file != "" {
		pair, err := tls.LoadX509KeyPair(from(folder, file), from(folder, given["ssl.key.location"]))
		if err != nil {
			return nil, err
		}
		config.Certificates = []tls.Certificate{pair}
	}
	return config, nil
}

func from(folder, file string) string {
	if filepath.IsAbs(file) {
		return file
	}
	return filepath.Join(folder, file)
}
