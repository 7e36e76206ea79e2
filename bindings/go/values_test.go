package arcollect_test

import (
	"encoding/json"
	"errors"
	"math"
	"slices"
	"testing"
	"time"

	"example.org/arcollect"
)

func TestMoney(t *testing.T) {
	for _, c := range []struct {
		text, currency string
		minor          arcollect.Minor
	}{{"1190.00", "EUR", 119000}, {"-0.01", "USD", -1}, {"500", "JPY", 500}, {"1.234", "KWD", 1234}, {"92233720368547758.07", "EUR", math.MaxInt64}} {
		money, err := arcollect.ParseMoney(c.text, c.currency)
		if err != nil || money != c.minor.In(c.currency) || money.Decimal() != c.text {
			t.Error(c, money, err)
		}
		text := must(json.Marshal(money))
		var back arcollect.Money
		if err := json.Unmarshal(text, &back); err != nil || back != money {
			t.Error(string(text), back, err)
		}
	}
	for _, c := range []struct {
		text, currency string
		is             arcollect.Status
	}{{"1.234", "EUR", arcollect.ErrSyntax}, {"1,5", "EUR", arcollect.ErrSyntax}, {"", "EUR", arcollect.ErrSyntax}, {"1e3", "EUR", arcollect.ErrSyntax},
		{"92233720368547758.08", "EUR", arcollect.ErrOverflow}, {"1", "XAU", arcollect.ErrInvalid}, {"1", "EU", arcollect.ErrInvalid},
		{"1\x00", "EUR", arcollect.ErrSyntax}, {"1", "", arcollect.ErrInvalid}} {
		if money, err := arcollect.ParseMoney(c.text, c.currency); !errors.Is(err, c.is) {
			t.Error(c, money, err)
		}
	}
	if digits, err := arcollect.CurrencyDigits("CLF"); err != nil || digits != 4 {
		t.Error(digits, err)
	}
	if _, err := arcollect.CurrencyDigits("XAU"); !errors.Is(err, arcollect.ErrInvalid) {
		t.Error(err)
	}
	hundred := arcollect.MustMoney("100.00", "EUR")
	if parts := must(hundred.Split(1, 1, 1)); !slices.Equal(parts, []arcollect.Money{{Minor: 3334, Currency: "EUR"}, {Minor: 3333, Currency: "EUR"}, {Minor: 3333, Currency: "EUR"}}) {
		t.Error(parts)
	}
	if _, err := hundred.Split(); !errors.Is(err, arcollect.ErrInvalid) {
		t.Error(err)
	}
	if half := must(arcollect.Minor(25).In("EUR").Scale(1, 2)); half.Minor != 12 {
		t.Error("half to even:", half)
	}
	if _, err := hundred.Scale(1, 0); !errors.Is(err, arcollect.ErrInvalid) {
		t.Error(err)
	}
	if sum := must(hundred.Add(arcollect.MustMoney("-0.50", "EUR"))); sum.String() != "99.50 EUR" {
		t.Error(sum)
	}
	for _, other := range []arcollect.Money{{Minor: 1, Currency: "USD"}, {Minor: math.MaxInt64, Currency: "EUR"}} {
		if sum, err := hundred.Add(other); err == nil {
			t.Error(sum)
		}
	}
	if sum, err := arcollect.Minor(math.MinInt64).In("EUR").Add(arcollect.Minor(-1).In("EUR")); !errors.Is(err, arcollect.ErrOverflow) {
		t.Error(sum, err)
	}
	if same := must(hundred.Add(arcollect.Minor(0).In("EUR"))); same != hundred {
		t.Error(same)
	}
}

