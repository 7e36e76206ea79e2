/*
 * The lists of words that the reader looks up again and again: data to read and to change.
 *
 * Which lists a word is in stands in reader_index.c, which tests/training/index_reader.c writes
 * from here; a test tells when it is not today's.
 */
#include "reader_lists.h"

#include "reader_dates.h"

#include <string.h>

/* What a list says, its languages, a value, its words, what must follow them, a code. */
const reader_list arc__reader_lists[] = {

    /* what a language is known by */
    {READER_COMMON, READER_EN, 0,
     "the and we you is are will have has to of for this that please our your not it "
     "be by on with i can a an was thanks invoice payment",
     "", ""},
    {READER_COMMON, READER_DE, 0,
     "der die das und wir sie ist sind werden haben hat zu von fur ihre unsere bitte "
     "nicht es ich mit auf bis im am den dem ein eine rechnung zahlung betrag "
     "uberweisung bezahlt noch wird wurde um keine bin",
     "", ""},
    {READER_COMMON, READER_FR, 0,
     "le la les et nous vous est sont avons a de pour ce notre votre ne pas il je avec "
     "par du des une merci sur dans facture paiement sera virement n j l d ete au en "
     "cette un suis reglement",
     "", ""},
    {READER_COMMON, READER_ES, 0,
     "el la los y nosotros usted es son hemos de para esta nuestro su no que por con "
     "en del una gracias lo se las un factura pago al ya sin este nuestra "
     "transferencia importe hay estamos pagaremos",
     "", ""},
    {READER_COMMON, READER_HI, 0,
     "hai hain ka ki ke ko se me nahi kar diya tha abhi kya hu ho gaya karo mera hum "
     "bhi toh aur aaj kal tak dunga denge karenge jayega baki bhej paisa bhai",
     "", ""},

    /* dates */
    {READER_MONTHS, READER_ANY, 0,
     "january february march april may june july august september october november "
     "december",
     "", ""},
    {READER_MONTHS, READER_ENGLISH | READER_DE, 0,
     "jan feb mar apr may jun jul aug sep oct nov dec", "", ""},
    {READER_MONTHS, READER_ENGLISH, 0, "jan feb mar apr may jun jul aug sept oct nov dec", "", ""},
    {READER_MONTHS, READER_DE, 0,
     "januar februar marz april mai juni juli august september oktober november "
     "dezember janner feber maerz apr mai jun jul aug sept okt nov dez",
     "", ""},
    {READER_MONTHS, READER_FR, 0,
     "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre "
     "decembre janv fevr mars avr mai juin juil aout sept oct nov dec",
     "", ""},
    {READER_MONTHS, READER_FR, 0, "jan fev mars avr mai juin jui aou sep oct nov dec", "", ""},
    {READER_MONTHS, READER_ES, 0,
     "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre "
     "diciembre ene feb mar abr may jun jul ago sept oct nov dic",
     "", ""},
    {READER_MONTHS, READER_ES, 0,
     "ene feb mar abr may jun jul ago setiembre oct nov dic ene feb mar abr may jun "
     "jul ago sep oct nov dic",
     "", ""},
    {READER_MONTHS, READER_FR | READER_ES, 0, "jan feb mrz apr mai jun jul aug sep oct nov dec", "",
     ""},
    {READER_WEEKDAYS, READER_ENGLISH, 0,
     "monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat "
     "sun mondays tues weds thur fridays saturdays sundays monday tuesdays wednesdays "
     "thurs friday",
     "", ""},
    {READER_WEEKDAYS, READER_DE, 0,
     "montag dienstag mittwoch donnerstag freitag samstag sonntag mo di mi do fr sa so "
     "montags dienstags mittwochs donnerstags freitags sonnabend sonntags",
     "", ""},
    {READER_WEEKDAYS, READER_FR, 0,
     "lundi mardi mercredi jeudi vendredi samedi dimanche lun mar mer jeu ven sam dim", "", ""},
    {READER_WEEKDAYS, READER_ES, 0,
     "lunes martes miercoles jueves viernes sabado domingo lun mar mie jue vie sab dom "
     "lun mar mierc juev vier sab dom",
     "", ""},
    {READER_COUNTS, READER_ENGLISH, 0,
     "one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
     "fifteen sixteen seventeen eighteen nineteen twenty",
     "", ""},
    {READER_COUNTS, READER_FR, 0,
     "un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze "
     "quinze seize . . . vingt une deux trois quatre cinq six sept huit neuf dix onze "
     "douze treize quatorze quinze seize . . . vingt",
     "", ""},
    {READER_COUNTS, READER_ES, 0,
     "un dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce "
     "quince dieciseis diecisiete dieciocho diecinueve veinte una dos tres cuatro "
     "cinco seis siete ocho nueve diez once doce trece catorce quince dieciseis "
     "diecisiete dieciocho diecinueve veinte uno",
     "", ""},
    {READER_ORDINALS, READER_ENGLISH, 0,
     "first second third fourth fifth sixth seventh eighth ninth tenth eleventh "
     "twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth "
     "nineteenth twentieth",
     "", ""},
    {READER_ORDINALS, READER_FR, 0,
     "premier deuxieme troisieme quatrieme cinquieme sixieme septieme huitieme "
     "neuvieme dixieme onzieme douzieme . . quinzieme . . . . vingtieme premiere "
     "seconde",
     "", ""},
    {READER_ORDINALS, READER_ES, 0,
     "primero segundo tercero cuarto quinto sexto septimo octavo noveno decimo "
     "undecimo duodecimo . . . . . . . vigesimo primer . tercer . . . . . . . . . . . "
     ". . . . . . primera segunda tercera cuarta quinta",
     "", ""},
    {READER_TENS, READER_ENGLISH, 0, "twenty thirty forty fifty sixty seventy eighty ninety", "",
     ""},
    {READER_TENS, READER_FR, 0, "vingt trente quarante cinquante soixante", "", ""},
    {READER_TENS, READER_ES, 0, "veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa",
     "", ""},
    {READER_ORDINAL_TENS, READER_ES, 0, "vigesimo trigesimo", "", ""},
    {READER_ORDINAL_TENS, READER_ENGLISH, 0, ". thirtieth", "", ""},
    {READER_GERMAN_ONE, READER_DE, 0, "eins einer einem einen eine", "", ""},
    {READER_TWENTIES, READER_ES, 0,
     "veintiuno veintidos veintitres veinticuatro veinticinco veintiseis veintisiete "
     "veintiocho veintinueve",
     "", ""},
    {READER_TEENS, READER_FR, 0, "sept huit neuf", "", ""},
    {READER_UNITS, READER_ENGLISH, READER_DAY, "day days d", "", ""},
    {READER_UNITS, READER_ENGLISH, READER_WEEK, "week weeks w wk wks", "", ""},
    {READER_UNITS, READER_ENGLISH, READER_MONTH, "month months mo mos", "", ""},
    {READER_UNITS, READER_ENGLISH, READER_YEAR, "year years yr yrs", "", ""},
    {READER_UNITS, READER_ENGLISH, READER_QUARTER, "quarter quarters qtr", "", ""},
    {READER_UNITS, READER_ENGLISH, READER_FORTNIGHT, "fortnight fortnights", "", ""},
    {READER_UNITS, READER_ENGLISH, READER_HOUR, "hour hours hr hrs h minute minutes min mins", "",
     ""},
    {READER_UNITS, READER_DE, READER_DAY,
     "tag tage tagen tages kalendertag kalendertage kalendertagen", "", ""},
    {READER_UNITS, READER_DE, READER_WEEK, "woche wochen", "", ""},
    {READER_UNITS, READER_DE, READER_MONTH, "monat monate monaten monats", "", ""},
    {READER_UNITS, READER_DE, READER_YEAR, "jahr jahre jahren jahres", "", ""},
    {READER_UNITS, READER_DE, READER_QUARTER, "quartal quartale quartals", "", ""},
    {READER_UNITS, READER_DE, READER_BUSINESS_DAY,
     "werktag werktage werktagen arbeitstag arbeitstage arbeitstagen bankarbeitstag "
     "bankarbeitstage bankarbeitstagen banktage banktagen geschaftstage geschaftstagen",
     "", ""},
    {READER_UNITS, READER_DE, READER_HOUR, "stunde stunden minute minuten", "", ""},
    {READER_UNITS, READER_FR, READER_DAY, "jour jours journee", "", ""},
    {READER_UNITS, READER_FR, READER_WEEK, "semaine semaines", "", ""},
    {READER_UNITS, READER_FR, READER_MONTH, "mois", "", ""},
    {READER_UNITS, READER_FR, READER_YEAR, "an ans annee annees", "", ""},
    {READER_UNITS, READER_FR, READER_QUARTER, "trimestre trimestres", "", ""},
    {READER_UNITS, READER_FR, READER_HOUR, "heure heures minute minutes h", "", ""},
    {READER_UNITS, READER_ES, READER_DAY, "dia dias", "", ""},
    {READER_UNITS, READER_ES, READER_WEEK, "semana semanas", "", ""},
    {READER_UNITS, READER_ES, READER_MONTH, "mes meses", "", ""},
    {READER_UNITS, READER_ES, READER_YEAR, "ano anos", "", ""},
    {READER_UNITS, READER_ES, READER_QUARTER, "trimestre trimestres", "", ""},
    {READER_UNITS, READER_ES, READER_HOUR, "hora horas minuto minutos", "", ""},
    {READER_NEXT, READER_ENGLISH, 0, "next following", "", ""},
    {READER_NEXT, READER_DE, 0,
     "nachste nachsten nachster nachstes nachstem naechste naechsten naechster "
     "kommende kommenden kommender kommendem folgenden folgender",
     "", ""},
    {READER_NEXT, READER_FR, 0, "prochain prochaine suivant suivante", "", ""},
    {READER_NEXT, READER_ES, 0, "proximo proxima siguiente viene entrante", "", ""},
    {READER_THIS, READER_ENGLISH, 0, "this current", "", ""},
    {READER_THIS, READER_DE, 0, "diese diesen dieser dieses diesem laufenden", "", ""},
    {READER_THIS, READER_FR, 0, "ce cette cet courant", "", ""},
    {READER_THIS, READER_ES, 0, "este esta presente", "", ""},
    {READER_LAST, READER_ENGLISH, 0, "last past previous", "", ""},
    {READER_LAST, READER_DE, 0,
     "letzte letzten letzter letztes letztem vergangenen vergangene vergangener", "", ""},
    {READER_LAST, READER_FR, 0, "dernier derniere passe passee", "", ""},
    {READER_LAST, READER_ES, 0, "pasado pasada", "", ""},
    {READER_SMALL, READER_ENGLISH, 0, "the of in on", "", ""},
    {READER_SMALL, READER_DE, 0, "der die das den dem des im in", "", ""},
    {READER_SMALL, READER_FR, 0, "le la les l de du d au en", "", ""},
    {READER_SMALL, READER_ES, 0, "el la los las de del en que", "", ""},
    {READER_WEEK_NAMES, READER_ENGLISH, 0, "week wk cw", "", ""},
    {READER_WEEK_NAMES, READER_DE, 0, "kw kalenderwoche woche", "", ""},
    {READER_WEEK_NAMES, READER_FR, 0, "semaine", "", ""},
    {READER_WEEK_NAMES, READER_ES, 0, "semana", "", ""},
    {READER_PERIOD_PARTS, READER_ENGLISH, 0,
     "beginning middle end start mid . early middle close . . late", "", ""},
    {READER_PERIOD_PARTS, READER_DE, 0, "anfang mitte ende beginn mitte schluss", "", ""},
    {READER_PERIOD_PARTS, READER_FR, 0, "debut mi fin debut milieu fin", "", ""},
    {READER_PERIOD_PARTS, READER_ES, 0,
     "principios mediados finales inicios mediados fin comienzos mitad final", "", ""},
    {READER_PERIOD_IN, READER_ENGLISH, 0, "in during by until", "", ""},
    {READER_PERIOD_IN, READER_DE, 0, "im bis in", "", ""},
    {READER_PERIOD_IN, READER_FR, 0, "en courant au", "", ""},
    {READER_PERIOD_IN, READER_ES, 0, "en para", "", ""},
    {READER_NEARS, READER_ENGLISH, 2, "the", "day after tomorrow", ""},
    {READER_NEARS, READER_ENGLISH, 2, "day", "after tomorrow", ""},
    {READER_NEARS, READER_ENGLISH, 2, "the", "day after tmrw", ""},
    {READER_NEARS, READER_ENGLISH, -2, "day", "before yesterday", ""},
    {READER_NEARS, READER_ENGLISH, 1, "tomorrow", "", ""},
    {READER_NEARS, READER_ENGLISH, 1, "tomorrows", "", ""},
    {READER_NEARS, READER_ENGLISH, 1, "tmrw", "", ""},
    {READER_NEARS, READER_ENGLISH, 1, "tomorow", "", ""},
    {READER_NEARS, READER_ENGLISH, 1, "tommorow", "", ""},
    {READER_NEARS, READER_ENGLISH, 1, "tommorrow", "", ""},
    {READER_NEARS, READER_ENGLISH, 0, "today", "", ""},
    {READER_NEARS, READER_ENGLISH, 0, "tonight", "", ""},
    {READER_NEARS, READER_ENGLISH, 0, "this", "morning", ""},
    {READER_NEARS, READER_ENGLISH, 0, "this", "afternoon", ""},
    {READER_NEARS, READER_ENGLISH, 0, "this", "evening", ""},
    {READER_NEARS, READER_ENGLISH, 0, "this", "day", ""},
    {READER_NEARS, READER_ENGLISH, -1, "yesterday", "", ""},
    {READER_NEARS, READER_ENGLISH, 1, "next", "day", ""},
    {READER_NEARS, READER_ENGLISH, 0, "next", "hour", ""},
    {READER_NEARS, READER_ENGLISH, 0, "after", "an hour", ""},
    {READER_NEARS, READER_ENGLISH, 0, "in", "several hours", ""},
    {READER_NEARS, READER_ENGLISH, 0, "in", "a few hours", ""},
    {READER_NEARS, READER_DE, 2, "ubermorgen", "", ""},
    {READER_NEARS, READER_DE, 2, "uebermorgen", "", ""},
    {READER_NEARS, READER_DE, -2, "vorgestern", "", ""},
    {READER_NEARS, READER_DE, -1, "gestern", "", ""},
    {READER_NEARS, READER_DE, 0, "heute", "", ""},
    {READER_NEARS, READER_DE, 1, "morgen", "", ""},
    {READER_NEARS, READER_FR, 2, "apres", "- demain", ""},
    {READER_NEARS, READER_FR, 2, "apres", "demain", ""},
    {READER_NEARS, READER_FR, -2, "avant", "- hier", ""},
    {READER_NEARS, READER_FR, -2, "avant", "hier", ""},
    {READER_NEARS, READER_FR, 1, "demain", "", ""},
    {READER_NEARS, READER_FR, -1, "hier", "", ""},
    {READER_NEARS, READER_FR, 0, "aujourd", "' hui", ""},
    {READER_NEARS, READER_FR, 0, "aujourd", "\xe2\x80\x99 hui", ""},
    {READER_NEARS, READER_FR, 1, "lendemain", "", ""},
    {READER_NEARS, READER_FR, 0, "ce", "jour", ""},
    {READER_NEARS, READER_FR, 0, "ce", "matin", ""},
    {READER_NEARS, READER_FR, 0, "ce", "soir", ""},
    {READER_NEARS, READER_FR, 0, "cet", "apres - midi", ""},
    {READER_NEARS, READER_FR, 0, "dans", "la journee", ""},
    {READER_NEARS, READER_ES, 2, "el", "dia despues de manana", ""},
    {READER_NEARS, READER_ES, 2, "dia", "despues de manana", ""},
    {READER_NEARS, READER_ES, 2, "pasado", "manana", ""},
    {READER_NEARS, READER_ES, -2, "anteayer", "", ""},
    {READER_NEARS, READER_ES, -1, "ayer", "", ""},
    {READER_NEARS, READER_ES, 0, "hoy", "", ""},
    {READER_NEARS, READER_ES, 0, "esta", "tarde", ""},
    {READER_NEARS, READER_ES, 0, "esta", "noche", ""},
    {READER_NEARS, READER_ES, 0, "esta", "manana", ""},
    {READER_NEARS, READER_ES, 1, "manana", "", ""},
    {READER_NEARS, READER_ES, 1, "dia", "siguiente", ""},
    {READER_NEARS, READER_ES, 1, "el", "proximo dia", ""},
    {READER_NEARS, READER_HI, 0, "aaj", "", ""},
    {READER_NEARS, READER_HI, 2, "parso", "", ""},
    {READER_HOLIDAYS, READER_ENGLISH, 12024, "christmas", "eve", ""},
    {READER_HOLIDAYS, READER_ENGLISH, 12025, "christmas", "day", ""},
    {READER_HOLIDAYS, READER_ENGLISH, 12025, "christmas", "", ""},
    {READER_HOLIDAYS, READER_ENGLISH, 12025, "xmas", "", ""},
    {READER_HOLIDAYS, READER_ENGLISH, 12026, "boxing", "day", ""},
    {READER_HOLIDAYS, READER_ENGLISH, 12031, "new", "year ' s eve", ""},
    {READER_HOLIDAYS, READER_ENGLISH, 12031, "new", "years eve", ""},
    {READER_HOLIDAYS, READER_ENGLISH, 1001, "new", "year ' s day", ""},
    {READER_HOLIDAYS, READER_ENGLISH, 1001, "new", "year ' s", ""},
    {READER_HOLIDAYS, READER_ENGLISH, 1001, "new", "year day", ""},
    {READER_HOLIDAYS, READER_ENGLISH, 1001, "new", "years", ""},
    {READER_HOLIDAYS, READER_ENGLISH, 1001, "new", "year", ""},
    {READER_HOLIDAYS, READER_ENGLISH, -2, "good", "friday", ""},
    {READER_HOLIDAYS, READER_ENGLISH, 1, "easter", "monday", ""},
    {READER_HOLIDAYS, READER_ENGLISH, 0, "easter", "sunday", ""},
    {READER_HOLIDAYS, READER_ENGLISH, 0, "easter", "", ""},
    {READER_HOLIDAYS, READER_ENGLISH, 39, "ascension", "day", ""},
    {READER_HOLIDAYS, READER_ENGLISH, 50, "whit", "monday", ""},
    {READER_HOLIDAYS, READER_ENGLISH, 10031, "halloween", "", ""},
    {READER_HOLIDAYS, READER_ENGLISH, 3017, "saint", "patrick", ""},
    {READER_HOLIDAYS, READER_DE, 12024, "heiligabend", "", ""},
    {READER_HOLIDAYS, READER_DE, 12025, "ersten", "weihnachtsfeiertag", ""},
    {READER_HOLIDAYS, READER_DE, 12025, "ersten", "weihnachtstag", ""},
    {READER_HOLIDAYS, READER_DE, 12026, "zweiten", "weihnachtsfeiertag", ""},
    {READER_HOLIDAYS, READER_DE, 12026, "zweiten", "weihnachtstag", ""},
    {READER_HOLIDAYS, READER_DE, 12025, "weihnachten", "", ""},
    {READER_HOLIDAYS, READER_DE, 12031, "silvester", "", ""},
    {READER_HOLIDAYS, READER_DE, 1001, "neujahr", "", ""},
    {READER_HOLIDAYS, READER_DE, 1006, "heilige", "drei konige", ""},
    {READER_HOLIDAYS, READER_DE, 5001, "tag", "der arbeit", ""},
    {READER_HOLIDAYS, READER_DE, 10003, "tag", "der deutschen einheit", ""},
    {READER_HOLIDAYS, READER_DE, 10031, "reformationstag", "", ""},
    {READER_HOLIDAYS, READER_DE, 11001, "allerheiligen", "", ""},
    {READER_HOLIDAYS, READER_DE, 12006, "nikolaus", "", ""},
    {READER_HOLIDAYS, READER_DE, -48, "rosenmontag", "", ""},
    {READER_HOLIDAYS, READER_DE, -50, "fastnachtssamstag", "", ""},
    {READER_HOLIDAYS, READER_DE, -49, "fastnachtssonntag", "", ""},
    {READER_HOLIDAYS, READER_DE, -3, "grundonnerstag", "", ""},
    {READER_HOLIDAYS, READER_DE, -2, "karfreitag", "", ""},
    {READER_HOLIDAYS, READER_DE, -1, "karsamstag", "", ""},
    {READER_HOLIDAYS, READER_DE, 0, "ostersonntag", "", ""},
    {READER_HOLIDAYS, READER_DE, 1, "ostermontag", "", ""},
    {READER_HOLIDAYS, READER_DE, 0, "ostern", "", ""},
    {READER_HOLIDAYS, READER_DE, 39, "christi", "himmelfahrt", ""},
    {READER_HOLIDAYS, READER_DE, 39, "himmelfahrt", "", ""},
    {READER_HOLIDAYS, READER_DE, 50, "pfingstmontag", "", ""},
    {READER_HOLIDAYS, READER_DE, 49, "pfingstsonntag", "", ""},
    {READER_HOLIDAYS, READER_DE, 49, "pfingsten", "", ""},
    {READER_HOLIDAYS, READER_DE, 60, "fronleichnam", "", ""},
    {READER_HOLIDAYS, READER_FR, 12025, "jour", "de noel", ""},
    {READER_HOLIDAYS, READER_FR, 12025, "noel", "", ""},
    {READER_HOLIDAYS, READER_FR, 1001, "jour", "de l ' an", ""},
    {READER_HOLIDAYS, READER_FR, 1001, "nouvel", "an", ""},
    {READER_HOLIDAYS, READER_FR, 5001, "fete", "du travail", ""},
    {READER_HOLIDAYS, READER_FR, 7014, "fete", "nationale", ""},
    {READER_HOLIDAYS, READER_FR, 8015, "assomption", "", ""},
    {READER_HOLIDAYS, READER_FR, 11001, "toussaint", "", ""},
    {READER_HOLIDAYS, READER_FR, 11011, "armistice", "", ""},
    {READER_HOLIDAYS, READER_FR, -2, "vendredi", "saint", ""},
    {READER_HOLIDAYS, READER_FR, 1, "lundi", "de paques", ""},
    {READER_HOLIDAYS, READER_FR, 0, "paques", "", ""},
    {READER_HOLIDAYS, READER_FR, 39, "ascension", "", ""},
    {READER_HOLIDAYS, READER_FR, 50, "lundi", "de pentecote", ""},
    {READER_HOLIDAYS, READER_FR, 49, "pentecote", "", ""},
    {READER_HOLIDAYS, READER_ES, 12024, "nochebuena", "", ""},
    {READER_HOLIDAYS, READER_ES, 12025, "navidad", "", ""},
    {READER_HOLIDAYS, READER_ES, 12031, "nochevieja", "", ""},
    {READER_HOLIDAYS, READER_ES, 1001, "ano", "nuevo", ""},
    {READER_HOLIDAYS, READER_ES, 1006, "dia", "de reyes", ""},
    {READER_HOLIDAYS, READER_ES, 5001, "dia", "del trabajador", ""},
    {READER_HOLIDAYS, READER_ES, 11001, "todos", "los santos", ""},
    {READER_HOLIDAYS, READER_ES, -3, "jueves", "santo", ""},
    {READER_HOLIDAYS, READER_ES, -2, "viernes", "santo", ""},
    {READER_HOLIDAYS, READER_ES, 0, "domingo", "de pascua", ""},
    {READER_HOLIDAYS, READER_ES, 1, "lunes", "de pascua", ""},
    {READER_HOLIDAYS, READER_ES, 0, "pascua", "", ""},
    {READER_DISTANCE_NEXT, READER_ANY, 0,
     "next upcoming coming nachsten kommenden prochains prochaines proximos proximas", "", ""},
    {READER_DISTANCE_ABOUT, READER_ANY, 0,
     "about around approximately roughly approx ca etwa ungefahr rund environ unos "
     "unas aproximadamente",
     "", ""},
    {READER_NOW, READER_ANY, 0, "now jetzt maintenant ahora", "", ""},
    {READER_DISTANCE_ARTICLES, READER_ANY, 0, "the den von de d les los der", "", ""},
    {READER_DAY_ARTICLES, READER_ANY, 0, "the le el den am zum dem der dia", "", ""},
    {READER_NTH_ARTICLES, READER_ANY, 0, "the le el der den am la l", "", ""},
    {READER_DISTANCE_AHEAD, READER_ENGLISH, 0, "in within", "", ""},
    {READER_DISTANCE_AHEAD, READER_DE, 0, "in innerhalb binnen", "", ""},
    {READER_DISTANCE_AHEAD, READER_FR, 0, "dans sous", "", ""},
    {READER_DISTANCE_AHEAD, READER_ES, 0, "en dentro", "", ""},
    {READER_DISTANCE_BACK, READER_DE, 0, "vor", "", ""},
    {READER_DISTANCE_BACK, READER_ES, 0, "hace", "", ""},

    /* doubts (reader_doubt.c) */
    {READER_TURNING, READER_ENGLISH, 0,
     "if once unless when whenever provided otherwise instead whether think thought "
     "thinks believe believes hope hopefully suppose supposed apparently allegedly "
     "maybe perhaps probably possibly might unsure guess assume say says said told "
     "claims gonna tried try trying wanted meant intended",
     "", ""},
    {READER_TURNING, READER_ENGLISH, 0, "was were", "going to about", ""},
    {READER_TURNING, READER_ENGLISH, 0, "as so", "soon long far", ""},
    {READER_TURNING, READER_ENGLISH, 0, "no", "need", ""},
    {READER_TURNING, READER_ENGLISH, 0,
     "agar jab tabhi phir pehle shayad lekin magar toh warna kya", "", ""},
    {READER_TURNING, READER_DE, 0,
     "wenn falls sobald sofern solange sonst statt ob glaube glauben denke denken "
     "meine hoffe hoffen angeblich soviel wohl vielleicht eventuell sollte sollten "
     "musste mussten wollte wollten sagt sagte erst nachdem bevor",
     "", ""},
    {READER_TURNING, READER_FR, 0,
     "si quand lorsque sinon tant pense pensons crois croyons espere esperons peut "
     "devrait devait voulait dit apres",
     "", ""},
    {READER_TURNING, READER_FR, 0, "des", "que", ""},
    {READER_TURNING, READER_ES, 0,
     "si cuando sino mientras creo creemos pienso espero esperamos quizas quiza tal "
     "deberia debia dice dijo despues",
     "", ""},
    {READER_LIMITING, READER_ENGLISH, 0, "except although though however but only", "", ""},
    {READER_LIMITING, READER_DE, 0, "ausser aber jedoch allerdings nur ohne", "", ""},
    {READER_LIMITING, READER_FR, 0, "sauf mais cependant seulement sans", "", ""},
    {READER_LIMITING, READER_ES, 0, "salvo excepto pero solo sin", "", ""},
    {READER_DISPUTING, READER_ENGLISH, 0,
     "resolved settled closed solved withdrawn replaced repaired fixed fine address "
     "name",
     "", ""},
    {READER_DISPUTING, READER_ENGLISH, 0, "your", "colleague salesman office", ""},
    {READER_DISPUTING, READER_DE, 0,
     "erledigt behoben geklart ersetzt repariert anschrift adresse firmierung "
     "steuernummer",
     "", ""},
    {READER_DISPUTING, READER_FR, 0,
     "resolu resolue regle reglee corrige corrigee remplace adresse sociale", "", ""},
    {READER_DISPUTING, READER_ES, 0,
     "resuelto resuelta arreglado corregido cerrada direccion social", "", ""},
    {READER_PAYING, READER_ENGLISH, 0,
     "would should could returned bounced failed fails refused rejected error mistake "
     "wrong twice duplicate refund cancel cancelled dispute different another deposit "
     "part partial stop stopped refuse goods delivery order complaint contract "
     "customer customers supplier client clients tenant insurance some something bit "
     "little",
     "", ""},
    {READER_PAYING, READER_ENGLISH, 0, "pay pays paid paying", "us me", ""},
    {READER_PAYING, READER_ENGLISH, 0, "clear it this that things", "up", ""},
    {READER_PAYING, READER_HI, 0, "bounce fail wapas return thoda kuch", "", ""},
    {READER_PAYING, READER_DE, 0,
     "zuruck zuruckgewiesen fehler falsch doppelt anzahlung teil storniert andere "
     "kunde kunden mieter etwas teilweise",
     "", ""},
    {READER_PAYING, READER_FR, 0,
     "rejete rejetee erreur double acompte partie annule annulee autre client "
     "locataire assureur peu",
     "", ""},
    {READER_PAYING, READER_ES, 0,
     "devuelta devuelto error doble parte anticipo anulada otra otro cliente inquilino "
     "seguro algo poco",
     "", ""},
    {READER_LOOKING, READER_ENGLISH, 0, "look looks looking discuss review consider decide", "",
     ""},
    {READER_LOOKING, READER_DE, 0, "prufe prufen schaue schauen besprechen entscheiden", "", ""},
    {READER_LOOKING, READER_FR, 0, "regarder verifier voir discuter decider", "", ""},
    {READER_LOOKING, READER_ES, 0, "revisar mirar ver discutir decidir", "", ""},

    /* amounts */
    {READER_CURRENCIES, READER_ANY, 0, "us usd u", "$ dollar dollars", "USD"},
    {READER_CURRENCIES, READER_ANY, 0, "american amerikanische amerikanischen", "dollar dollars",
     "USD"},
    {READER_CURRENCIES, READER_ANY, 0, "canadian kanadische kanadischen c can ca",
     "$ dollar dollars", "CAD"},
    {READER_CURRENCIES, READER_ANY, 0, "australian australische au aud a", "$ dollar dollars",
     "AUD"},
    {READER_CURRENCIES, READER_ANY, 0, "swiss schweizer", "franc francs franken", "CHF"},
    {READER_CURRENCIES, READER_ANY, 0, "pound pounds livre livres libra libras",
     "sterling esterlina esterlinas", "GBP"},
    {READER_CURRENCIES, READER_ANY, 0, "franc francs franco francos", "suisse suisses suizo suizos",
     "CHF"},
    {READER_CURRENCIES, READER_ANY, 0, "dollar dollars dolar dolares",
     "americain americains estadounidense estadounidenses", "USD"},
    {READER_CURRENCIES, READER_ANY, 0, "dollar dollars dolar dolares",
     "canadien canadiens canadiense canadienses", "CAD"},
    {READER_CURRENCIES, READER_ANY, 0, "\xe2\x82\xac euro euros", "", "EUR"},
    {READER_CURRENCIES, READER_ANY, 0, "\xc2\xa3 pound pounds quid pfund libra libras", "", "GBP"},
    {READER_CURRENCIES, READER_ANY, 0, "$ dollar dollars dolar dolares buck bucks", "", "$"},
    {READER_CURRENCIES, READER_ANY, 0, "\xe2\x82\xb9 rs inr rupee rupees rupien roupies rupias", "",
     "INR"},
    {READER_CURRENCIES, READER_ANY, 0, "franken sfr", "", "CHF"},
    {READER_CURRENCIES, READER_ANY, 0, "\xc2\xa5 yen yenes yens", "", "JPY"},
    {READER_CURRENCIES, READER_ANY, 0, "yuan yuans renminbi rmb", "", "CNY"},
    {READER_CURRENCIES, READER_ANY, 0, "eur", "", "EUR"},
    {READER_CURRENCIES, READER_ANY, 0, "usd", "", "USD"},
    {READER_CURRENCIES, READER_ANY, 0, "gbp", "", "GBP"},
    {READER_CURRENCIES, READER_ANY, 0, "chf", "", "CHF"},
    {READER_CURRENCIES, READER_ANY, 0, "jpy", "", "JPY"},
    {READER_CURRENCIES, READER_ANY, 0, "cad", "", "CAD"},
    {READER_CURRENCIES, READER_ANY, 0, "aud", "", "AUD"},
    {READER_CURRENCIES, READER_ANY, 0, "sek", "", "SEK"},
    {READER_CURRENCIES, READER_ANY, 0, "nok", "", "NOK"},
    {READER_CURRENCIES, READER_ANY, 0, "dkk", "", "DKK"},
    {READER_CURRENCIES, READER_ANY, 0, "pln", "", "PLN"},
    {READER_CURRENCIES, READER_ANY, 0, "czk", "", "CZK"},
    {READER_CURRENCIES, READER_ANY, 0, "mxn", "", "MXN"},
    {READER_CURRENCIES, READER_ANY, 0, "inr", "", "INR"},
    {READER_CURRENCIES, READER_ANY, 0, "cny", "", "CNY"},
    {READER_CURRENCIES, READER_ANY, 0, "nzd", "", "NZD"},
    {READER_SCALES, READER_ENGLISH, 100, "hundred", "", ""},
    {READER_SCALES, READER_ENGLISH, 1000, "k thousand", "", ""},
    {READER_SCALES, READER_ENGLISH, 1000000, "m million millions mio mn", "", ""},
    {READER_SCALES, READER_ENGLISH, 1000000000, "billion billions bn", "", ""},
    {READER_SCALES, READER_ENGLISH, 100000, "lakh lakhs lac lacs", "", ""},
    {READER_SCALES, READER_ENGLISH, 10000000, "crore crores", "", ""},
    {READER_SCALES, READER_DE, 100, "hundert", "", ""},
    {READER_SCALES, READER_DE, 1000, "tsd tausend k", "", ""},
    {READER_SCALES, READER_DE, 1000000, "mio million millionen", "", ""},
    {READER_SCALES, READER_DE, 1000000000, "mrd milliarde milliarden", "", ""},
    {READER_SCALES, READER_FR, 100, "cents cent", "", ""},
    {READER_SCALES, READER_FR, 1000, "mille k", "", ""},
    {READER_SCALES, READER_FR, 1000000, "million millions m", "", ""},
    {READER_SCALES, READER_FR, 1000000000, "milliard milliards", "", ""},
    {READER_SCALES, READER_ES, 1000, "mil k", "", ""},
    {READER_SCALES, READER_ES, 1000000, "millon millones", "", ""},
    {READER_SHARES, READER_ANY, 500000, "half halfte haelfte moitie mitad aadha", "", ""},
    {READER_SHARES, READER_ANY, 1000000,
     "full whole entire vollstandig vollstaendig gesamten gesamte totalite totalidad "
     "integralite",
     "", ""},
    {READER_COINS, READER_ANY, 0,
     "cent cents centime centimes centavo centavos pence penny p ct centimo centimos "
     "rappen",
     "", ""},
    {READER_PAY_VERBS, READER_ANY, 0,
     "pay paying transfer transferring send sending wire release clear settle remit "
     "deposit manage do get zahle zahlen uberweise uberweisen sende payer paie "
     "paierons regler verser vire virer pago pagar pagamos pagaremos transfiero abono",
     "", ""},
    {READER_PAY_FILLERS, READER_ANY, 0,
     "only just about another approx exactly you us ihnen nur noch", "", ""},
    {READER_NUMBERED, READER_ANY, 0,
     "invoice invoices inv bill rechnung rechnungen re facture factures factura "
     "facturas reference ref utr no nr number num nummer numero po order # account "
     "konto week kw q page",
     "", ""},
    {READER_COUNTED, READER_ANY, 0,
     "invoices days day weeks months hours items bills reminders % rechnungen tage "
     "tagen wochen monate monaten raten factures jours semaines mois facturas dias "
     "semanas meses am pm uhr h",
     "", ""},

    /* facts */
    {READER_INVOICES, READER_ANY, 0,
     "invoice invoices inv bill rechnung rechnungen rechnungsnummer re facture "
     "factures factura facturas",
     "", ""},
    {READER_REFERENCES, READER_ANY, 0,
     "reference ref utr verwendungszweck referenz transaction referencia transaktion "
     "virement trace payment",
     "", ""},
    {READER_NUMBER_FILLERS, READER_ANY, 0,
     "no nr number num nummer numero n # : . is the our your mit der die und and id code la le # "
     "\xc2\xb0 \xc2\xba - was",
     "", ""},
    {READER_TITLES, READER_ANY, 0,
     "mr mrs ms frau herr herrn madame monsieur mme senora senor sra sr", "", ""},

    /* what turns around or weakens (reader_rules.c) */
    {READER_NEGATIONS, READER_ANY, 0,
     "not no never cannot cant didnt dont havent hasnt won wont without unless nicht "
     "kein keine keinen nie weder pas jamais aucun nunca sin nahi nahin mat unable",
     "", ""},
    {READER_UNCERTAIN, READER_ANY, 0,
     "maybe perhaps might unsure if whether vielleicht eventuell ob falls wenn "
     "peutetre si quizas quiza tal shayad ya could would should",
     "", ""},
    {READER_OTHER_BUSINESS, READER_ANY, 0,
     "card cards atm pin app topup withdraw withdrawal exchange passport identity "
     "beneficiary recipient merchant atms apple google visa mastercard declined "
     "savings checking debit subscription rent mortgage electricity cable utility "
     "utilities water gas insurance refund reimbursement fee fees transaction "
     "transactions statement account transfer transfers bank balance cash",
     "", ""},
    {READER_OWN_BUSINESS, READER_ANY, 0,
     "invoice invoices inv reminder overdue outstanding rechnung mahnung facture "
     "relance factura recordatorio bill po gst utr supplier vendor instalment "
     "instalments delivery we our us debt dispute plan",
     "", ""},
    {READER_SPANISH_DOUBT, READER_ANY, 0, "si quizas quiza tal", "", ""},
    {READER_QUESTION_MARK, READER_ANY, 0, "?", "", ""},
    {READER_SETTLED, READER_ANY, 0, "resolved settled closed withdrawn", "", ""},
    {READER_AHEAD, READER_ANY, 0,
     "will shall ll can going promise rest remaining remainder balance next tomorrow "
     "werden werde wird morgen allons vais sera reste demain pagaremos pagare resto "
     "vamos denge dunga karenge karunga baki",
     "", ""},
    {0, 0, 0, NULL, "", ""},
};

