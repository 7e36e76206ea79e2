// Runbook imports a book from CSV files and runs its days, with the very journal that the example host in C writes:
//
//	runbook -from 2022-01-01 -to 2024-12-31 [-currency USD] [-letters FOLDER] [-match] BOOK FOLDER
//
// BOOK is a file, FOLDER holds customers, invoices, payments, applications and events as .csv or .csv.gz, amounts in minor
// units. Run again, it goes on from the last day. Its rules are that host's: what happened on a day is one commit, recorded at
// 16:00 UTC; facts come in a fixed order within the day; what the book refuses is named and left out; cash is matched unless
// the files say what each payment settles.
package main

import (
	"compress/gzip"
	"context"
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"hash/fnv"
	"io"
	"log"
	"os"
	"os/signal"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.org/arcollect"
	"example.org/arcollect/mail"
)

const rowsOfACall = 512

// order is that within a day: parties, items, cash, what is said about them, and what takes cash back.
var order = []reflect.Type{
	reflect.TypeFor[arcollect.Customer](), reflect.TypeFor[arcollect.Invoice](), reflect.TypeFor[arcollect.CreditNote](),
	reflect.TypeFor[arcollect.Payment](), reflect.TypeFor[arcollect.Application](), reflect.TypeFor[arcollect.Dispute](),
	reflect.TypeFor[arcollect.Promise](), reflect.TypeFor[arcollect.Note](), reflect.TypeFor[arcollect.Writeoff](),
	reflect.TypeFor[arcollect.Reversal](),
}

// facts are what the files say, by the day on which it takes effect; no date: before everything.
type facts struct {
	days         map[arcollect.Date][]arcollect.Row
	currency     map[string]string // of a customer
	customerOf   map[string]string // of an invoice
	keys         map[string]bool
	applications bool
}

// record is a line of a file, whose fields are read by name; the first that cannot be read is kept.
type record struct {
	names, values []string
	err           error
}

func (r *record) text(name string) string {
	if i := slices.Index(r.names, name); i >= 0 {
		return r.values[i]
	}
	r.err = errors.Join(r.err, fmt.Errorf("there is no column %s", name))
	return ""
}

func (r *record) number(name string) int64 {
	text := r.text(name)
	if text == "" {
		return 0
	}
	n, err := strconv.ParseInt(text, 10, 64)
	r.err = errors.Join(r.err, err)
	return n
}

func (r *record) minor(name string) arcollect.Minor { return arcollect.Minor(r.number(name)) }

func (r *record) date(name string) arcollect.Date { return r.parse(r.text(name)) }

func (r *record) parse(text string) arcollect.Date {
	date, err := arcollect.ParseDate(text)
	r.err = errors.Join(r.err, err)
	return date
}

