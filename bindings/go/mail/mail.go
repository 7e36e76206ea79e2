// Package mail has transports for messages of arcollect: a server of e-mail, and a folder of .eml files.
package mail

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/quotedprintable"
	"net"
	stdmail "net/mail"
	"net/smtp"
	"net/textproto"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"example.org/arcollect"
)

// Write writes a message as a mail: the text, the HTML beside it, and the idempotency key in its Message-ID, so that the
// same message is the same mail. from is an address such as "Receivables <ar@example.com>".
func Write(w io.Writer, message *arcollect.Message, from string, date time.Time) error {
	sender, err := stdmail.ParseAddress(from)
	if err != nil {
		return fmt.Errorf("mail: the sender %q: %w", from, err)
	}
	_, domain, _ := strings.Cut(sender.Address, "@")
	digest := sha256.Sum256([]byte(message.IdempotencyKey))
	var out bytes.Buffer
	header := func(name, value string) { fmt.Fprintf(&out, "%s: %s\r\n", name, value) }
	header("From", sender.String())
	if strings.Contains(message.Address, "@") {
		to := stdmail.Address{Name: message.Recipient, Address: message.Address}
		header("To", to.String())
	}
	if len(message.Copies) > 0 {
		copies := make([]string, len(message.Copies))
		for i, address := range message.Copies {
			copies[i] = (&stdmail.Address{Address: address}).String()
		}
		header("Cc", strings.Join(copies, ",\r\n "))
	}
	header("Subject", mime.QEncoding.Encode("utf-8", oneLine(message.Subject)))
	header("Date", date.Format(time.RFC1123Z))
	header("Message-ID", fmt.Sprintf("<%s@%s>", hex.EncodeToString(digest[:16]), domain))
	header("MIME-Version", "1.0")
	if message.HTML == "" {
		part(&out, "text/plain", message.Body)
	} else {
		boundary := "arcollect-" + hex.EncodeToString(digest[16:])
		header("Content-Type", fmt.Sprintf("multipart/alternative; boundary=%q", boundary))
		fmt.Fprintf(&out, "\r\n--%s\r\n", boundary)
		part(&out, "text/plain", message.Body)
		fmt.Fprintf(&out, "\r\n--%s\r\n", boundary)
		part(&out, "text/html", message.HTML)
		fmt.Fprintf(&out, "\r\n--%s--\r\n", boundary)
	}
	_, err = out.WriteTo(w)
	return err
}

func part(out *bytes.Buffer, kind, text string) {
	fmt.Fprintf(out, "Content-Type: %s; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n", kind)
	encoder := quotedprintable.NewWriter(out)
	_, _ = encoder.Write([]byte(text)) // a buffer takes everything
	_ = encoder.Close()
}

func oneLine(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' {
			return ' '
		}
		return r
	}, text)
}

// Folder is a transport that writes each message as a file of a folder, named by its day, channel and idempotency key: a
// second one of the same key takes the place of the first.
type Folder struct {
	path, from string
}

// NewFolder makes the folder if it is not there. from is who sends.
func NewFolder(path, from string) (*Folder, error) {
	if err := os.MkdirAll(path, 0o777); err != nil {
		return nil, err
	}
	return &Folder{path, from}, nil
}

var channels = map[arcollect.Channel]string{
	arcollect.ChannelEmail: "email", arcollect.ChannelSMS: "sms", arcollect.ChannelLetter: "letter",
	arcollect.ChannelRegisteredLetter: "registered_letter", arcollect.ChannelVoice: "voice", arcollect.ChannelPortal: "portal",
	arcollect.ChannelWebhook: "webhook",
}

// Send writes the message, synced, under its name; a file is whole or not there.
func (f *Folder) Send(_ context.Context, message *arcollect.Message) (arcollect.Outcome, error) {
	digest := sha256.Sum256([]byte(message.IdempotencyKey))
	channel, ok := channels[message.Channel]
	if !ok {
		channel = fmt.Sprint(int32(message.Channel))
	}
	name := fmt.Sprintf("%s-%s-%s.eml", message.Day, channel, hex.EncodeToString(digest[:8]))
	file, err := os.CreateTemp(f.path, name+".new*")
	if err != nil {
		return 0, err
	}
	defer os.Remove(file.Name()) // nothing once it is renamed
	err = Write(file, message, f.from, message.Day.In(time.UTC))
	err = errors.Join(err, file.Sync(), file.Chmod(0o666), file.Close())
	if err == nil {
		err = os.Rename(file.Name(), filepath.Join(f.path, name))
	}
	return arcollect.OutcomeSent, err
}