func TestDates(t *testing.T) {
	date := arcollect.NewDate(2024, time.February, 29)
	year, month, day := date.Date()
	if year != 2024 || month != time.February || day != 29 || date.String() != "2024-02-29" || date.Weekday() != time.Thursday {
		t.Error(date, date.Weekday())
	}
	if date.AddDays(1).String() != "2024-03-01" || date.AddMonths(12).String() != "2025-02-28" || date.AddDays(366).Sub(date) != 366 {
		t.Error(date.AddDays(1), date.AddMonths(12))
	}
	if !date.Before(date.AddDays(1)) || date.After(date) || date.Compare(date.AddDays(-1)) <= 0 {
		t.Error("order")
	}
	zone := time.FixedZone("x", 9*3600)
	if arcollect.DateOf(time.Date(2024, 2, 29, 23, 59, 0, 0, zone)) != date || !date.In(zone).Equal(time.Date(2024, 2, 29, 0, 0, 0, 0, zone)) {
		t.Error("zones")
	}
	for at := arcollect.NewDate(1, 1, 1); !at.IsZero(); at = at.AddDays(9973) {
		year, month, day := at.Date()
		when := time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
		if at.String() != when.Format(time.DateOnly) || at.Weekday() != when.Weekday() || arcollect.MustDate(at.String()) != at {
			t.Fatal(at, when)
		}
	}
	none := arcollect.Date{}
	if !none.IsZero() || none.String() != "" || none.Weekday() != -1 || !none.AddDays(1).IsZero() || !none.AddMonths(1).IsZero() ||
		!arcollect.NewDate(9999, 12, 31).AddDays(1).IsZero() || !arcollect.NewDate(1, 1, 1).AddDays(-1).IsZero() ||
		!arcollect.NewDate(2023, 2, 29).IsZero() || arcollect.NewDate(1970, 1, 1).IsZero() {
		t.Error("no date")
	}
	text := must(json.Marshal(map[string]arcollect.Date{"a": date, "b": none}))
	var back map[string]arcollect.Date
	if err := json.Unmarshal(text, &back); err != nil || back["a"] != date || !back["b"].IsZero() {
		t.Error(string(text), back, err)
	}
	var said *arcollect.Error
	if _, err := arcollect.ParseDate("2024-02-30"); !errors.As(err, &said) || said.Status != arcollect.ErrSyntax || said.Column == 0 {
		t.Error(err)
	}
}

func TestCalendars(t *testing.T) {
	germany := closed(t, must(arcollect.CountryCalendar("DE", 2025, 2025, arcollect.MustDate("2025-11-11"))), nil)
	if germany.IsBusinessDay(arcollect.MustDate("2025-10-03")) || germany.IsBusinessDay(arcollect.MustDate("2025-11-11")) ||
		!germany.IsBusinessDay(arcollect.MustDate("2025-10-02")) || germany.Kind(arcollect.MustDate("2025-10-04")) != arcollect.CalendarWeekend || germany.Kind(arcollect.MustDate("2025-10-03")) != arcollect.CalendarHoliday {
		t.Error("holidays")
	}
	if moved := germany.Adjust(arcollect.MustDate("2025-10-03"), arcollect.AdjustFollowing); moved.String() != "2025-10-06" {
		t.Error(moved)
	}
	gulf := closed(t, must(arcollect.NewCalendar(nil, time.Friday, time.Saturday)), nil)
	if gulf.IsBusinessDay(arcollect.MustDate("2025-10-03")) || !gulf.IsBusinessDay(arcollect.MustDate("2025-10-05")) {
		t.Error("weekends")
	}
	var plain *arcollect.Calendar
	if later := plain.AddBusinessDays(arcollect.MustDate("2025-10-03"), 1); later.String() != "2025-10-06" {
		t.Error(later)
	}
	if _, err := arcollect.CountryCalendar("QQ", 2025, 2025); !errors.Is(err, arcollect.ErrNotFound) {
		t.Error(err)
	}
}

