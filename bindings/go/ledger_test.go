package arcollect_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"example.org/arcollect"
)

var ctx = context.Background()

func day(text string) arcollect.Date { return arcollect.MustDate(text) }

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

// closed closes what a test opened, at its end.
func closed[T io.Closer](t testing.TB, closer T, err error) T {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := closer.Close(); err != nil {
			t.Error(err)
		}
	})
	return closer
}

func book(t testing.TB, options arcollect.Options) *arcollect.Ledger {
	t.Helper()
	if options.Currency == "" {
		options.Currency = "EUR"
	}
	l, err := arcollect.Open(ctx, options)
	return closed(t, l, err)
}

func someRows() []arcollect.Row {
	return []arcollect.Row{
		arcollect.Customer{Key: "C1", Name: "Orchard Textiles"},
		arcollect.Contact{Key: "K1", Customer: "C1", Email: "ap@orchard.example"},
		arcollect.Invoice{Key: "2025-0117", Customer: "C1", Issued: day("2025-02-01"), Due: day("2025-03-03"), Amount: 119000},
	}
}

func TestErrorsSayWhere(t *testing.T) {
	l := book(t, arcollect.Options{})
	_, err := l.PostInvoices(ctx, []arcollect.Invoice{
		{Key: "I1", Customer: "nobody", Issued: day("2025-02-01"), Due: day("2025-03-03"), Amount: 1},
	})
	var said *arcollect.Error
	if !errors.Is(err, arcollect.ErrNotFound) || errors.Is(err, arcollect.ErrConflict) || !errors.As(err, &said) {
		t.Fatalf("%v", err)
	}
	if said.Record != 0 || said.Field != "Customer" || said.Detail == "" || said.Status != arcollect.ErrNotFound {
		t.Errorf("%+v", said)
	}
	must(l.PostCustomers(ctx, []arcollect.Customer{{Key: "C1"}}))
	rows := make([]arcollect.Invoice, 3)
	for i := range rows {
		rows[i] = arcollect.Invoice{Key: fmt.Sprint("I", i), Customer: "C1", Issued: day("2025-02-01"), Due: day("2025-03-03"), Amount: 1}
	}
	rows[2].Amount = -1
	if _, err = l.PostInvoices(ctx, rows); !errors.As(err, &said) || said.Record != 2 || said.Field != "Amount" || said.Status != arcollect.ErrInvalid {
		t.Errorf("%+v", said)
	}
	rows[1].Currency = "EURO"
	if _, err = l.PostInvoices(ctx, rows); !errors.As(err, &said) || said.Record != 1 || said.Field != "Currency" {
		t.Errorf("%+v", said)
	}
	if info := must(l.Info(ctx)); info.NextSequence != 3 || info.Currency != "EUR" || info.Head == [32]byte{} || !info.Run.IsZero() {
		t.Errorf("what failed changed something: %+v", info)
	}
	if _, err = arcollect.PrintTerms("2/10 net"); !errors.As(err, &said) || said.Status != arcollect.ErrSyntax || said.Column == 0 {
		t.Errorf("%+v", said)
	}
	if _, err = arcollect.PrintPolicy("cadence \"x\"\nstep 0d email loud x\n"); !errors.As(err, &said) || said.Line != 2 || said.Column == 0 {
		t.Errorf("%+v", said)
	}
	if text := err.Error(); !strings.Contains(text, "ARC_E_SYNTAX") || !strings.Contains(text, "line 2") {
		t.Error(text)
	}
}

