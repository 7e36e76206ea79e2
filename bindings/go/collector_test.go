package arcollect_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"example.org/arcollect"
)

func sent(context.Context, *arcollect.Message) (arcollect.Outcome, error) {
	return arcollect.OutcomeSent, nil
}

func TestMessagesAndTheLetterhead(t *testing.T) {
	l := book(t, arcollect.Options{})
	must(l.Post(ctx, someRows()...))
	var messages []*arcollect.Message
	c, err := l.OpenCollector(ctx, arcollect.CollectorOptions{
		Flags: arcollect.CollectorSummary,
		Letterhead: &arcollect.Letterhead{Name: "Example Ltd", DeadlineDays: 10, RemitTo: []arcollect.RemitTo{
			{Currency: "USD", Account: "1"}, {Account: "DE89370400440532013000"}}},
		Transport: arcollect.TransportFunc(func(_ context.Context, m *arcollect.Message) (arcollect.Outcome, error) {
			messages = append(messages, m)
			return arcollect.OutcomeSent, nil
		})})
	closed(t, c, err)
	report, ran, err := c.RunDay(ctx, day("2025-03-10"))
	if err != nil || !ran || report.TouchesSent != 1 || report.Overdue != 119000 || len(messages) != 1 {
		t.Fatal(report, ran, err)
	}
	m := messages[0]
	if m.Amount.In(m.Currency).String() != "1190.00 EUR" || m.Address != "ap@orchard.example" || len(m.Items) != 1 ||
		m.Items[0].Invoice != "2025-0117" || m.Items[0].Due != day("2025-03-03") || m.Deadline != day("2025-03-20") || m.Letterhead == nil ||
		m.Letterhead.Name != "Example Ltd" || len(m.Letterhead.RemitTo) != 2 || m.RemitTo == nil ||
		m.RemitTo.Account != "DE89370400440532013000" || !strings.Contains(m.Body, "Example Ltd") || m.HTML == "" {
		t.Errorf("%+v", m)
	}
	if _, ran, err := c.RunDay(ctx, day("2025-03-10")); err != nil || ran {
		t.Error("a day is run once:", ran, err)
	}
	if _, _, err := c.RunDay(ctx, day("2025-03-09")); !errors.Is(err, arcollect.ErrRefused) {
		t.Error(err)
	}
	template := closed(t, must(arcollect.NewTemplate("language en\n---- text\n{{amount}} by {{deadline}}, {{each items}}{{item.number}}{{end}}\n")), nil)
	if text := must(template.Write(arcollect.PartText, m)); text != "€1,190.00 by 20 March 2025, 2025-0117\n" {
		t.Errorf("%q", text)
	}
	if text := must(template.Write(arcollect.PartHTML, m)); text != "" {
		t.Error(text)
	}
}

func TestARunStopsAndGoesOn(t *testing.T) {
	l := book(t, arcollect.Options{})
	must(l.Post(ctx, someRows()...))
	mine := errors.New("mine")
	fail := func(error) {}
	var transportFails, progressFails error
	panics := false
	canceled, cancel := context.WithCancel(ctx)
	defer cancel()
	var offered []string
	c, err := l.OpenCollector(ctx, arcollect.CollectorOptions{
		Transport: arcollect.TransportFunc(func(ctx context.Context, m *arcollect.Message) (arcollect.Outcome, error) {
			offered = append(offered, m.IdempotencyKey)
			if panics {
				panic("mine")
			}
			if _, err := l.Info(ctx); !errors.Is(err, arcollect.ErrBusy) {
				t.Error("a transport may not call the ledger:", err)
			}
			return arcollect.OutcomeSent, transportFails
		}),
		Progress: func(phase arcollect.Phase, done, total uint64) error {
			if phase == arcollect.PhaseSending {
				return progressFails
			}
			fail(nil)
			return nil
		}})
	closed(t, c, err)
	run := func(ctx context.Context) error {
		_, _, err := c.RunDay(ctx, day("2025-03-10"))
		return err
	}
	progressFails = mine
	if err := run(ctx); !errors.Is(err, mine) || !errors.Is(err, arcollect.ErrHost) || len(offered) != 0 {
		t.Error(err, offered)
	}
	progressFails, transportFails = nil, mine
	if err := run(ctx); !errors.Is(err, mine) || len(offered) != 1 {
		t.Error(err, offered)
	}
	transportFails, panics = nil, true
	var panicked *arcollect.PanicError
	if err := run(ctx); !errors.As(err, &panicked) || panicked.Value != "mine" {
		t.Error(err)
	}
	panics = false
	cancelIn := arcollect.PhaseCash
	fail = func(error) { cancel() }
	if err := run(canceled); !errors.Is(err, context.Canceled) {
		t.Error(cancelIn, err)
	}
	if err := run(canceled); err != context.Canceled {
		t.Error(err)
	}
	fail = func(error) {}
	report, ran, err := c.RunDay(ctx, day("2025-03-10"))
	if err != nil || !ran || report.TouchesSent != 1 {
		t.Error(report, ran, err)
	}
	for _, key := range offered {
		if key != offered[0] {
			t.Error("the same message has the same key:", offered)
		}
	}
}

