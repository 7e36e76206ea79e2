/*
 * The words that dates are made of, in English, German, French and Spanish: months, weekdays,
 * numbers, units.
 *
 * Lists are read in the language of the text alone, as "mar" is March here and Tuesday there.
 * Constant work for each word.
 */
#include "reader_dates.h"

#include <string.h>

int arc__reader_place(const reader_text *t, size_t i, const reader_list *lists, size_t count,
                      int modulus) {
  for (size_t l = 0; l < count; l++) {
    if (!(lists[l].languages & t->language)) continue;
    int place = arc__reader_among(t, i, lists[l].words);
    if (place) return (place - 1) % modulus + 1;
  }
  return 0;
}

size_t arc__reader_row(const reader_text *t, size_t i, const char *row) {
  while (*row) {
    size_t size = strcspn(row, " ");
    const reader_word *w = arc__reader_word(t, i);
    if (!w || w->size != size || memcmp(t->folded.data + w->folded, row, size) != 0) return 0;
    i++;
    row += size + (row[size] == ' ');
  }
  return i;
}

static int reader_find_month(const reader_text *t, size_t i) {
  static const reader_list months[] = {
      {READER_ANY,
       "january february march april may june july august september october november december"},
      {READER_ENGLISH | READER_DE, "jan feb mar apr may jun jul aug sep oct nov dec"},
      {READER_ENGLISH, "jan feb mar apr may jun jul aug sept oct nov dec"},
      {READER_DE,
       "januar februar marz april mai juni juli august september oktober november dezember "
       "janner feber maerz apr mai jun jul aug sept okt nov dez"},
      {READER_FR,
       "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre "
       "janv fevr mars avr mai juin juil aout sept oct nov dec"},
      {READER_FR, "jan fev mars avr mai juin jui aou sep oct nov dec"},
      {READER_ES,
       "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre "
       "ene feb mar abr may jun jul ago sept oct nov dic"},
      {READER_ES, "ene feb mar abr may jun jul ago setiembre oct nov dic ene feb mar abr may jun "
                  "jul ago sep oct nov dic"},
      {READER_FR | READER_ES, "jan feb mrz apr mai jun jul aug sep oct nov dec"},
  };
  return READER_PLACE(t, i, months, 12);
}

static int reader_find_weekday(const reader_text *t, size_t i) {
  static const reader_list days[] = {
      {READER_ENGLISH,
       "monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun "
       "mondays tues weds thur fridays saturdays sundays monday tuesdays wednesdays thurs friday"},
      {READER_DE,
       "montag dienstag mittwoch donnerstag freitag samstag sonntag mo di mi do fr sa so "
       "montags dienstags mittwochs donnerstags freitags sonnabend sonntags"},
      {READER_FR,
       "lundi mardi mercredi jeudi vendredi samedi dimanche lun mar mer jeu ven sam dim"},
      {READER_ES,
       "lunes martes miercoles jueves viernes sabado domingo lun mar mie jue vie sab dom "
       "lun mar mierc juev vier sab dom"},
  };
  int day = READER_PLACE(t, i, days, 7);
  const reader_word *w = arc__reader_word(t, i), *next = arc__reader_word(t, i + 1);
  if (!day) return 0;
  /* Two letters are a day only before a date: "Mo, 3.5.", or with the point of an abbreviation that
   * stands alone. */
  if (w->size < 3) {
    if (!next || next->type == READER_WORD) return 0;
    const reader_word *then = arc__reader_word(t, i + 2);
    if (next->type == READER_SIGN && (!then || then->type != READER_NUMBER) && !(i == 0 && !then))
      return 0;
  }
  /* "mar" is Tuesday or March, "sun" and "sat" are words: only with a point, a comma or a date. */
  if (w->size == 3 && arc__reader_among(t, i, "sun sat mar mer") &&
      (!next || next->type == READER_WORD))
    return 0;
  return day;
}

/* ---- numbers in words ---- */