func TestTexts(t *testing.T) {
	if text := must(arcollect.PrintTerms("2/10 N/30")); text != "2/10, net 30" {
		t.Error(text)
	}
	instalments, discounts, err := arcollect.ApplyTerms(arcollect.TermsInvoice{
		Issued: arcollect.MustDate("2025-01-31"), Terms: "50% on issue, balance +30d", Amount: 10001, Currency: "EUR"})
	if err != nil || len(instalments) != 2 || instalments[0].Amount+instalments[1].Amount != 10001 || len(discounts) != 0 ||
		instalments[1].Due.String() != "2025-03-02" {
		t.Error(instalments, discounts, err)
	}
	_, discounts, err = arcollect.ApplyTerms(arcollect.TermsInvoice{
		Issued: arcollect.MustDate("2025-01-31"), Terms: "2/10, net 30", Amount: 10000, Currency: "EUR"})
	if err != nil || len(discounts) != 1 || discounts[0].BasisPoints != 200 {
		t.Error(discounts, err)
	}
	if earned := must(arcollect.DiscountEarned(discounts, arcollect.TermsSettlement{
		ValueDay: arcollect.MustDate("2025-02-10"), Open: 10000, Base: 10000, Paid: 9800})); earned != 200 {
		t.Error(earned)
	}
	total, lines, err := arcollect.Interest(arcollect.InterestClaim{
		Due: arcollect.MustDate("2025-01-31"), Until: arcollect.MustDate("2025-03-22"), Rule: &arcollect.InterestRule{MarginPPM: 73000},
		Balances: []arcollect.InterestBalance{{Day: arcollect.MustDate("2025-01-31"), Open: 100000}}})
	if err != nil || total != 1000 || len(lines) != 1 || lines[0].Days != 50 {
		t.Error(total, lines, err)
	}
	bands := []arcollect.CompensationBand{{Currency: "GBP", Amount: 4000}, {Currency: "GBP", From: 100000, Amount: 7000}}
	if sum := must(arcollect.Compensation(arcollect.MustMoney("1000.00", "GBP"), bands)); sum.String() != "70.00 GBP" {
		t.Error(sum)
	}
	if _, err := arcollect.Compensation(arcollect.MustMoney("1000.00", "EUR"), bands); !errors.Is(err, arcollect.ErrNotFound) {
		t.Error(err)
	}
	if text := must(arcollect.CheckReference(arcollect.ReferenceRF, "rf18 5390 0754 7034")); text != "RF18539007547034" {
		t.Error(text)
	}
	if repairs := must(arcollect.ReferenceRepairs(arcollect.ReferenceRF, "RF18539007547043")); !slices.Contains(repairs, "RF18539007547034") {
		t.Error(repairs)
	}
	if _, err := arcollect.CheckReference(arcollect.ReferenceRF, "RF19539007547034"); !errors.Is(err, arcollect.ErrInvalid) {
		t.Error(err)
	}
	policy := arcollect.DefaultPolicy()
	if printed := must(arcollect.PrintPolicy(policy)); must(arcollect.PrintPolicy(printed)) != printed {
		t.Error(printed)
	}
	built := must(arcollect.BuildPolicy(arcollect.CadenceSpec{Name: "own", Steps: []arcollect.CadenceStep{
		{Name: "first", Offset: 3, Channel: arcollect.ChannelEmail, Tone: arcollect.ToneFriendly}}}))
	if built != "cadence \"own\"\nstep +3d email friendly  first\n" {
		t.Errorf("%q", built)
	}
	if found := must(arcollect.LintPolicy(built)); found.Len() == 0 {
		t.Error("no end of the policy is found")
	}
	if text := must(arcollect.BuiltInTemplate(arcollect.ToneFirm, arcollect.ChannelEmail, "de")); text == "" {
		t.Error("empty")
	}
	if _, err := arcollect.BuiltInTemplate(arcollect.ToneFirm, arcollect.ChannelEmail, "xx"); !errors.Is(err, arcollect.ErrInvalid) {
		t.Error(err)
	}
	if v := arcollect.Version(); v == "0.0.0" || v == "" {
		t.Error(v)
	}
}
