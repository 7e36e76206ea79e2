package arcollect_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"example.org/arcollect"
)

// The scenario of all languages: tests/bindings/README.md says what its words mean.
type scenario struct {
	Book      string
	Currency  string
	Transport map[string]string
	FileBytes int64 `json:"file_bytes"`
	Steps     []step
}

type step map[string]json.RawMessage

func (s step) has(word string) bool { _, ok := s[word]; return ok }

func (s step) read(word string, into any) {
	if raw, ok := s[word]; ok {
		if err := json.Unmarshal(raw, into); err != nil {
			panic(err)
		}
	}
}

func (s step) text(word string) (text string) { s.read(word, &text); return text }

func (s step) number(word string) (n int64) { s.read(word, &n); return n }

func (s step) day(word string) (date arcollect.Date) { s.read(word, &date); return date }

// squashed makes po_number and PONumber one.
func squashed(name string) string { return strings.ToLower(strings.ReplaceAll(name, "_", "")) }

// fill sets the fields of a struct, which have the names of the header.
func fill(into reflect.Value, raw json.RawMessage) {
	_, isDate := into.Interface().(arcollect.Date)
	switch {
	case into.Kind() == reflect.Pointer:
		into.Set(reflect.New(into.Type().Elem()))
		fill(into.Elem(), raw)
	case into.Kind() == reflect.Slice:
		var some []json.RawMessage
		must(0, json.Unmarshal(raw, &some))
		into.Set(reflect.MakeSlice(into.Type(), len(some), len(some)))
		for i, one := range some {
			fill(into.Index(i), one)
		}
	case into.Kind() == reflect.Array:
		var some []json.RawMessage
		must(0, json.Unmarshal(raw, &some))
		for i, one := range some {
			fill(into.Index(i), one)
		}
	case into.Kind() == reflect.Struct && !isDate:
		var fields map[string]json.RawMessage
		must(0, json.Unmarshal(raw, &fields))
		for name, value := range fields {
			fill(named(into, name), value)
		}
	default:
		must(0, json.Unmarshal(raw, into.Addr().Interface()))
	}
}

func named(value reflect.Value, name string) reflect.Value {
	found := value.FieldByNameFunc(func(field string) bool { return squashed(field) == squashed(name) })
	if !found.IsValid() {
		panic(fmt.Sprintf("%s has no field %s", value.Type(), name))
	}
	return found
}

func filled[T any](s step, word string) (out T) {
	fill(reflect.ValueOf(&out).Elem(), s[word])
	return out
}

// play is the book, and what its transport was offered.
type play struct {
	*testing.T
	script    scenario
	path      string
	ledger    *arcollect.Ledger
	collector *arcollect.Collector
	scorer    *arcollect.Scorer
	offered   []*arcollect.Message
	said      map[string]bool
}

func (p *play) open() {
	p.ledger = must(arcollect.Open(ctx, arcollect.Options{
		Storage: arcollect.FileStorage(p.path), Book: p.script.Book, Currency: p.script.Currency}))
	answers := map[string]arcollect.Outcome{
		"": arcollect.OutcomeSent, "PENDING": arcollect.OutcomePending, "FAILED": arcollect.OutcomeFailed, "RETRY": arcollect.OutcomeRetry}
	p.collector = must(p.ledger.OpenCollector(ctx, arcollect.CollectorOptions{
		Flags: arcollect.CollectorSummary,
		Transport: arcollect.TransportFunc(func(_ context.Context, message *arcollect.Message) (arcollect.Outcome, error) {
			p.offered = append(p.offered, message)
			return answers[p.script.Transport[message.Customer]], nil
		})}))
	p.scorer = p.collector.Scorer()
}

var aborted = errors.New("aborted")

// play takes the steps; whether a command was new is what it returns.
func (p *play) play(ctx context.Context, steps []step) {
	p.Helper()
	for _, s := range steps {
		recorded, err := p.do(ctx, s)
		told := map[string]any{"status": "ARC_OK"}
		var failed *arcollect.Error
		switch {
		case errors.As(err, &failed):
			told = map[string]any{
				"status": failed.Status.Name(), "record": float64(failed.Record), "field": squashed(failed.Field),
				"line": float64(failed.Line), "column": float64(failed.Column), "text": failed.Detail}
		case err != nil:
			p.Fatalf("%s: %v", s, err)
		case !recorded:
			told["status"] = "ARC_ALREADY"
		}
		want := map[string]any{"status": "ARC_OK"}
		if s.has("is") {
			want["status"] = s.text("is")
		}
		if s.has("error") {
			want = map[string]any{"record": 0., "field": "", "line": 0., "column": 0.}
			s.read("error", &want)
			want["field"] = squashed(want["field"].(string))
		}
		if !reflect.DeepEqual(told, want) {
			p.Errorf("%s:\n%v, not %v", s, told, want)
		}
	}
}

