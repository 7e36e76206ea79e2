package arcollect_test

import (
	"context"

	"example.org/arcollect"
)

func mark(ctx context.Context, l *arcollect.Ledger, what string, day arcollect.Date) (bool, error) {
	switch what {
	case "matching":
		return l.PostMatching(ctx, day)
	case "planning":
		return l.PostPlanning(ctx, day)
	case "day_run":
		return l.PostDayRun(ctx, day)
	case "period_close":
		return l.PostPeriodClose(ctx, day)
	}
	panic(what)
}

func answer(ctx context.Context, m *arcollect.Matcher, what string, with arcollect.MatchAnswer) (bool, error) {
	switch what {
	case "confirm":
		return m.Confirm(ctx, with)
	case "reject":
		return m.Reject(ctx, with)
	case "undo":
		return m.Undo(ctx, with)
	}
	panic(what)
}

func (p *play) askMore(ctx context.Context, s step, key string, day arcollect.Date) (*arcollect.Report, error) {
	switch s.text("ask") {
	case "aging":
		return p.ledger.Aging(ctx, filled[arcollect.AgingOptions](s, "with"))
	case "metrics":
		return p.ledger.Metrics(ctx, day, uint32(s.number("days")), arcollect.ByCurrency)
	case "worklist":
		return p.scorer.Worklist(ctx, day, int(s.number("limit")))
	case "why":
		return p.scorer.Why(ctx, key, day)
	case "predict":
		return p.scorer.Predict(ctx, key, day)
	case "explain":
		return p.scorer.Explain(ctx, key, uint32(s.number("instalment")), day)
	case "customers":
		return p.scorer.Customers(ctx, day)
	}
	panic(s.text("ask"))
}