// SMTP is a transport that sends mails through a server with net/smtp. It keeps its connection from message to message.
//
// A recipient or message that is refused for good is OutcomeFailed, for now is OutcomeRetry; where there is no connection the
// run stops with the error, and can be run again. Other channels than e-mail fail: use arcollect.ByChannel. A connection
// that breaks behind the text of a mail leaves open whether it was taken, so that the same mail is offered again, under
// the same Message-ID.
type SMTP struct {
	// Address is the server's, with its port, such as "mail.example:587".
	Address string
	// From is the sender, such as "Receivables <ar@example.com>".
	From string
	// Auth logs in; nil: not. It is used on an encrypted connection only, or on one to this machine.
	Auth smtp.Auth
	// TLS is for STARTTLS, which is used wherever the server offers it; nil: its defaults.
	TLS *tls.Config
	// Timeout of one message, within the run's context; 0: a minute.
	Timeout time.Duration

	mutex  sync.Mutex
	client *smtp.Client
	conn   net.Conn
}

// Send sends a message.
func (s *SMTP) Send(ctx context.Context, message *arcollect.Message) (arcollect.Outcome, error) {
	if message.Channel != arcollect.ChannelEmail {
		return 0, fmt.Errorf("mail: channel %d is no e-mail: put SMTP into an arcollect.ByChannel", message.Channel)
	}
	to, err := stdmail.ParseAddress(message.Address)
	if err != nil {
		return arcollect.OutcomeFailed, nil
	}
	var text bytes.Buffer
	if err := Write(&text, message, s.From, time.Now()); err != nil {
		return 0, err
	}
	recipients := []string{to.Address}
	for _, copy := range message.Copies {
		recipients = append(recipients, copy)
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	timeout := s.Timeout
	if timeout == 0 {
		timeout = time.Minute
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	if err := s.connect(ctx); err != nil {
		return 0, err
	}
	stop := context.AfterFunc(ctx, func() { _ = s.conn.SetDeadline(time.Unix(1, 0)) })
	err = s.deliver(recipients, text.Bytes())
	if !stop() && err != nil {
		err = errors.Join(ctx.Err(), err)
	}
	var refused *textproto.Error
	switch {
	case err == nil:
		return arcollect.OutcomeSent, nil
	case errors.As(err, &refused) && refused.Code >= 500 && s.client.Reset() == nil:
		return arcollect.OutcomeFailed, nil
	case errors.As(err, &refused) && refused.Code >= 400 && refused.Code != 421 && s.client.Reset() == nil:
		return arcollect.OutcomeRetry, nil
	}
	s.drop()
	return 0, err
}

func (s *SMTP) connect(ctx context.Context) error {
	if s.client != nil {
		if s.conn.SetDeadline(time.Time{}) == nil && s.client.Noop() == nil {
			return nil
		}
		s.drop()
	}
	var dialer net.Dialer
	conn, err := dialer.DialContext(ctx, "tcp", s.Address)
	if err != nil {
		return err
	}
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	host, _, _ := net.SplitHostPort(s.Address)
	client, err := smtp.NewClient(conn, host)
	if err != nil {
		return errors.Join(err, conn.Close())
	}
	s.client, s.conn = client, conn
	if ok, _ := client.Extension("STARTTLS"); ok {
		config := &tls.Config{}
		if s.TLS != nil {
			config = s.TLS.Clone()
		}
		if config.ServerName == "" {
			config.ServerName = host
		}
		err = client.StartTLS(config)
	}
	if err == nil && s.Auth != nil {
		err = client.Auth(s.Auth)
	}
	if err != nil {
		s.drop()
	}
	return err
}

func (s *SMTP) deliver(recipients []string, text []byte) error {
	from, err := stdmail.ParseAddress(s.From)
	if err != nil {
		return err
	}
	if err := s.client.Mail(from.Address); err != nil {
		return err
	}
	for _, recipient := range recipients {
		if err := s.client.Rcpt(recipient); err != nil {
			return err
		}
	}
	w, err := s.client.Data()
	if err != nil {
		return err
	}
	if _, err := w.Write(text); err != nil {
		return err
	}
	return w.Close()
}

func (s *SMTP) drop() {
	if s.client != nil {
		_ = s.client.Close()
		s.client, s.conn = nil, nil
	}
}

// Close ends the connection. The next message opens another one.
func (s *SMTP) Close() error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.client == nil {
		return nil
	}
	err := s.client.Quit()
	s.drop()
	return err
}

var (
	_ arcollect.Transport = (*Folder)(nil)
	_ arcollect.Transport = (*SMTP)(nil)
)
