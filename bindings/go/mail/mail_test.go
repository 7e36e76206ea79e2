package mail_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	stdmail "net/mail"
	"net/smtp"
	"net/textproto"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.org/arcollect"
	"example.org/arcollect/mail"
)

const from = "Receivables <ar@example.com>"

func message() *arcollect.Message {
	return &arcollect.Message{
		Channel: arcollect.ChannelEmail, IdempotencyKey: "C1|EUR|I1#1|3d|first", Recipient: "Anna Groß", Address: "anna@orchard.example",
		Copies: []string{"boss@orchard.example"}, Day: arcollect.MustDate("2025-03-10"), Subject: "1.190,00 € fällig\nBcc: x@y.example",
		Body: "Guten Tag,\n.\nbitte zahlen Sie 1.190,00 €.\n", HTML: "<p>Guten Tag</p>",
	}
}

func parts(t *testing.T, m *stdmail.Message) (texts []string) {
	t.Helper()
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	reader := multipart.NewReader(m.Body, params["boundary"])
	for {
		part, err := reader.NextRawPart()
		if err == io.EOF {
			return texts
		}
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(quotedprintable.NewReader(part))
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, strings.ReplaceAll(string(text), "\r\n", "\n"))
	}
}

func TestFolder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "letters")
	folder, err := mail.NewFolder(path, from)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // the same message is one
		if outcome, err := folder.Send(context.Background(), message()); err != nil || outcome != arcollect.OutcomeSent {
			t.Fatal(outcome, err)
		}
	}
	files, _ := filepath.Glob(filepath.Join(path, "*"))
	if len(files) != 1 || !strings.HasPrefix(filepath.Base(files[0]), "2025-03-10-email-") || !strings.HasSuffix(files[0], ".eml") {
		t.Fatal(files)
	}
	data, _ := os.ReadFile(files[0])
	m, err := stdmail.ReadMessage(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	subject, _ := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if subject != "1.190,00 € fällig Bcc: x@y.example" || m.Header.Get("Bcc") != "" {
		t.Errorf("%q %q", subject, m.Header)
	}
	if to, err := m.Header.AddressList("To"); err != nil || to[0].Name != "Anna Groß" || to[0].Address != "anna@orchard.example" {
		t.Error(to, err)
	}
	if copies, err := m.Header.AddressList("Cc"); err != nil || len(copies) != 1 {
		t.Error(copies, err)
	}
	if texts := parts(t, m); len(texts) != 2 || texts[0] != message().Body || texts[1] != message().HTML {
		t.Errorf("%q", texts)
	}
	if _, err := mail.NewFolder(files[0], from); err == nil {
		t.Error("a file is no folder")
	}
}

// server is a mail server for some connections; it answers RCPT by the name of the recipient.
type server struct {
	address string
	mails   chan string
}

func serve(t *testing.T, hangUp int) *server {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Skip("no loopback: ", err)
	}
	s := &server{listener.Addr().String(), make(chan string, 10)}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for n := 0; ; n++ {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
			s.talk(conn, n < hangUp)
			conn.Close()
		}
	}()
	t.Cleanup(func() {
		listener.Close()
		select {
		case <-done:
		case <-time.After(10 * time.Second):
			t.Error("the server does not end")
		}
	})
	return s
}

func (s *server) talk(conn net.Conn, hangUp bool) {
	text := textproto.NewReader(bufio.NewReader(conn))
	say := func(line string) { fmt.Fprint(conn, line+"\r\n") }
	say("220 test")
	for {
		line, err := text.ReadLine()
		if err != nil {
			return
		}
		switch word := strings.ToUpper(strings.SplitN(line, " ", 2)[0]); {
		case word == "RCPT" && strings.Contains(line, "nobody"):
			say("550 no such user")
		case word == "RCPT" && strings.Contains(line, "later"):
			say("450 greylisted")
		case word == "RCPT" && strings.Contains(line, "silent"):
			_, _ = text.ReadLine() // until the client gives up
			return
		case word == "DATA":
			say("354 go on")
			data, err := text.ReadDotBytes()
			if err != nil || hangUp {
				return
			}
			s.mails <- string(data)
			say("250 taken")
		case word == "QUIT":
			say("221 bye")
			return
		default:
			say("250 fine")
		}
	}
}