/* "21" of "einundzwanzig" without an ending; 0: no number. */
static int reader_german(const char *word, size_t size) {
  static const char *const small[] = {"ein",      "zwei",     "drei",     "vier",     "funf",
                                      "sechs",    "sieben",   "acht",     "neun",     "zehn",
                                      "elf",      "zwolf",    "dreizehn", "vierzehn", "funfzehn",
                                      "sechzehn", "siebzehn", "achtzehn", "neunzehn", "zwanzig"};
  static const char *const tens[] = {"zwanzig", "dreissig", "vierzig", "funfzig",
                                     "sechzig", "siebzig",  "achtzig", "neunzig"};
  for (size_t n = 0; n < 20; n++)
    if (strlen(small[n]) == size && memcmp(word, small[n], size) == 0) return (int)n + 1;
  for (size_t n = 0; n < 8; n++) {
    size_t ten = strlen(tens[n]);
    if (size < ten || memcmp(word + size - ten, tens[n], ten) != 0) continue;
    if (size == ten) return (int)n * 10 + 20;
    if (size < ten + 6 || memcmp(word + size - ten - 3, "und", 3) != 0) return 0;
    int one = reader_german(word, size - ten - 3);
    return one > 0 && one < 10 ? (int)n * 10 + 20 + one : 0;
  }
  return 0;
}

/* The word at i with the "ue" of "fuenf" and the "oe" of "zwoelf" as umlauts are folded; its size,
 * or 0. */
static size_t reader_german_word(const reader_text *t, size_t i, char word[24]) {
  const reader_word *w = arc__reader_word(t, i);
  if (!w || w->type != READER_WORD || w->size > 23) return 0;
  const char *from = (const char *)t->folded.data + w->folded;
  size_t size = 0;
  for (size_t at = 0; at < w->size; at++)
    if (!(at >= 2 && from[at] == 'e' &&
          (memcmp(from + at - 2, "fu", 2) == 0 || memcmp(from + at - 2, "wo", 2) == 0)))
      word[size++] = from[at];
  return size;
}

static int reader_german_ordinal(const char *word, size_t size) {
  static const char *const endings[] = {"sten", "ster", "stes", "stem", "ste",
                                        "ten",  "ter",  "tes",  "tem",  "te"};
  static const struct {
    const char *stem;
    int value;
  } irregular[] = {{"er", 1}, {"drit", 3}, {"sieb", 7}, {"ach", 8}};
  for (size_t e = 0; e < sizeof endings / sizeof endings[0]; e++) {
    size_t n = strlen(endings[e]);
    if (size <= n || memcmp(word + size - n, endings[e], n) != 0) continue;
    for (size_t s = 0; s < 4; s++)
      if (strlen(irregular[s].stem) == size - n && memcmp(word, irregular[s].stem, size - n) == 0)
        return irregular[s].value;
    int value = reader_german(word, size - n);
    if (value && (value >= 20) == (endings[e][0] == 's')) return value;
  }
  return 0;
}

/* Tens and a unit behind: "twenty-one", "vingt et un", "treinta y uno"; the lists give the units by
 * place. */
static int reader_tens(const reader_text *t, size_t i, const reader_list *tens,
                       const reader_list *units, size_t *end) {
  int ten = arc__reader_place(t, i, tens, 1, 100);
  if (!ten) return 0;
  ten = ten * 10 + 10;
  *end = i + 1;
  size_t at = arc__reader_skip_sign(t, i + 1, '-');
  if (t->language & (READER_FR | READER_ES) && arc__reader_among(t, at, "et y"))
    at = arc__reader_skip_sign(t, at + 1, '-');
  int one = arc__reader_place(t, at, units, 1, 20);
  if (one > 0 && one < 10) *end = at + 1, ten += one;
  return ten;
}

static const reader_list reader_units[] = {
    {READER_ENGLISH, "one two three four five six seven eight nine ten eleven twelve thirteen "
                     "fourteen fifteen sixteen "
                     "seventeen eighteen nineteen twenty"},
    {READER_FR, "un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze "
                "quinze seize . . . vingt "
                "une deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze "
                "quinze seize . . . vingt"},
    {READER_ES, "un dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce "
                "quince dieciseis diecisiete "
                "dieciocho diecinueve veinte una dos tres cuatro cinco seis siete ocho nueve diez "
                "once doce trece catorce "
                "quince dieciseis diecisiete dieciocho diecinueve veinte uno"}};