func TestAllOfABatchOrNothing(t *testing.T) {
	l := book(t, arcollect.Options{})
	if recorded, err := l.Post(ctx, someRows()...); err != nil || !recorded {
		t.Fatal(recorded, err)
	}
	before := must(l.Info(ctx))
	if recorded, err := l.Post(ctx, someRows()...); err != nil || recorded {
		t.Error("the same again is not new:", recorded, err)
	}
	mine := errors.New("mine")
	_, err := l.Batch(ctx, func(ctx context.Context) error {
		must(l.PostCustomers(ctx, []arcollect.Customer{{Key: "C2"}}))
		if _, _, err := l.Balance(ctx, "C2", "EUR", arcollect.Date{}); err != nil {
			t.Error("a batch sees what it said:", err)
		}
		if _, err := l.Info(context.Background()); !errors.Is(err, arcollect.ErrBusy) {
			t.Error("another context within the batch would wait for ever:", err)
		}
		return mine
	})
	if err != mine {
		t.Error(err)
	}
	func() {
		defer func() {
			if recover() != "mine" {
				t.Error("a panic of the host's own goes on")
			}
		}()
		_, _ = l.Batch(ctx, func(ctx context.Context) error { panic("mine") })
	}()
	if after := must(l.Info(ctx)); after != before {
		t.Error("a batch that failed changed something")
	}
	var late context.Context
	if recorded, err := l.Batch(ctx, func(ctx context.Context) error {
		late = ctx
		_, err := l.PostCustomers(ctx, []arcollect.Customer{{Key: "C2"}})
		return err
	}); err != nil || !recorded {
		t.Error(recorded, err)
	}
	if _, err := l.Info(late); err != nil {
		t.Error("behind the batch its context is one as any other:", err)
	}
	var stored []byte
	if recorded, err := l.BatchInto(ctx, func(first uint64, count uint32, data []byte) error {
		if first != before.NextSequence+1 || count != 1 {
			t.Error(first, count)
		}
		stored = data
		return nil
	}, func(ctx context.Context) error {
		_, err := l.PostCustomers(ctx, []arcollect.Customer{{Key: "C3"}})
		return err
	}); err != nil || !recorded || len(stored) == 0 {
		t.Error(recorded, err, len(stored))
	}
	if _, err := l.BatchInto(ctx, func(uint64, uint32, []byte) error { return mine }, func(ctx context.Context) error {
		_, err := l.PostCustomers(ctx, []arcollect.Customer{{Key: "C4"}})
		return err
	}); err != mine {
		t.Error(err)
	}
	if _, _, err := l.Balance(ctx, "C4", "EUR", arcollect.Date{}); !errors.Is(err, arcollect.ErrNotFound) {
		t.Error(err)
	}
}

func TestReports(t *testing.T) {
	l := book(t, arcollect.Options{})
	must(l.Post(ctx, someRows()...))
	must(l.PostCustomers(ctx, []arcollect.Customer{{Key: "C2", Name: "Größe", Currency: "JPY"}}))
	must(l.PostInvoices(ctx, []arcollect.Invoice{{Key: "J1", Customer: "C2", Issued: day("2025-02-01"), Due: day("2025-04-03"), Amount: 5000}}))
	report := must(l.Report(ctx, arcollect.Query{Report: arcollect.ReportOpenItems, AsOf: day("2025-03-10")}))
	if report.Len() != 2 {
		t.Fatal(report)
	}
	for i, row := range report.Rows() {
		want := []string{"C1 2025-0117 1190.00 EUR 2025-03-03 7 2025-02-01", "C2 J1 5000 JPY 2025-04-03 -24 2025-02-01"}[i]
		got := fmt.Sprint(row.Text("customer"), " ", row.Text("invoice"), " ", row.Money("open"), " ", row.Date("due"), " ",
			row.Int("days_past_due"), " ", row.Format("issued"))
		if got != want {
			t.Errorf("%s, not %s", got, want)
		}
	}
	for range report.Rows() {
		break
	}
	if numbers := report.Numbers("open"); !slices.Equal(numbers, []int64{119000, 5000}) {
		t.Error(numbers)
	}
	for i, text := range report.Texts("customer") {
		if text != report.Row(i).Text("customer") {
			t.Error(text)
		}
	}
	if text := report.String(); strings.Count(text, "\n") != 3 || !strings.Contains(text, "1190.00") {
		t.Error(text)
	}
	panics := func(what string, f func()) {
		t.Helper()
		defer func() {
			if recover() == nil {
				t.Error("no panic for", what)
			}
		}()
		f()
	}
	panics("no such column", func() { report.Row(0).Text("nothing") })
	panics("a column of another type", func() { report.Row(0).Text("open") })
	panics("no such row", func() { report.Row(2) })
	figures := must(l.Metrics(ctx, arcollect.MetricsQuery{Report: arcollect.MetricsFigures, AsOf: day("2025-03-10"), By: arcollect.ByCurrency}))
	nulls := 0
	for _, row := range figures.Rows() {
		if row.IsNull("value") {
			nulls++
		}
	}
	if nulls == 0 || nulls == figures.Len() {
		t.Error("undefined is not zero:", nulls, figures.Len())
	}
	if aging := must(l.Metrics(ctx, arcollect.MetricsQuery{Report: arcollect.MetricsAging, AsOf: day("2025-03-10"), Breakpoints: []int32{5, 10}})); aging.Row(0).Money("6-10").String() != "1190.00 EUR" {
		t.Error(aging)
	}
	owed, left, err := l.Balance(ctx, "C1", "EUR", day("2025-03-10"))
	if err != nil || owed != arcollect.MustMoney("1190.00", "EUR") || left.Minor != 0 {
		t.Error(owed, left, err)
	}
}

