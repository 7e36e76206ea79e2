/*
 * Phrases in German.
 */
#include "reader_phrases.h"

#include "arcollect/reader.h"

const reader_rule arc__reader_phrases_de[] = {
    /* opt out */
    {ARC_REPLY_OPT_OUT, READER_DE, 950, NULL,
     "keine|keinerlei ~ mails|nachrichten|anrufe|erinnerungen|mahnungen|schreiben mehr"},
    {ARC_REPLY_OPT_OUT, READER_DE, 950, NULL,
     "nicht mehr|weiter ~ kontaktieren|anrufen|anschreiben|schreiben"},
    {ARC_REPLY_OPT_OUT, READER_DE, 950, NULL,
     "abmelden|austragen|verteiler ~ loschen|streichen|nehmen"},

    /* legal and insolvency */
    {ARC_REPLY_LEGAL, READER_DE, 950, NULL, "insolvenz*|konkurs|zahlungsunfahig*"},
    {ARC_REPLY_LEGAL, READER_DE, 920, NULL,
     "anwalt|rechtsanwalt|anwaltin|rechtsanwalte|anwalte|anwaltskanzlei|gericht|rechtsabteilung|"
     "klage"},

    /* out of office */
    {ARC_REPLY_ABSENT, READER_DE, 960, NULL,
     "abwesenheit*|abwesend|urlaub|betriebsferien|betriebsurlaub"},
    {ARC_REPLY_ABSENT, READER_DE, 930, NULL, "nicht im|in buro|haus"},
    {ARC_REPLY_ABSENT, READER_DE, 930, NULL, "bin|sind ~ wieder ~ erreichbar|buro|da"},
    {ARC_REPLY_ABSENT, READER_DE, 930, NULL, "automatische antwort"},

    /* wrong contact */
    {ARC_REPLY_WRONG_CONTACT, READER_DE, 930, NULL, "nicht|bin|sind ~ zustandig"},
    {ARC_REPLY_WRONG_CONTACT, READER_DE, 930, NULL,
     "falsch* ansprechpartner*|adresse|empfanger|abteilung"},
    {ARC_REPLY_WRONG_CONTACT, READER_DE, 930, NULL,
     "nicht mehr ~ unternehmen|tatig|beschaftigt|firma"},

    /* paid */
    {ARC_REPLY_PAID, READER_DE, 930, NULL,
     "bereits|schon|wurde|haben|habe|ist|langst ~ "
     "bezahlt|uberwiesen|beglichen|gezahlt|angewiesen|ausgeglichen"},
    {ARC_REPLY_PAID, READER_DE, 900, NULL,
     "zahlung|uberweisung|betrag ~ erfolgt|ausgefuhrt|raus|veranlasst|getatigt"},
    {ARC_REPLY_PAID, READER_DE, 880, NULL,
     "haben|habe|wurde|ist ~ ~ bezahlt|uberwiesen|beglichen|gezahlt|angewiesen|ausgeglichen"},

    /* disputes */
    {ARC_REPLY_DISPUTE, READER_DE, 930, "other",
     "reklam*|beanstand*|widersprech*|widerspruch|bestreiten|mangelruge|einwand"},
    {ARC_REPLY_DISPUTE, READER_DE, 930, "quality",
     "beschadigt*|defekt*|mangelhaft*|mangel|kaputt*|fehlerhaft*"},
    {ARC_REPLY_DISPUTE, READER_DE, 930, "price",
     "falsch* preis|betrag|rechnung|menge|rechnungsbetrag|mwst|steuersatz|adresse"},
    {ARC_REPLY_DISPUTE, READER_DE, 930, "price",
     "preis|betrag|rechnung|rabatt|rechnungsbetrag|skonto ~ nicht|falsch|zu|fehlt|stimmt ~ "
     "korrekt|richtig|hoch|vereinbart*|nicht"},
    {ARC_REPLY_DISPUTE, READER_DE, 920, "price",
     "rechnung|preis|betrag|rechnungsbetrag ~ falsch|fehlerhaft|unkorrekt|stimmt"},
    {ARC_REPLY_DISPUTE, READER_DE, 930, "delivery",
     "ware|lieferung|leistung|bestellung ~ nicht|nie|unvollstandig ~ "
     "erhalten|angekommen|geliefert|erbracht|eingetroffen"},
    {ARC_REPLY_DISPUTE, READER_DE, 930, "quantity",
     "fehlmenge*|minderlieferung|zu wenig geliefert|erhalten"},
    {ARC_REPLY_DISPUTE, READER_DE, 930, "order", "nie|nicht ~ bestellt|beauftragt"},
    {ARC_REPLY_DISPUTE, READER_DE, 920, "other", "gutschrift|rechnungskorrektur|korrigierte"},

    /* copies and documents */
    {ARC_REPLY_COPY, READER_DE, 930, NULL,
     "rechnungskopie|kopie|zweitschrift|rechnungsduplikat|kontoauszug|saldenliste|op liste"},
    {ARC_REPLY_COPY, READER_DE, 920, NULL,
     "rechnung*|kontoauszug ~ ~ zusenden|senden|schicken|zukommen|zuschicken|mailen"},
    {ARC_REPLY_COPY, READER_DE, 920, NULL, "senden|schicken|mailen ~ rechnung*|kopie|beleg*"},
    {ARC_REPLY_COPY, READER_DE, 920, NULL,
     "rechnung ~ nicht|nie|keine ~ erhalten|vor|bekommen|finden|eingegangen"},
    {ARC_REPLY_COPY, READER_DE, 910, NULL, "keine rechnung ~ erhalten|bekommen|vorliegen"},
    {ARC_REPLY_DOCUMENT, READER_DE, 920, NULL,
     "lieferschein*|bestellnummer|liefernachweis|abliefernachweis|freistellungsbescheinigung|"
     "stundenzettel|leistungsnachweis"},
    {ARC_REPLY_DOCUMENT, READER_DE, 920, NULL, "portal ~ hochladen|einstellen|hochgeladen"},

    /* plans and hardship */
    {ARC_REPLY_PLAN, READER_DE, 950, NULL,
     "ratenzahlung|raten|ratenplan|teilzahlung*|zahlungsplan|ratenvereinbarung|zahlungsaufschub|"
     "stundung"},
    {ARC_REPLY_PLAN, READER_DE, 930, NULL, "liquiditat*|zahlungsschwierigkeiten|engpass"},
    {ARC_REPLY_PLAN, READER_DE, 930, NULL,
     "nicht|konnen|kann ~ ~ nicht zahlen|bezahlen|aufbringen"},
    {ARC_REPLY_PLAN, READER_DE, 930, NULL, "mehr|etwas zeit|aufschub"},

    /* held up inside */
    {ARC_REPLY_PROCESS, READER_DE, 880, NULL,
     "freigabe|prufung|genehmigung ~ aus|lauft|offen|noch|ausstehend|warten"},
    {ARC_REPLY_PROCESS, READER_DE, 880, NULL,
     "in|zur|intern* prufung|klarung|freigabe|bearbeitung"},
    {ARC_REPLY_PROCESS, READER_DE, 880, NULL, "noch nicht freigegeben|genehmigt|gepruft"},

    /* promises */
    {ARC_REPLY_PROMISE, READER_DE, 900, NULL,
     "werden|werde|wird|konnen|kann ~ "
     "uberweisen|zahlen|bezahlen|begleichen|anweisen|bezahlt|uberwiesen|beglichen|angewiesen|"
     "gezahlt|veranlassen"},
    {ARC_REPLY_PROMISE, READER_DE, 890, NULL,
     "werden|werde|wird ~ ~ "
     "uberweisen|zahlen|bezahlen|begleichen|anweisen|bezahlt|uberwiesen|beglichen|angewiesen|"
     "gezahlt"},
    {ARC_REPLY_PROMISE, READER_DE, 890, NULL,
     "zahlung|uberweisung|betrag|geld ~ erfolgt|kommt|geht|folgt ~ "
     "am|bis|ende|mit|nachste|morgen|in|im|heute"},
    {ARC_REPLY_PROMISE, READER_DE, 880, NULL,
     "uberweise|uberweisen|zahle|zahlen|begleichen|bezahle|bezahlen ~ "
     "bis|am|morgen|heute|ende|nachste|zum|im|in|mit"},
    {ARC_REPLY_PROMISE, READER_DE, 880, NULL, "zahllauf|zahlungslauf"},
    {ARC_REPLY_PROMISE, READER_DE, 910, NULL,
     "halfte ~ ~ sofort|jetzt|heute|morgen|am|bis ~ ~ rest|restliche|halfte"},

    /* thanks */
    {ARC_REPLY_THANKS, READER_DE, 950, NULL, "danke|dank"},

    /* more ways to say it */
    {ARC_REPLY_PROMISE, READER_DE, 900, NULL, "erhalten|bekommen sie ~ zahlung|betrag|geld"},
    {ARC_REPLY_PROMISE, READER_DE, 900, NULL, "sie erhalten|bekommen ~ zahlung|betrag|geld"},
    {ARC_REPLY_PROMISE, READER_DE, 900, NULL,
     "zahlung|zahllauf|uberweisung ~ ~ vorgemerkt|eingeplant|vorgesehen|terminiert"},
    {ARC_REPLY_PROMISE, READER_DE, 890, NULL, "rest ~ am|bis|folgt|nachste*"},
    {ARC_REPLY_PROMISE, READER_DE, 890, NULL, "wird|weist ~ ~ an|anweisen|anweist"},
    {ARC_REPLY_PROMISE, READER_DE, 880, NULL,
     "uberweise|uberweisen|zahle|zahlen ~ "
     "montag|dienstag|mittwoch|donnerstag|freitag|nachste*|morgen"},
    {ARC_REPLY_PAID, READER_DE, 900, NULL, "uberweisung|zahlung ~ am ~ ausgefuhrt|gebucht|erfolgt"},
    {ARC_REPLY_PAID, READER_DE, 890, NULL,
     "geld|betrag ging|ist|wurde ~ raus|abgebucht|uberwiesen"},
    {ARC_REPLY_PAID, READER_DE, 890, NULL,
     "zahlungsbeleg|zahlungsnachweis|uberweisungsbeleg|bankbestatigung|kontobeleg"},
    {ARC_REPLY_DISPUTE, READER_DE, 920, "price", "weicht|weichen ~ ab"},
    {ARC_REPLY_DISPUTE, READER_DE, 930, "quantity", "es|hier fehlen|fehlten|fehlt"},
    {ARC_REPLY_DISPUTE, READER_DE, 930, "quality",
     "qualitat|ausfuhrung|verarbeitung ~ schlecht|mangelhaft|nicht"},
    {ARC_REPLY_DISPUTE, READER_DE, 930, "quality", "schlecht* qualitat|ausfuhrung|verarbeitung"},
    {ARC_REPLY_DISPUTE, READER_DE, 920, "delivery",
     "arbeiten|leistungen|leistung ~ nie|nicht|nur ~ ausgefuhrt|erbracht|fertiggestellt"},
    {ARC_REPLY_COPY, READER_DE, 920, NULL, "zweitschrift|zuordnen"},
    {ARC_REPLY_COPY, READER_DE, 920, NULL, "kontoauszug*|saldenliste|offenen posten"},
    {ARC_REPLY_COPY, READER_DE, 910, NULL, "anhang|pdf ~ ~ offnen|fehlte|leer"},
    {ARC_REPLY_COPY, READER_DE, 910, NULL, "erneut|nochmals|nochmal senden|schicken|zusenden"},
    {ARC_REPLY_DOCUMENT, READER_DE, 920, NULL, "rechnung ~ ~ portal|lieferantenportal"},
    {ARC_REPLY_DOCUMENT, READER_DE, 920, NULL, "lieferantenportal|portal"},
    {ARC_REPLY_DOCUMENT, READER_DE, 920, NULL,
     "fehlt ~ kostenstelle|ust|bestellnummer|auftragsnummer|lieferschein|leistungsnachweis"},
    {ARC_REPLY_DOCUMENT, READER_DE, 910, NULL,
     "senden|schicken ~ nachweis|bescheinigung|lieferschein"},
    {ARC_REPLY_PLAN, READER_DE, 940, NULL, "teilbetrag*|monatsrate*|rate"},
    {ARC_REPLY_PLAN, READER_DE, 930, NULL, "biete*|bieten ~ monat*|rate*"},
    {ARC_REPLY_PLAN, READER_DE, 930, NULL, "nicht ~ auf einmal"},
    {ARC_REPLY_PLAN, READER_DE, 930, NULL, "nicht ~ aufbringen"},
    {ARC_REPLY_PLAN, READER_DE, 920, NULL,
     "mit ~ vergleich|weniger|halfte|teilzahlung ~ einverstanden"},
    {ARC_REPLY_PROCESS, READER_DE, 890, NULL, "in|zur|beim prufung|freigabe|fachbereich"},
    {ARC_REPLY_PROCESS, READER_DE, 880, NULL,
     "freigabe|genehmigung|prufung|unterschrift ~ dauert|fehlt|aus|lauft"},
    {ARC_REPLY_PROCESS, READER_DE, 880, NULL,
     "warte|warten ~ auf ~ freigabe|genehmigung|unterschrift"},
    {ARC_REPLY_PROCESS, READER_DE, 880, NULL, "verzogern|verschieben|verzogert sich"},
    {ARC_REPLY_WRONG_CONTACT, READER_DE, 920, NULL, "schreiben|wenden sie ~ an"},
    {ARC_REPLY_WRONG_CONTACT, READER_DE, 930, NULL, "nicht mehr genutzt|gelesen|verwendet|aktiv"},
    {ARC_REPLY_ABSENT, READER_DE, 930, NULL,
     "ab|am ~ wieder|erst|im ~ erreichbar|buro|haus|zuruck"},
    {ARC_REPLY_ABSENT, READER_DE, 930, NULL, "bin erst ab|am|wieder"},
    {ARC_REPLY_OPT_OUT, READER_DE, 950, NULL,
     "schreiben|senden|rufen|kontaktieren ~ nicht mehr|wieder"},

    {0, 0, 0, NULL, NULL},
};
