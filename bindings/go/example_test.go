package arcollect_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"example.org/arcollect"
)

func Example() {
	ctx, date := context.Background(), arcollect.MustDate
	ledger, err := arcollect.Open(ctx, arcollect.Options{Currency: "EUR"}) // OpenFile keeps it in a file
	if err != nil {
		log.Fatal(err)
	}
	defer ledger.Close()
	if _, err := ledger.Post(ctx,
		arcollect.Customer{Key: "C1", Name: "Orchard Textiles"},
		arcollect.Invoice{Key: "2025-0117", Customer: "C1", Issued: date("2025-02-01"), Due: date("2025-03-03"), Amount: 119000},
	); err != nil {
		log.Fatal(err)
	}
	collector, err := ledger.OpenCollector(ctx, arcollect.CollectorOptions{
		Transport: arcollect.TransportFunc(func(_ context.Context, m *arcollect.Message) (arcollect.Outcome, error) {
			fmt.Println(m.Subject)
			return arcollect.OutcomeSent, nil
		})})
	if err != nil {
		log.Fatal(err)
	}
	if _, _, err := collector.RunDay(ctx, date("2025-03-10")); err != nil {
		log.Fatal(err)
	}
	aging, err := ledger.Metrics(ctx, arcollect.MetricsQuery{Report: arcollect.MetricsAging, AsOf: date("2025-03-10")})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(aging)
	// Output:
	// Overdue: €1,190.00, invoice 2025-0117
	// customer  currency  not_due     1-30  31-60  61-90  over_90  unapplied  balance
	// C1        EUR          0.00  1190.00   0.00   0.00     0.00       0.00  1190.00
}

func ExampleLedger_Batch() {
	ctx := context.Background()
	ledger, err := arcollect.Open(ctx, arcollect.Options{Currency: "EUR"})
	if err != nil {
		log.Fatal(err)
	}
	defer ledger.Close()
	_, err = ledger.Batch(ctx, func(ctx context.Context) error { // this ctx is the batch's
		if _, err := ledger.PostCustomers(ctx, []arcollect.Customer{{Key: "C1"}, {Key: "C2"}}); err != nil {
			return err
		}
		_, err := ledger.PostPayments(ctx, []arcollect.Payment{
			{Key: "P1", Customer: "C3", Received: arcollect.MustDate("2025-03-10"), Amount: 5000}})
		return err
	})
	var said *arcollect.Error
	if errors.As(err, &said) {
		fmt.Println(said.Status.Name(), said.Record, said.Field, said.Detail)
	}
	fmt.Println(errors.Is(err, arcollect.ErrNotFound))
	_, _, err = ledger.Balance(ctx, "C1", "EUR", arcollect.Date{})
	fmt.Println("nothing was recorded:", errors.Is(err, arcollect.ErrNotFound))
	// Output:
	// ARC_E_NOT_FOUND 0 Customer no customer has the key "C3"
	// true
	// nothing was recorded: true
}

func ExampleReport_Rows() {
	ctx, date := context.Background(), arcollect.MustDate
	ledger, err := arcollect.Open(ctx, arcollect.Options{Currency: "EUR"})
	if err != nil {
		log.Fatal(err)
	}
	defer ledger.Close()
	if _, err := ledger.Post(ctx, arcollect.Customer{Key: "C1"},
		arcollect.Invoice{Key: "I1", Customer: "C1", Issued: date("2025-02-01"), Terms: "30% on issue, balance +60d", Amount: 100000}); err != nil {
		log.Fatal(err)
	}
	report, err := ledger.Report(ctx, arcollect.Query{Report: arcollect.ReportOpenItems, AsOf: date("2025-03-10")})
	if err != nil {
		log.Fatal(err)
	}
	for i, row := range report.Rows() {
		fmt.Println(i, row.Text("invoice"), row.Money("open"), row.Date("due"), row.Int("days_past_due"))
	}
	// Output:
	// 0 I1 300.00 EUR 2025-02-01 37
	// 1 I1 700.00 EUR 2025-04-02 -23
}

func ExampleMoney_Split() {
	parts, err := arcollect.MustMoney("100.00", "EUR").Split(1, 1, 1)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(parts)
	// Output: [33.34 EUR 33.33 EUR 33.33 EUR]
}

func ExampleDate() {
	issued := arcollect.MustDate("2024-01-31")
	fmt.Println(issued.AddMonths(1), issued.AddDays(30).Sub(issued), issued.Weekday(), arcollect.Date{}.IsZero())
	// Output: 2024-02-29 30 Wednesday true
}
