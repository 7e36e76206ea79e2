package arcollect_test

import (
	"context"

	"example.org/arcollect"
)

func mark(ctx context.Context, l *arcollect.Ledger, what string, day arcollect.Date) (bool, error) {
	return l.PostDay(ctx, day, map[string]arcollect.DayIs{
		"matching": arcollect.DayMatched, "planning": arcollect.DayPlanned, "day_run": arcollect.DayRun, "period_close": arcollect.DayClosed}[what])
}

func answer(ctx context.Context, m *arcollect.Matcher, what string, with arcollect.MatchAnswer) (bool, error) {
	with.Answer = map[string]arcollect.Answer{
		"confirm": arcollect.AnswerConfirm, "reject": arcollect.AnswerReject, "undo": arcollect.AnswerUndo}[what]
	return m.Answer(ctx, with)
}

func (p *play) askMore(ctx context.Context, s step, key string, day arcollect.Date) (*arcollect.Report, error) {
	score := arcollect.ScoreQuery{Customer: key, AsOf: day, Limit: uint32(s.number("limit"))}
	switch s.text("ask") {
	case "aging":
		query := filled[arcollect.MetricsQuery](s, "with")
		query.Report = arcollect.MetricsAging
		return p.ledger.Metrics(ctx, query)
	case "metrics":
		return p.ledger.Metrics(ctx, arcollect.MetricsQuery{
			Report: arcollect.MetricsFigures, AsOf: day, Days: uint32(s.number("days")), By: arcollect.ByCurrency})
	case "worklist":
		score.Report = arcollect.ScoreWorklist
	case "why":
		score.Report = arcollect.ScorePriority
	case "predict":
		score.Report = arcollect.ScorePredictions
	case "explain":
		score.Report, score.Customer, score.Invoice = arcollect.ScoreExplanation, "", key
		score.Instalment = uint32(s.number("instalment"))
	case "customers":
		score.Report = arcollect.ScoreCustomers
	default:
		panic(s.text("ask"))
	}
	return p.scorer.Report(ctx, score)
}