func (p *play) do(ctx context.Context, s step) (recorded bool, err error) {
	recorded = true
	switch {
	case s.has("clock"):
		err = p.ledger.SetClock(ctx, s.day("clock").In(time.UTC))
	case s.has("post"):
		p.said[squashed("post_"+s.text("post"))] = true
		return p.post(ctx, s)
	case s.has("mark"):
		return mark(ctx, p.ledger, s.text("mark"), s.day("day"))
	case s.has("batch"):
		return p.ledger.Batch(ctx, func(ctx context.Context) error {
			p.play(ctx, steps(s, "batch"))
			return nil
		})
	case s.has("abort"):
		if _, err := p.ledger.Batch(ctx, func(ctx context.Context) error {
			p.play(ctx, steps(s, "abort"))
			return aborted
		}); err != aborted {
			p.Error(err)
		}
	case s.has("run"):
		return p.run(ctx, s)
	case s.has("train"):
		if err = p.scorer.Train(ctx, s.day("train")); err == nil {
			if size := int64(len(must(p.scorer.Save(ctx)))); size != s.number("bytes") {
				p.Errorf("%s: %d bytes", s, size)
			}
		}
	case s.has("reply"):
		var report *arcollect.Report
		if report, err = p.collector.Reply(ctx, filled[arcollect.Incoming](s, "reply")); err == nil {
			p.table(s, report)
		}
	case s.has("answer"):
		return answer(ctx, p.collector.Matcher(), s.text("answer"), filled[arcollect.MatchAnswer](s, "with"))
	case s.has("ask"):
		var report *arcollect.Report
		if report, err = p.ask(ctx, s); err == nil {
			p.table(s, report)
		}
	case s.has("balance"):
		owed, left, err := p.ledger.Balance(ctx, s.text("balance"), s.text("currency"), s.day("day"))
		if int64(owed.Minor) != s.number("receivable") || int64(left.Minor) != s.number("unapplied") {
			p.Errorf("%s: %s, %s", s, owed, left)
		}
		return true, err
	case s.has("journal"):
		var want struct {
			Next uint64
			Head string
		}
		s.read("journal", &want)
		if info := must(p.ledger.Info(ctx)); info.NextSequence != want.Next || hex.EncodeToString(info.Head[:]) != want.Head {
			p.Errorf("%s: %d, %x", s, info.NextSequence, info.Head)
		}
		err = p.ledger.Verify(ctx)
	case s.has("snapshot"):
		err = p.ledger.Snapshot(ctx)
	case s.has("reopen"):
		if err = p.ledger.Close(); err == nil {
			p.open()
		}
	default:
		p.Fatalf("%s: no such word", s)
	}
	return recorded, err
}

func steps(s step, word string) (out []step) { s.read(word, &out); return out }

// post calls the command that has the name of the library's.
func (p *play) post(ctx context.Context, s step) (bool, error) {
	ledger := reflect.ValueOf(p.ledger)
	method, found := ledger.Type().MethodByName("")
	for i := range ledger.NumMethod() {
		if one := ledger.Type().Method(i); squashed(one.Name) == squashed("post_"+s.text("post")) {
			method, found = one, true
		}
	}
	if !found {
		p.Fatalf("%s: no such command", s)
	}
	rows := reflect.New(method.Type.In(2)).Elem()
	fill(rows, s["rows"])
	out := method.Func.Call([]reflect.Value{ledger, reflect.ValueOf(ctx), rows})
	err, _ := out[1].Interface().(error)
	return out[0].Bool(), err
}