/* ---- looking up ---- */

uint16_t arc__reader_entry_of(const unsigned char *word, size_t size) {
  uint32_t hash = arc__reader_index_hash(word, size);
  for (uint32_t e = arc__reader_buckets[hash]; e < arc__reader_buckets[hash + 1]; e++) {
    const reader_entry *entry = &arc__reader_entries[e];
    if (entry->size == size && memcmp(arc__reader_names + entry->name, word, size) == 0)
      return (uint16_t)(e + 1);
  }
  return 0;
}

/* The word's place in the next of the lists that say `what` in the language, behind `after`; 0. */
static const reader_listing *lists_next(const reader_text *t, size_t i, int what, uint32_t language,
                                        const reader_list *after) {
  const reader_word *w = arc__reader_word(t, i);
  if (!w || !w->entry) return NULL;
  const reader_entry *entry = &arc__reader_entries[w->entry - 1];
  for (uint32_t n = entry->first; n < entry->first + (uint32_t)entry->count; n++) {
    const reader_list *list = &arc__reader_lists[arc__reader_listings[n].list];
    if (list->what == what && list->languages & language && (!after || list > after))
      return &arc__reader_listings[n];
  }
  return NULL;
}

int arc__reader_place(const reader_text *t, size_t i, int what) {
  const reader_listing *found = lists_next(t, i, what, t->language, NULL);
  return found ? found->place : 0;
}

uint32_t arc__reader_languages(const reader_text *t, size_t i, int what) {
  const reader_list *list = NULL;
  const reader_listing *next;
  uint32_t languages = 0;
  while ((next = lists_next(t, i, what, READER_ANY, list)) != NULL) {
    list = &arc__reader_lists[next->list];
    languages |= list->languages;
  }
  return languages;
}

const reader_list *arc__reader_list_of(const reader_text *t, size_t i, int what,
                                       const reader_list *after) {
  const reader_listing *found = lists_next(t, i, what, t->language, after);
  return found ? &arc__reader_lists[found->list] : NULL;
}