// read calls use for each record of a file; a file that is not there has none.
func read(folder, name string, use func(*record)) error {
	path := filepath.Join(folder, name+".csv")
	file, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		path += ".gz"
		file, err = os.Open(path)
	}
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer file.Close()
	var lines io.Reader = file
	if strings.HasSuffix(path, ".gz") {
		if lines, err = gzip.NewReader(file); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	table := csv.NewReader(lines)
	names, err := table.Read()
	for err == nil {
		r := record{names: names}
		if r.values, err = table.Read(); err == nil {
			use(&r)
			err = r.err
		}
	}
	if err != io.EOF {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

func load(folder string) (*facts, error) {
	f := &facts{map[arcollect.Date][]arcollect.Row{}, map[string]string{}, map[string]string{}, map[string]bool{}, false}
	return f, errors.Join(
		read(folder, "customers", func(r *record) {
			f.currency[r.text("cust_id")] = r.text("currency")
			f.add(arcollect.Date{}, arcollect.Customer{
				Options: arcollect.Replace, Key: r.text("cust_id"), Name: r.text("name"), Currency: r.text("currency"),
				TermsDays: int32(r.number("terms_days")), DiscountBP: uint32(r.number("disc_bp")),
				DiscountDays: uint32(r.number("disc_days")), CreditLimit: r.minor("credit_limit"),
			})
		}),
		read(folder, "invoices", func(r *record) {
			f.customerOf[r.text("inv_id")] = r.text("cust_id")
			f.add(r.date("issue"), arcollect.Invoice{
				Key: r.text("inv_id"), Number: r.text("number"), Customer: r.text("cust_id"), PONumber: r.text("po"),
				Issued: r.date("issue"), Due: r.date("due"), Amount: r.minor("amount"), DiscountBP: uint32(r.number("disc_bp")),
				DiscountDays: uint32(r.number("disc_days")),
			})
		}),
		read(folder, "payments", func(r *record) {
			f.add(r.date("date"), arcollect.Payment{
				Key: r.text("pay_id"), Customer: r.text("cust_id"), PayerName: r.text("payer"), Remittance: r.text("remit"),
				Received: r.date("date"), Amount: r.minor("amount"),
			})
		}),
		read(folder, "events", f.event),
		read(folder, "applications", func(r *record) {
			f.applications = true
			f.add(r.date("date"), arcollect.Application{
				Credit: r.text("pay_id"), Invoice: r.text("inv_id"), Day: r.date("date"), Amount: r.minor("cash"),
				Discount: r.minor("discount"),
			})
		}))
}

func (f *facts) add(day arcollect.Date, row arcollect.Row) { f.days[day] = append(f.days[day], row) }

func (f *facts) event(r *record) {
	day, kind, invoice, text, amount := r.date("date"), r.text("type"), r.text("inv_id"), r.text("text"), r.minor("amount")
	customer := r.text("cust_id")
	if customer == "" {
		customer = f.customerOf[invoice]
	}
	says := ""
	if kind == "note" {
		says = text
	} else if amount != 0 {
		says = strconv.FormatInt(int64(amount), 10)
	}
	key := f.key(r, day, says)
	switch kind {
	case "credit":
		f.add(day, arcollect.CreditNote{Key: key, Customer: customer, Invoice: invoice, Reason: text, Issued: day, Amount: amount,
			Currency: f.currency[customer]})
	case "dispute":
		f.add(day, arcollect.Dispute{Key: key, Invoice: invoice, Kind: text, Opened: day, Amount: amount})
	case "promise":
		f.add(day, arcollect.Promise{Key: key, Invoice: invoice, Made: day, PayBy: r.parse(strings.TrimPrefix(text, "BY ")), Amount: amount})
	case "note":
		f.add(day, arcollect.Note{Key: key, Customer: customer, Invoice: invoice, Text: text, Day: day})
	case "writeoff":
		f.add(day, arcollect.Writeoff{Key: key, Invoice: invoice, Reason: text, Day: day, Amount: amount})
	case "reversal":
		f.add(day, arcollect.Reversal{Payment: r.text("pay_id"), Reason: text, Day: day})
	default:
		r.err = errors.Join(r.err, fmt.Errorf("%q is no event", kind))
	}
}

// key is that of an event which has none: its type, its day, and a hash of what it says; a number for equal ones.
func (f *facts) key(r *record, day arcollect.Date, says string) string {
	hash := fnv.New64a()
	for _, part := range []string{r.text("type"), r.text("cust_id"), r.text("inv_id"), r.text("pay_id"), says} {
		_, _ = io.WriteString(hash, part+"\x00") // a hash takes everything
	}
	first := fmt.Sprintf("%s-%s-%016x", r.text("type"), day, hash.Sum64())
	key := first
	for number := 2; f.keys[key]; number++ {
		key = fmt.Sprintf("%s-%d", first, number)
	}
	f.keys[key] = true
	return key
}

// post posts neighbours of a kind in one call; without what is refused.
func post(ctx context.Context, ledger *arcollect.Ledger, rows []arcollect.Row) error {
	kind := func(row arcollect.Row) int { return slices.Index(order, reflect.TypeOf(row)) }
	slices.SortStableFunc(rows, func(a, b arcollect.Row) int { return kind(a) - kind(b) })
	for len(rows) > 0 {
		n := 1
		for n < len(rows) && n < rowsOfACall && kind(rows[n]) == kind(rows[0]) {
			n++
		}
		some := rows[:n]
		rows = rows[n:]
		for len(some) > 0 {
			_, err := ledger.Post(ctx, some...)
			if err == nil {
				break
			}
			var refused *arcollect.Error
			if !errors.As(err, &refused) || !slices.Contains([]arcollect.Status{arcollect.ErrInvalid, arcollect.ErrNotFound,
				arcollect.ErrExists, arcollect.ErrRefused, arcollect.ErrSyntax}, refused.Status) {
				return err
			}
			log.Printf("refused: %T of row %d: %v", some[0], refused.Record, err)
			if refused.Record > 0 {
				if _, err := ledger.Post(ctx, some[:refused.Record]...); err != nil {
					return err
				}
			}
			some = some[refused.Record+1:]
		}
	}
	return nil
}

// run runs every day: its facts as one commit, then the cycle.
func run(ctx context.Context, ledger *arcollect.Ledger, f *facts, options arcollect.CollectorOptions, first, last arcollect.Date) (
	days, sent int, err error) {
	info, err := ledger.Info(ctx)
	if err != nil {
		return 0, 0, err
	}
	again := !info.Run.IsZero()
	if again {
		first = info.Run.AddDays(1)
	}
	var waiting []arcollect.Date
	for day := range f.days {
		if !day.After(last) && (!again || !day.Before(first)) {
			waiting = append(waiting, day)
		}
	}
	slices.SortFunc(waiting, arcollect.Date.Compare)
	collector, err := ledger.OpenCollector(ctx, options)
	if err != nil {
		return 0, 0, err
	}
	defer collector.Close()
	for today := first; !today.After(last); today = today.AddDays(1) {
		if err := ledger.SetClock(ctx, today.In(time.UTC).Add(16*time.Hour)); err != nil {
			return days, sent, err
		}
		var rows []arcollect.Row
		for len(waiting) > 0 && !waiting[0].After(today) {
			rows = append(rows, f.days[waiting[0]]...)
			waiting = waiting[1:]
		}
		if len(rows) > 0 {
			if _, err := ledger.Batch(ctx, func(ctx context.Context) error { return post(ctx, ledger, rows) }); err != nil {
				return days, sent, err
			}
		}
		report, _, err := collector.RunDay(ctx, today)
		if err != nil {
			return days, sent, err
		}
		days, sent = days+1, sent+int(report.TouchesSent)
	}
	return days, sent, nil
}

func program(ctx context.Context) (err error) {
	first, last := arcollect.Date{}, arcollect.Date{}
	flag.TextVar(&first, "from", first, "the first `day`, unless days were run before")
	flag.TextVar(&last, "to", last, "the last `day`")
	currency := flag.String("currency", "USD", "of a new book")
	letters := flag.String("letters", "", "writes messages to this `folder`; otherwise they are dropped")
	match := flag.Bool("match", false, "matches cash though the files say what each payment settles")
	flag.Parse()
	if flag.NArg() != 2 || first.IsZero() || last.IsZero() {
		flag.Usage()
		return errors.New("a book, a folder, -from and -to are needed")
	}
	f, err := load(flag.Arg(1))
	if err != nil {
		return err
	}
	options := arcollect.CollectorOptions{
		Flags: arcollect.CollectorQuietHours, FallbackChannel: arcollect.ChannelLetter,
		Transport: arcollect.TransportFunc(func(context.Context, *arcollect.Message) (arcollect.Outcome, error) {
			return arcollect.OutcomeSent, nil
		}),
	}
	if *letters != "" {
		folder, err := mail.NewFolder(*letters, "receivables@sender.invalid")
		if err != nil {
			return err
		}
		options.Transport = folder
	}
	if f.applications && !*match {
		options.Flags |= arcollect.CollectorNoMatching
	}
	ledger, err := arcollect.Open(ctx, arcollect.Options{
		Storage: arcollect.FileStorage(flag.Arg(0)), Book: "arcollect", Currency: *currency})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, ledger.Close()) }()
	days, sent, err := run(ctx, ledger, f, options, first, last)
	fmt.Printf("%d days run, %d messages sent\n", days, sent)
	return err
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	log.SetFlags(0)
	if err := program(ctx); err != nil {
		log.Fatal(err)
	}
}