static const reader_list reader_ordinals[] = {
    {READER_ENGLISH,
     "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth "
     "fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"},
    {READER_FR, "premier deuxieme troisieme quatrieme cinquieme sixieme septieme huitieme neuvieme "
                "dixieme onzieme douzieme "
                ". . quinzieme . . . . vingtieme premiere seconde"},
    {READER_ES, "primero segundo tercero cuarto quinto sexto septimo octavo noveno decimo undecimo "
                "duodecimo . . . . . . . "
                "vigesimo primer . tercer . . . . . . . . . . . . . . . . . primera segunda "
                "tercera cuarta quinta"}};
static const reader_list reader_tens_words[] = {
    {READER_ENGLISH, "twenty thirty forty fifty sixty seventy eighty ninety"},
    {READER_FR, "vingt trente quarante cinquante soixante"},
    {READER_ES, "veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa"}};
static const reader_list reader_ordinal_tens[] = {{READER_ES, "vigesimo trigesimo"},
                                                  {READER_ENGLISH, ". thirtieth"}};

static const reader_list *reader_of(const reader_text *t, const reader_list *lists, size_t count) {
  for (size_t n = 0; n < count; n++)
    if (lists[n].languages & t->language) return &lists[n];
  return NULL;
}

static int reader_find_count(const reader_text *t, size_t i, size_t *end) {
  const reader_word *w = arc__reader_word(t, i);
  if (!w || w->type == READER_SIGN) return 0;
  *end = i + 1;
  if (w->type == READER_NUMBER) return w->value > 0 && w->value <= 400 ? w->value : 0;
  if (t->language == READER_DE) {
    static const reader_list one[] = {{READER_DE, "eins einer einem einen eine"}};
    char word[24];
    if (READER_PLACE(t, i, one, 100)) return 1;
    if (arc__reader_is(t, i, "zwo")) return 2;
    return reader_german(word, reader_german_word(t, i, word));
  }
  if (t->language & READER_ENGLISH) {
    size_t couple = arc__reader_row(t, i, "a couple of");
    if (!couple) couple = arc__reader_row(t, i, "a couple");
    if (couple) {
      *end = couple;
      return 2;
    }
    if (arc__reader_among(t, i, "a an")) return 1;
  }
  const reader_list *units = reader_of(t, reader_units, 3),
                    *tens = reader_of(t, reader_tens_words, 3);
  int value = tens ? reader_tens(t, i, tens, units, end) : 0;
  if (value) return value;
  /* "veintiuno", "dix-huit" */
  if (t->language == READER_ES && w->size > 6 &&
      memcmp(t->folded.data + w->folded, "veinti", 6) == 0) {
    static const reader_list twenties[] = {
        {READER_ES, "veintiuno veintidos veintitres veinticuatro veinticinco veintiseis "
                    "veintisiete veintiocho veintinueve"}};
    value = READER_PLACE(t, i, twenties, 9);
    return value ? 20 + value : 0;
  }
  value = units ? arc__reader_place(t, i, units, 1, 20) : 0;
  if (t->language == READER_FR && value == 10) {
    static const reader_list teens[] = {{READER_FR, "sept huit neuf"}};
    size_t at = arc__reader_skip_sign(t, i + 1, '-');
    int teen = READER_PLACE(t, at, teens, 3);
    if (teen) *end = at + 1, value = 16 + teen;
  }
  return value;
}