// model says what it is told to.
type model struct {
	answer arcollect.ReplyAnswer
	err    error
	asked  int
}

func (m *model) Ask(_ context.Context, text, language string) (arcollect.ReplyAnswer, bool, error) {
	m.asked++
	return m.answer, m.answer.Words != "", m.err
}

func TestReplies(t *testing.T) {
	mine := errors.New("mine")
	read := func(m *model, text string) (*arcollect.Report, error) {
		return arcollect.ReadReply(ctx, arcollect.Reply{Text: text, Written: day("2025-03-10"), Currency: "EUR", Model: m})
	}
	report := must(read(&model{}, "We will pay EUR 1,190.00 on 14 March 2025."))
	facts := map[string]string{}
	for _, row := range report.Rows() {
		facts[row.Text("fact")] += row.Text("detail") + row.Format("day") + row.Format("amount")
	}
	if !strings.Contains(facts["kind"], "promise") || !strings.Contains(facts["date"], "2025-03-14") || !strings.Contains(facts["amount"], "1190.00") {
		t.Error(facts, report)
	}
	m := &model{answer: arcollect.ReplyAnswer{Kind: arcollect.ReplyDispute, ConfidencePPM: 990000, Words: "gibberish"}}
	report = must(read(m, "Perhaps zorp gibberish frob the wibble."))
	if m.asked != 1 || !strings.Contains(report.String(), "taken") {
		t.Error(m.asked, report)
	}
	if _, err := read(&model{err: mine}, "Perhaps zorp gibberish frob the wibble."); !errors.Is(err, mine) || !errors.Is(err, arcollect.ErrHost) {
		t.Error(err)
	}
	reader := closed(t, must(arcollect.NewReader()), nil)
	for range 6 {
		if err := reader.Learn("kindly resend the paperwork to our depot", arcollect.ReplyCopy); err != nil {
			t.Fatal(err)
		}
	}
	report = must(arcollect.ReadReply(ctx, arcollect.Reply{Text: "kindly resend the paperwork to our depot", Written: day("2025-03-10"), Reader: reader}))
	if report.Row(0).Text("detail") != "copy" {
		t.Error(report)
	}

	l := book(t, arcollect.Options{})
	must(l.Post(ctx, someRows()...))
	c, err := l.OpenCollector(ctx, arcollect.CollectorOptions{Transport: arcollect.TransportFunc(sent), ReplyReader: reader, ReplyModel: m})
	closed(t, c, err)
	if _, _, err := c.RunDay(ctx, day("2025-03-10")); err != nil {
		t.Fatal(err)
	}
	incoming := arcollect.Incoming{Key: "mail-1", Customer: "C1", Sender: "ap@orchard.example", Text: "We will pay invoice 2025-0117 on 14 March 2025.",
		Day: day("2025-03-11"), Channel: arcollect.ChannelEmail}
	if made := must(c.Reply(ctx, incoming)); !strings.Contains(made.String(), "promise") {
		t.Error(made)
	}
	incoming.Day = arcollect.Date{}
	var said *arcollect.Error
	if _, err := c.Reply(ctx, incoming); !errors.As(err, &said) || said.Status != arcollect.ErrInvalid {
		t.Error(err)
	}
}