func TestSMTP(t *testing.T) {
	s := serve(t, 0)
	transport := &mail.SMTP{Address: s.address, From: from}
	ctx := context.Background()
	for address, want := range map[string]arcollect.Outcome{
		"anna@orchard.example": arcollect.OutcomeSent, "nobody@orchard.example": arcollect.OutcomeFailed,
		"later@orchard.example": arcollect.OutcomeRetry, "no address": arcollect.OutcomeFailed,
	} {
		m := message()
		m.Address = address
		if outcome, err := transport.Send(ctx, m); err != nil || outcome != want {
			t.Error(address, outcome, err)
		}
	}
	m, err := stdmail.ReadMessage(strings.NewReader(<-s.mails))
	if err != nil {
		t.Fatal(err)
	}
	if texts := parts(t, m); len(texts) != 2 || texts[0] != message().Body {
		t.Errorf("%q", texts)
	}
	if id := m.Header.Get("Message-ID"); !strings.HasSuffix(id, "@example.com>") {
		t.Error(id)
	}
	letter := message()
	letter.Channel = arcollect.ChannelLetter
	if _, err := transport.Send(ctx, letter); err == nil {
		t.Error("a letter is no mail")
	}
	if outcome, err := (arcollect.ByChannel{arcollect.ChannelEmail: transport}).Send(ctx, letter); outcome != arcollect.OutcomeFailed || err != nil {
		t.Error(outcome, err)
	}
	if err := errors.Join(transport.Close(), transport.Close()); err != nil {
		t.Error(err)
	}
}

func TestSMTPWithoutAConnection(t *testing.T) {
	s := serve(t, 1)
	transport := &mail.SMTP{Address: s.address, From: from}
	ctx := context.Background()
	if _, err := transport.Send(ctx, message()); err == nil {
		t.Error("the server hung up")
	}
	if outcome, err := transport.Send(ctx, message()); err != nil || outcome != arcollect.OutcomeSent {
		t.Error("it connects again:", outcome, err)
	}
	silent := message()
	silent.Address = "silent@orchard.example"
	short, cancel := context.WithTimeout(ctx, 20*time.Millisecond)
	defer cancel()
	if _, err := transport.Send(short, silent); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
	transport.Auth = smtp.PlainAuth("", "user", "password", "127.0.0.1")
	if _, err := transport.Send(ctx, message()); err == nil {
		t.Error("a server without AUTH is not written to")
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	listener.Close()
	var refused *net.OpError
	nobody := &mail.SMTP{Address: listener.Addr().String(), From: from}
	if _, err := nobody.Send(ctx, message()); !errors.As(err, &refused) {
		t.Error(err)
	}
}

// The error of a transport comes out of the run as itself, and the run goes on where it was.
func TestARunWithSMTP(t *testing.T) {
	s := serve(t, 1)
	ctx, date := context.Background(), arcollect.MustDate
	ledger, err := arcollect.Open(ctx, arcollect.Options{Currency: "EUR"})
	if err != nil {
		t.Fatal(err)
	}
	defer ledger.Close()
	if _, err := ledger.Post(ctx, arcollect.Customer{Key: "C1", Name: "Orchard"},
		arcollect.Contact{Key: "K1", Customer: "C1", Email: "ap@orchard.example"},
		arcollect.Invoice{Key: "I1", Customer: "C1", Issued: date("2025-02-01"), Due: date("2025-03-03"), Amount: 119000}); err != nil {
		t.Fatal(err)
	}
	transport := &mail.SMTP{Address: s.address, From: from}
	defer transport.Close()
	collector, err := ledger.OpenCollector(ctx, arcollect.CollectorOptions{Transport: transport})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := collector.RunDay(ctx, date("2025-03-10")); !errors.Is(err, arcollect.ErrHost) || !errors.Is(err, io.EOF) {
		t.Error(err)
	}
	if report, ran, err := collector.RunDay(ctx, date("2025-03-10")); err != nil || !ran || report.TouchesSent != 1 {
		t.Error(report, ran, err)
	}
	if text := <-s.mails; !strings.Contains(text, "1,190.00") && !strings.Contains(text, "1190") {
		t.Error(text)
	}
}