static int reader_find_ordinal(const reader_text *t, size_t i, size_t *end) {
  *end = i + 1;
  if (t->language == READER_DE) {
    char word[24];
    return reader_german_ordinal(word, reader_german_word(t, i, word));
  }
  const reader_list *ordinals = reader_of(t, reader_ordinals, 3);
  if (!ordinals) return 0;
  if (t->language & READER_ENGLISH) {
    int ten = reader_tens(t, i, &reader_tens_words[0], ordinals, end);
    if (ten % 10) return ten;
    *end = i + 1;
    return arc__reader_is(t, i, "thirtieth") ? 30 : READER_PLACE(t, i, reader_ordinals, 20);
  }
  int ten =
      t->language == READER_ES ? reader_tens(t, i, &reader_ordinal_tens[0], ordinals, end) : 0;
  return ten ? ten : READER_PLACE(t, i, reader_ordinals, 20);
}

/* ---- units and relations ---- */

static int reader_find_unit(const reader_text *t, size_t i, size_t *count) {
  static const struct {
    uint32_t languages;
    int unit;
    const char *words;
  } units[] = {
      {READER_ENGLISH, READER_DAY, "day days d"},
      {READER_ENGLISH, READER_WEEK, "week weeks w wk wks"},
      {READER_ENGLISH, READER_MONTH, "month months mo mos"},
      {READER_ENGLISH, READER_YEAR, "year years yr yrs"},
      {READER_ENGLISH, READER_QUARTER, "quarter quarters qtr"},
      {READER_ENGLISH, READER_FORTNIGHT, "fortnight fortnights"},
      {READER_ENGLISH, READER_HOUR, "hour hours hr hrs h minute minutes min mins"},
      {READER_DE, READER_DAY, "tag tage tagen tages kalendertag kalendertage kalendertagen"},
      {READER_DE, READER_WEEK, "woche wochen"},
      {READER_DE, READER_MONTH, "monat monate monaten monats"},
      {READER_DE, READER_YEAR, "jahr jahre jahren jahres"},
      {READER_DE, READER_QUARTER, "quartal quartale quartals"},
      {READER_DE, READER_BUSINESS_DAY,
       "werktag werktage werktagen arbeitstag arbeitstage arbeitstagen bankarbeitstag "
       "bankarbeitstage bankarbeitstagen banktage banktagen geschaftstage geschaftstagen"},
      {READER_DE, READER_HOUR, "stunde stunden minute minuten"},
      {READER_FR, READER_DAY, "jour jours journee"},
      {READER_FR, READER_WEEK, "semaine semaines"},
      {READER_FR, READER_MONTH, "mois"},
      {READER_FR, READER_YEAR, "an ans annee annees"},
      {READER_FR, READER_QUARTER, "trimestre trimestres"},
      {READER_FR, READER_HOUR, "heure heures minute minutes h"},
      {READER_ES, READER_DAY, "dia dias"},
      {READER_ES, READER_WEEK, "semana semanas"},
      {READER_ES, READER_MONTH, "mes meses"},
      {READER_ES, READER_YEAR, "ano anos"},
      {READER_ES, READER_QUARTER, "trimestre trimestres"},
      {READER_ES, READER_HOUR, "hora horas minuto minutos"},
  };
  static const char *const after =
      "ouvrables ouvrable ouvres ouvre habiles habil laborables laborable";
  *count = 1;
  if (t->language & READER_ENGLISH && arc__reader_among(t, i + 1, "day days")) {
    int business = arc__reader_among(t, i, "business working bank banking") != 0;
    *count = 2;
    if (business || arc__reader_is(t, i, "calendar"))
      return business ? READER_BUSINESS_DAY : READER_DAY;
    *count = 1;
  }
  int unit = 0;
  for (size_t n = 0; n < sizeof units / sizeof units[0] && !unit; n++)
    if (units[n].languages & t->language && arc__reader_among(t, i, units[n].words))
      unit = units[n].unit;
  if (unit == READER_DAY && arc__reader_among(t, i + 1, after)) {
    *count = 2;
    return READER_BUSINESS_DAY;
  }
  return unit;
}