func TestGoroutinesWaitTheirTurn(t *testing.T) {
	l := book(t, arcollect.Options{})
	var group sync.WaitGroup
	for n := range 8 {
		group.Add(1)
		go func() {
			defer group.Done()
			for m := range 20 {
				key := fmt.Sprintf("C%d-%d", n, m)
				if _, err := l.Batch(ctx, func(ctx context.Context) error {
					_, err := l.PostCustomers(ctx, []arcollect.Customer{{Key: key}})
					return err
				}); err != nil {
					t.Error(err)
				}
				if _, _, err := l.Balance(ctx, key, "EUR", arcollect.Date{}); err != nil {
					t.Error(err)
				}
			}
		}()
	}
	group.Wait()
	if info := must(l.Info(ctx)); info.NextSequence != 162 {
		t.Error(info.NextSequence)
	}
	// Who waits stops waiting when its context ends.
	inside, over := make(chan bool), make(chan bool)
	go func() {
		_, _ = l.Batch(ctx, func(context.Context) error {
			inside <- true
			<-over
			return nil
		})
		inside <- false
	}()
	<-inside
	short, cancel := context.WithCancel(ctx)
	time.AfterFunc(time.Millisecond, cancel)
	if _, err := l.Info(short); err != context.Canceled {
		t.Error(err)
	}
	close(over)
	<-inside
}

func TestEnginesAndForksCloseInAnyOrder(t *testing.T) {
	l := must(arcollect.Open(ctx, arcollect.Options{Currency: "EUR"}))
	must(l.Post(ctx, someRows()...))
	calendar := must(arcollect.CountryCalendar("DE", 2025, 2026))
	collector := must(l.OpenCollector(ctx, arcollect.CollectorOptions{Calendar: calendar}))
	cadence, matcher, scorer := must(l.OpenCadence(ctx, arcollect.CadenceOptions{Calendar: calendar})),
		must(l.OpenMatcher(ctx, arcollect.MatcherOptions{})), must(l.OpenScorer(ctx))
	fork := must(l.Fork(ctx))
	onFork := must(fork.OpenMatcher(ctx, arcollect.MatcherOptions{}))
	must(fork.PostCustomers(ctx, []arcollect.Customer{{Key: "C2"}}))
	if _, _, err := l.Balance(ctx, "C2", "EUR", arcollect.Date{}); !errors.Is(err, arcollect.ErrNotFound) {
		t.Error("a fork goes its own way:", err)
	}
	why := must(collector.Cadence().Why(ctx, "C1", day("2025-03-10")))
	if why.Len() == 0 {
		t.Error("no reasons")
	}
	owned := collector.Scorer()
	if err := collector.Close(); err != nil {
		t.Error(err)
	}
	if _, err := owned.Save(ctx); err != arcollect.ErrClosed {
		t.Error("the collector's engines are closed with it:", err)
	}
	if err := calendar.Close(); err != nil {
		t.Error(err)
	}
	if _, _, err := cadence.Plan(ctx, day("2025-03-10")); err != nil {
		t.Error("the calendar is still used:", err)
	}
	if _, err := l.OpenCadence(ctx, arcollect.CadenceOptions{Calendar: calendar}); err != arcollect.ErrClosed {
		t.Error(err)
	}
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	_, _, err1 := matcher.Run(ctx, day("2025-03-10"))
	_, err2 := fork.Info(ctx)
	_, _, err3 := onFork.Run(ctx, day("2025-03-10"))
	_, err4 := collector.Exceptions(ctx, day("2025-03-10"))
	_, err5 := l.Info(ctx)
	_, err6 := owned.Report(ctx, arcollect.ScoreQuery{Report: arcollect.ScoreWorklist, AsOf: day("2025-03-10")})
	for i, err := range []error{err1, err2, err3, err4, err5, err6} {
		if err != arcollect.ErrClosed {
			t.Error(i+1, err)
		}
	}
	for _, closer := range []io.Closer{l, fork, matcher, onFork, scorer, cadence, collector, calendar, owned} {
		if err := closer.Close(); err != nil {
			t.Error("closed twice:", err)
		}
	}
}

