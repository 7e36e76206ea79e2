/*
 * What keeps a reading from being acted on unread: words that turn a statement around, and whatever
 * neither a phrase nor the model has an explanation for.
 *
 * A phrase says what it says wherever it stands; whether it is meant is in the rest of the text. So
 * the rest has to be understood as well: each sentence must say a kind that was found, or nothing,
 * in words that the model was trained with. Linear in the text.
 */
#include "reader_model.h"

#include "arcollect/reader.h"

#include <string.h>

typedef struct doubt_words {
  uint32_t languages;
  const char *words, *then; /* then "": the first word alone does */
} doubt_words;

/* Conditions, exceptions, and what is only thought, heard or once was meant. */
static const doubt_words doubt_turning[] = {
    {READER_ENGLISH,
     "if once unless when whenever provided otherwise instead "
     "whether think thought thinks believe believes hope hopefully suppose supposed apparently "
     "allegedly maybe perhaps probably possibly might unsure guess assume say says said told "
     "claims gonna tried try trying wanted meant intended",
     ""},
    {READER_ENGLISH, "was were", "going to about"},
    {READER_ENGLISH, "as so", "soon long far"},
    {READER_ENGLISH, "no", "need"},
    {READER_ENGLISH, "agar jab tabhi phir pehle shayad lekin magar toh warna kya", ""},
    {READER_DE,
     "wenn falls sobald sofern solange sonst statt ob glaube glauben "
     "denke denken meine hoffe hoffen angeblich soviel wohl vielleicht eventuell sollte sollten "
     "musste mussten wollte wollten sagt sagte erst nachdem bevor",
     ""},
    {READER_FR,
     "si quand lorsque sinon tant pense pensons crois croyons espere esperons "
     "peut devrait devait voulait dit apres",
     ""},
    {READER_FR, "des", "que"},
    {READER_ES,
     "si cuando sino mientras creo creemos pienso espero esperamos quizas quiza "
     "tal deberia debia dice dijo despues",
     ""}};

/* Exceptions, which are what a dispute is about. */
static const doubt_words doubt_limiting[] = {
    {READER_ENGLISH, "except although though however but only", ""},
    {READER_DE, "ausser aber jedoch allerdings nur ohne", ""},
    {READER_FR, "sauf mais cependant seulement sans", ""},
    {READER_ES, "salvo excepto pero solo sin", ""}};

/* What was contested once, or is no more than a slip of the pen. */
static const doubt_words doubt_disputing[] = {
    {READER_ENGLISH,
     "resolved settled closed solved withdrawn replaced repaired fixed fine address name", ""},
    {READER_ENGLISH, "your", "colleague salesman office"},
    {READER_DE,
     "erledigt behoben geklart ersetzt repariert anschrift adresse firmierung steuernummer", ""},
    {READER_FR, "resolu resolue regle reglee corrige corrigee remplace adresse sociale", ""},
    {READER_ES, "resuelto resuelta arreglado corregido cerrada direccion social", ""}};

/* What makes a payment, or a promise of one, less than it seems. */
static const doubt_words doubt_paying[] = {
    {READER_ENGLISH,
     "would should could returned bounced failed fails refused rejected error mistake wrong twice "
     "duplicate refund cancel cancelled dispute different another deposit part partial stop "
     "stopped refuse goods delivery order complaint contract customer customers supplier client "
     "clients tenant insurance some something bit little",
     ""},
    {READER_ENGLISH, "pay pays paid paying", "us me"},
    {READER_ENGLISH, "clear it this that things", "up"},
    {READER_HI, "bounce fail wapas return thoda kuch", ""},
    {READER_DE,
     "zuruck zuruckgewiesen fehler falsch doppelt anzahlung teil storniert andere kunde kunden "
     "mieter etwas teilweise",
     ""},
    {READER_FR,
     "rejete rejetee erreur double acompte partie annule annulee autre client locataire assureur "
     "peu",
     ""},
    {READER_ES,
     "devuelta devuelto error doble parte anticipo anulada otra otro cliente inquilino seguro "
     "algo poco",
     ""}};

static int doubt_among(const reader_text *t, size_t i, const doubt_words *of, size_t count) {
  for (size_t n = 0; n < count; n++)
    if (of[n].languages & t->language && arc__reader_among(t, i, of[n].words) &&
        (!of[n].then[0] || arc__reader_among(t, i + 1, of[n].then)))
      return 1;
  return 0;
}
#define DOUBT_AMONG(t, i, of) doubt_among(t, i, of, sizeof(of) / sizeof((of)[0]))

/* "Do not email me, call my office": another way is welcome. */
static int doubt_welcomes(const reader_text *t, size_t i, const reader_kind *opt_out) {
  if (!opt_out->score || (i >= opt_out->first && i - opt_out->first < opt_out->count)) return 0;
  if (!arc__reader_among(t, i, "call phone ring email mail write contact text message")) return 0;
  for (size_t near = 1; near <= 6 && near <= i; near++)
    if (arc__reader_negates(t, i - near)) return 0;
  return 1;
}