func (p *play) run(ctx context.Context, s step) (bool, error) {
	p.offered = nil
	report, ran, err := p.collector.RunDay(ctx, s.day("run"))
	var want []map[string]any
	s.read("offered", &want)
	if len(p.offered) != len(want) {
		p.Errorf("%s: %d messages", s, len(p.offered))
	}
	for i := range min(len(p.offered), len(want)) {
		for name, value := range want[i] {
			if told := plain(named(reflect.ValueOf(p.offered[i]).Elem(), name)); told != value {
				p.Errorf("%s: %s of message %d is %v", s, name, i, told)
			}
		}
	}
	did := map[string]any{}
	for i := range reflect.TypeOf(report).NumField() {
		name, value := reflect.TypeOf(report).Field(i).Name, reflect.ValueOf(report).Field(i)
		if name != "Day" && !value.IsZero() {
			did[squashed(name)] = plain(value)
		}
	}
	wanted, given := map[string]any{}, map[string]any{}
	s.read("did", &given)
	for name, value := range given {
		wanted[squashed(name)] = value
	}
	if err == nil && !reflect.DeepEqual(did, wanted) {
		p.Errorf("%s: %v", s, did)
	}
	return ran, err
}

// plain is a value as JSON has it.
func plain(value reflect.Value) (out any) {
	must(0, json.Unmarshal(must(json.Marshal(value.Interface())), &out))
	return out
}

func (p *play) ask(ctx context.Context, s step) (*arcollect.Report, error) {
	day, key := s.day("day"), s.text("key")
	switch s.text("ask") {
	case "report":
		return p.ledger.Report(ctx, filled[arcollect.Query](s, "with"))
	case "propose":
		return p.collector.Matcher().Propose(ctx, key, day)
	case "match_why":
		return p.collector.Matcher().Why(ctx, key, day)
	case "cadence_why":
		return p.collector.Cadence().Why(ctx, key, day)
	case "coverage":
		report, _, err := p.collector.Cadence().Coverage(ctx, day)
		return report, err
	case "forecast":
		return p.scorer.Forecast(ctx, filled[arcollect.ForecastOptions](s, "with"))
	case "exceptions":
		return p.collector.Exceptions(ctx, day)
	case "preview":
		return p.collector.Preview(ctx, day, s.day("to"))
	}
	return p.askMore(ctx, s, key, day)
}

func (p *play) table(s step, report *arcollect.Report) {
	var columns []string
	s.read("columns", &columns)
	told := make([]string, 0, len(columns))
	for _, column := range report.Columns() {
		told = append(told, column.Name)
	}
	if !slices.Equal(told, columns) {
		p.Errorf("%s: columns %q", s["ask"], told)
		return
	}
	var rows [][]string
	s.read("rows", &rows)
	count := len(rows)
	s.read("count", &count)
	if report.Len() != count {
		p.Errorf("%s: %d rows of %d:\n%s", s["ask"], report.Len(), count, report)
	}
	for i := range min(report.Len(), len(rows)) {
		for j, column := range columns {
			if cell := report.Row(i).Format(column); cell != rows[i][j] {
				p.Errorf("%s: row %d, %s: %q, not %q", s["ask"], i, column, cell, rows[i][j])
			}
		}
	}
}

func TestScenario(t *testing.T) {
	path := os.Getenv("ARC_TEST_SCENARIO")
	if path == "" {
		t.Skip("ARC_TEST_SCENARIO names no file")
	}
	p := &play{T: t, path: filepath.Join(t.TempDir(), "go.book"), said: map[string]bool{}}
	if err := json.Unmarshal(must(os.ReadFile(path)), &p.script); err != nil {
		t.Fatal(err)
	}
	p.open()
	p.play(ctx, p.script.Steps)
	if err := p.ledger.Close(); err != nil {
		t.Fatal(err)
	}
	for i := range reflect.TypeOf(p.ledger).NumMethod() {
		method := reflect.TypeOf(p.ledger).Method(i)
		if strings.HasPrefix(method.Name, "Post") && method.Type.NumIn() == 3 && method.Type.In(2).Kind() == reflect.Slice &&
			!method.Type.IsVariadic() && !p.said[squashed(method.Name)] {
			t.Errorf("the scenario does not say %s", method.Name)
		}
	}
	written := must(os.ReadFile(p.path))
	if int64(len(written)) != p.script.FileBytes {
		t.Errorf("%d bytes, not %d", len(written), p.script.FileBytes)
	}
	program := os.Getenv("ARC_TEST_PROGRAM")
	if program == "" {
		t.Skip("ARC_TEST_PROGRAM names no program to compare with")
	}
	theirs := filepath.Join(t.TempDir(), "c.book")
	if out, err := exec.Command(program, theirs).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if !bytes.Equal(written, must(os.ReadFile(theirs))) {
		t.Error("the journals differ")
	}
}