func TestEngines(t *testing.T) {
	l := book(t, arcollect.Options{})
	must(l.Post(ctx, someRows()...))
	must(l.PostPayments(ctx, []arcollect.Payment{{Key: "P1", Customer: "C1", Remittance: "2025-0117", Received: day("2025-03-05"), Amount: 50000}}))
	matcher := closed(t, must(l.OpenMatcher(ctx, arcollect.MatcherOptions{})), nil)
	proposed := must(matcher.Propose(ctx, "P1", day("2025-03-05")))
	if proposed.Row(0).Text("invoice") != "2025-0117" || must(matcher.Why(ctx, "P1", day("2025-03-05"))).Len() == 0 {
		t.Error(proposed)
	}
	if _, err := matcher.Propose(ctx, "P9", day("2025-03-05")); !errors.Is(err, arcollect.ErrNotFound) {
		t.Error(err)
	}
	if recorded, err := matcher.Answer(ctx, arcollect.MatchAnswer{Answer: arcollect.AnswerConfirm, Payment: "P1", Rank: 1, Day: day("2025-03-05"), Author: "Ida"}); err != nil || !recorded {
		t.Error(recorded, err)
	}
	if _, left, err := l.Balance(ctx, "C1", "EUR", arcollect.Date{}); err != nil || left.Minor != 0 {
		t.Error(left, err)
	}
	if recorded, err := matcher.Answer(ctx, arcollect.MatchAnswer{Answer: arcollect.AnswerUndo, Payment: "P1", Day: day("2025-03-06"), Author: "Ida"}); err != nil || !recorded {
		t.Error(recorded, err)
	}
	// An engine within a batch: its touches and a note are one commit.
	cadence := closed(t, must(l.OpenCadence(ctx, arcollect.CadenceOptions{})), nil)
	before := must(l.Info(ctx)).NextSequence
	if _, err := l.Batch(ctx, func(ctx context.Context) error {
		planned, withheld, err := cadence.Plan(ctx, day("2025-03-10"))
		if planned+withheld == 0 {
			t.Error("nothing is due")
		}
		return errors.Join(err, errors.New("drop it"))
	}); err == nil || must(l.Info(ctx)).NextSequence != before {
		t.Error(err)
	}
	if _, sums, err := cadence.Coverage(ctx, day("2025-03-11")); !errors.Is(err, arcollect.ErrRefused) || sums.Overdue != 0 {
		t.Error(sums, err)
	}
	scorer := closed(t, must(l.OpenScorer(ctx)), nil)
	if err := scorer.Train(ctx, day("2025-03-10")); err != nil {
		t.Fatal(err)
	}
	saved := must(scorer.Save(ctx))
	if err := errors.Join(scorer.Load(ctx, saved), scorer.Close()); err != nil {
		t.Error(err)
	}
	other := closed(t, must(l.OpenScorer(ctx)), nil)
	if err := other.Load(ctx, saved[:len(saved)-1]); !errors.Is(err, arcollect.ErrCorrupt) {
		t.Error(err)
	}
	if list := must(other.Report(ctx, arcollect.ScoreQuery{Report: arcollect.ScoreWorklist, AsOf: day("2025-03-10")})); list.Len() != 1 {
		t.Error(list)
	}
	if today := must(other.Today(ctx, arcollect.TodayOptions{AsOf: day("2025-03-10"), Capacities: []arcollect.Capacity{{Action: -1, Minutes: 60}}})); today.Len() == 0 {
		t.Error(today)
	}
	if chase := must(other.Chase(ctx, arcollect.ChaseOptions{AsOf: day("2025-03-10"), Cost: 500})); chase.Len() != 1 {
		t.Error(chase)
	}
}