/* "Back from holiday". Whatever else is said is whom to ask if it is urgent. */
static int doubt_returned(const reader_text *t, size_t first, size_t end) {
  for (size_t i = first; i < end; i++)
    if ((arc__reader_is(t, i, "back") && arc__reader_among(t, i + 1, "from after")) ||
        (arc__reader_is(t, i, "aus") && arc__reader_is(t, i + 2, "urlaub")))
      return 1;
  return 0;
}

/* Whether a word of the sentence from `first` to before `end` may turn around what was found. */
static int doubt_turned(const reader_text *t, size_t first, size_t end,
                        const reader_kind kinds[READER_KINDS]) {
  int paying = kinds[ARC_REPLY_PROMISE].score || kinds[ARC_REPLY_PAID].score,
      wishing = kinds[ARC_REPLY_COPY].score || kinds[ARC_REPLY_DOCUMENT].score ||
                kinds[ARC_REPLY_PLAN].score;
  int disputing = kinds[ARC_REPLY_DISPUTE].score != 0, others = 0;
  for (int k = 1; k < READER_KINDS; k++)
    others |= k != ARC_REPLY_DISPUTE && kinds[k].score;
  if (kinds[ARC_REPLY_ABSENT].score) return doubt_returned(t, first, end);
  for (size_t i = first; i < end; i++)
    if (DOUBT_AMONG(t, i, doubt_turning) || (others && DOUBT_AMONG(t, i, doubt_limiting)) ||
        (disputing && DOUBT_AMONG(t, i, doubt_disputing)) ||
        (paying && (DOUBT_AMONG(t, i, doubt_paying) || arc__reader_negates(t, i))) ||
        doubt_welcomes(t, i, &kinds[ARC_REPLY_OPT_OUT]) ||
        (arc__reader_is(t, i, "?") && (paying || !wishing)))
      return 1;
  if (arc__reader_among(t, first, "how what why when where who which is are does did do") &&
      !arc__reader_negates(t, first + 1))
    return 1;
  /* "Do not stop", "the one that we paid". */
  for (int k = 1; k < READER_KINDS; k++) {
    size_t at = kinds[k].first;
    if (!kinds[k].score || !kinds[k].count || at < first || at >= end) continue;
    for (size_t near = 0; near < 6 && at > first; near++) {
      if (arc__reader_among(t, --at, "and und et y aur ,")) break;
      if (arc__reader_negates(t, at) || arc__reader_among(t, at, "that which who")) return 1;
    }
  }
  return 0;
}

/* Chosen on templates that neither the model nor its vocabulary had seen: the share of words in
 * thousandths that may be new, the odds that are a claim, and how far what was found is ahead. */
#define DOUBT_STRANGE 200
#define DOUBT_CLAIMS  (-2000)
#define DOUBT_AHEAD   500

/* A word of which neither a phrase, nor the training, nor the host's examples know what it says. */
static int doubt_strange(const reader_text *t, const arc_reader *taught, size_t i,
                         const reader_kind kinds[READER_KINDS]) {
  if (arc__reader_word(t, i)->type != READER_WORD || arc__reader_knows(t, i)) return 0;
  for (int k = 1; k < READER_KINDS; k++)
    if (kinds[k].score && i >= kinds[k].first && i - kinds[k].first < kinds[k].count) return 0;
  uint32_t buckets[READER_FEATURES_MOST];
  arc__reader_features(t, i, buckets);
  for (int k = 0; taught && k < READER_MODEL_KINDS; k++)
    if (taught->added[buckets[0]][k]) return 0;
  return 1;
}

/* Whether the model hears something else in a sentence than what was found. */
static int doubt_differs(const reader_text *t, const arc_reader *taught, size_t first, size_t end,
                         const reader_kind kinds[READER_KINDS]) {
  int32_t odds[READER_KINDS];
  int found = 0, other = 0, deciding = 0;
  arc__reader_sentence_odds(t, first, taught, odds);
  for (int k = 1; k <= READER_MODEL_KINDS; k++) {
    int *best = kinds[k].score ? &found : &other;
    if (!*best || odds[k] > odds[*best]) *best = k;
    deciding |= kinds[k].score && kinds[k].first >= first && kinds[k].first < end;
  }
  if (!other || (other == ARC_REPLY_THANKS && !deciding)) return 0;
  if (deciding) return odds[found] - odds[other] < DOUBT_AHEAD;
  return odds[other] > DOUBT_CLAIMS && odds[other] > odds[found];
}

int arc__reader_doubts(const reader_text *t, const arc_reader *taught,
                       const reader_kind kinds[READER_KINDS]) {
  for (size_t first = 0, end; first < t->count; first = end) {
    uint32_t words = 0, strange = 0, sentence = arc__reader_word(t, first)->sentence;
    for (end = first; end < t->count && arc__reader_word(t, end)->sentence == sentence; end++) {
      words += arc__reader_word(t, end)->type == READER_WORD;
      strange += (uint32_t)doubt_strange(t, taught, end, kinds);
    }
    /* At the word "insolvency" one stops, whatever else is said. */
    if (!kinds[ARC_REPLY_LEGAL].score && strange * 1000 > words * DOUBT_STRANGE) return 1;
    if (doubt_turned(t, first, end, kinds) || doubt_differs(t, taught, first, end, kinds)) return 1;
  }
  return 0;
}