static int reader_find_relation(const reader_text *t, size_t i) {
  static const reader_list next[] = {
      {READER_ENGLISH, "next following"},
      {READER_DE, "nachste nachsten nachster nachstes nachstem naechste naechsten naechster "
                  "kommende kommenden kommender "
                  "kommendem folgenden folgender"},
      {READER_FR, "prochain prochaine suivant suivante"},
      {READER_ES, "proximo proxima siguiente viene entrante"},
  };
  static const reader_list now[] = {
      {READER_ENGLISH, "this current"},
      {READER_DE, "diese diesen dieser dieses diesem laufenden"},
      {READER_FR, "ce cette cet courant"},
      {READER_ES, "este esta presente"},
  };
  static const reader_list last[] = {
      {READER_ENGLISH, "last past previous"},
      {READER_DE, "letzte letzten letzter letztes letztem vergangenen vergangene vergangener"},
      {READER_FR, "dernier derniere passe passee"},
      {READER_ES, "pasado pasada"},
  };
  if (READER_PLACE(t, i, next, 1)) return 1;
  if (READER_PLACE(t, i, now, 1)) return 0;
  if (READER_PLACE(t, i, last, 1)) return -1;
  return READER_NO_RELATION;
}

static int reader_is_small(const reader_text *t, size_t i) {
  static const reader_list small[] = {
      {READER_ENGLISH, "the of in on"},
      {READER_DE, "der die das den dem des im in"},
      {READER_FR, "le la les l de du d au en"},
      {READER_ES, "el la los las de del en que"},
  };
  return READER_PLACE(t, i, small, 1) != 0;
}

/* ---- marks ---- */

void arc__reader_mark(reader_text *t) {
  for (size_t i = 0; i < t->count; i++) {
    reader_word *w = (reader_word *)(void *)t->words.data + i;
    size_t end = i + 1;
    if (w->type == READER_SIGN) continue;
    w->month = (int8_t)reader_find_month(t, i);
    w->weekday = (int8_t)reader_find_weekday(t, i);
    w->relation = (int8_t)reader_find_relation(t, i);
    w->small = (uint8_t)reader_is_small(t, i);
    w->unit = (uint8_t)reader_find_unit(t, i, &end);
    w->unit_words = (uint8_t)end;
    w->ordinal = (int8_t)reader_find_ordinal(t, i, &end);
    w->ordinal_words = (uint8_t)(end - i);
    w->number = (int16_t)reader_find_count(t, i, &end);
    w->number_words = (uint8_t)(end - i);
  }
}

int arc__reader_month(const reader_text *t, size_t i) {
  const reader_word *w = arc__reader_word(t, i);
  return w ? w->month : 0;
}

int arc__reader_weekday(const reader_text *t, size_t i) {
  const reader_word *w = arc__reader_word(t, i);
  return w ? w->weekday : 0;
}

int arc__reader_count(const reader_text *t, size_t i, size_t *end) {
  const reader_word *w = arc__reader_word(t, i);
  if (!w || w->type == READER_SIGN) return 0;
  *end = i + w->number_words;
  return w->number;
}

int arc__reader_ordinal(const reader_text *t, size_t i, size_t *end) {
  const reader_word *w = arc__reader_word(t, i);
  *end = i + (w && w->ordinal ? w->ordinal_words : 1);
  return w ? w->ordinal : 0;
}

int arc__reader_unit(const reader_text *t, size_t i, size_t *count) {
  const reader_word *w = arc__reader_word(t, i);
  *count = w && w->unit ? w->unit_words : 1;
  return w ? w->unit : 0;
}

int arc__reader_relation(const reader_text *t, size_t i) {
  const reader_word *w = arc__reader_word(t, i);
  return w && w->type != READER_SIGN ? w->relation : READER_NO_RELATION;
}

size_t arc__reader_skip(const reader_text *t, size_t i) {
  for (int n = 0; n < 2 && i < t->count && arc__reader_word(t, i)->small; n++)
    i++;
  if (arc__reader_is(t, i, "'") || arc__reader_is(t, i, "\xe2\x80\x99")) i++;
  return i;
}

size_t arc__reader_skip_sign(const reader_text *t, size_t i, char c) {
  char sign[2] = {c, 0};
  return arc__reader_is(t, i, sign) ? i + 1 : i;
}