// blocksLeft is what is held of the C heap once the garbage collector has closed what was forgotten.
func blocksLeft(wanted int64) int64 {
	blocks := int64(-1)
	for range 200 {
		runtime.GC()
		if _, blocks = arcollect.Memory(); blocks <= wanted {
			break
		}
		time.Sleep(5 * time.Millisecond)
	}
	return blocks
}

func TestNothingLeaks(t *testing.T) {
	before := blocksLeft(0)
	for range 50 {
		func() { // nothing is closed
			calendar := must(arcollect.NewCalendar([]arcollect.Date{day("2025-12-25")}))
			l := must(arcollect.Open(ctx, arcollect.Options{Currency: "EUR", Calendar: calendar, Storage: &memoryStorage{}}))
			must(l.Post(ctx, someRows()...))
			reader := must(arcollect.NewReader())
			collector := must(l.OpenCollector(ctx, arcollect.CollectorOptions{Calendar: calendar, ReplyReader: reader}))
			if _, _, err := collector.RunDay(ctx, day("2025-03-10")); err != nil {
				t.Error(err)
			}
			must(l.OpenScorer(ctx))
			fork := must(l.Fork(ctx))
			must(fork.OpenCadence(ctx, arcollect.CadenceOptions{InterestRule: &arcollect.InterestRule{}}))
			must(arcollect.NewTemplate("language en\n---- text\n{{amount}}\n"))
			if _, err := arcollect.Open(ctx, arcollect.Options{Currency: "none", Storage: &memoryStorage{}}); err == nil {
				t.Error("no such currency")
			}
			if _, err := arcollect.Open(ctx, arcollect.Options{Currency: "QQQ", Storage: &memoryStorage{}}); err == nil {
				t.Error("no such currency")
			}
		}()
	}
	if after := blocksLeft(before); after != before {
		t.Errorf("%d blocks are left", after-before)
	}
}

func TestWhatIsUsedIsNotCollected(t *testing.T) {
	matcher := must(must(arcollect.Open(ctx, arcollect.Options{Currency: "EUR"})).OpenMatcher(ctx, arcollect.MatcherOptions{}))
	for range 5 {
		runtime.GC()
		time.Sleep(2 * time.Millisecond)
		if _, _, err := matcher.Run(ctx, day("2025-03-10")); err != nil {
			t.Fatal(err)
		}
	}
	if err := matcher.Close(); err != nil {
		t.Error(err)
	}
}

func TestErasureAndDrop(t *testing.T) {
	storage := &memoryStorage{}
	l := book(t, arcollect.Options{Storage: storage})
	must(l.Post(ctx, someRows()...))
	must(l.PostErasures(ctx, []arcollect.Erasure{{Customer: "C1", Reason: "request 7", Day: day("2025-04-01")}}))
	if dropped, err := l.DropJournal(ctx); err != nil || !dropped {
		t.Fatal(dropped, err)
	}
	if err := l.Verify(ctx); err != nil {
		t.Error(err)
	}
	if info := must(l.Info(ctx)); info.FirstSequence == 1 || storage.holds("Orchard") {
		t.Error("the name is there still", info)
	}
	again := must(arcollect.Open(ctx, arcollect.Options{Storage: storage}))
	if err := errors.Join(again.Verify(ctx), again.Close()); err != nil {
		t.Error(err)
	}
}
