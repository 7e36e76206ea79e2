/*
 * Kinds of replies by rules that can be read: phrases per language, each with how sure it makes one.
 *
 * A phrase is words in a row within one sentence, signs left out. "a|b" is either, "pay*" a beginning, "~" up to three
 * words of any kind. A negation before or inside a phrase whose kind it would turn around undoes it; doubt and questions
 * weaken promises and payments; talk of cards, cash machines and apps is not about invoices. What remains below
 * READER_LEAST is not told. Work: words times phrases, by their first words.
 */
#include "reader_internal.h"

#include "arcollect/reader.h"

#include <string.h>

#define READER_LEAST 500000

typedef struct reader_rule {
  uint8_t kind;
  uint8_t languages;
  uint16_t score; /* thousandths */
  const char *detail, *phrase;
} reader_rule;

#define EN (READER_EN | READER_HI)
#define DE READER_DE
#define FR READER_FR
#define ES READER_ES
#define HI (READER_HI | READER_EN) /* so short a text is often taken for the other */
#define ALL READER_ANY

static const reader_rule reader_rules[] = {
    /* opt out */
    {ARC_REPLY_OPT_OUT, ALL, 950, NULL, "unsubscribe"},
    {ARC_REPLY_OPT_OUT, EN, 950, NULL, "opt out|me"},
    {ARC_REPLY_OPT_OUT, EN, 950, NULL, "stop|quit|cease ~ contact*|messag*|mail*|email*|call*|text*|sending|remind*|calling|writing"},
    {ARC_REPLY_OPT_OUT, EN, 950, NULL, "remove|take me|us|my|our ~ list|contact|email|number|address|from|off"},
    {ARC_REPLY_OPT_OUT, EN, 950, NULL, "not|don|dont|never|no t|more|longer|ever|want contact|call|message|text|email|write|messages|calls"},
    {ARC_REPLY_OPT_OUT, EN, 930, NULL, "not|don|dont t|ever contact|call|message|text|email"},
    {ARC_REPLY_OPT_OUT, EN, 930, NULL, "not|dont contact|call|message|text|email|write"},
    {ARC_REPLY_OPT_OUT, EN, 940, NULL, "block|remove|delete ~ number|phone|email|contact"},
    {ARC_REPLY_OPT_OUT, EN, 940, NULL, "stop spamming|harassing|bothering"},
    {ARC_REPLY_OPT_OUT, EN, 930, NULL, "not|don|dont t|send send|messages|reminders messages|reminders|mails"},
    {ARC_REPLY_OPT_OUT, EN, 930, NULL, "leave me|us alone"},
    {ARC_REPLY_OPT_OUT, HI, 930, NULL, "message|messages|call|msg|contact|mail|phone ~ mat|band"},
    {ARC_REPLY_OPT_OUT, DE, 950, NULL, "keine|keinerlei ~ mails|nachrichten|anrufe|erinnerungen|mahnungen|schreiben mehr"},
    {ARC_REPLY_OPT_OUT, DE, 950, NULL, "nicht mehr|weiter ~ kontaktieren|anrufen|anschreiben|schreiben"},
    {ARC_REPLY_OPT_OUT, DE, 950, NULL, "abmelden|austragen|verteiler ~ loschen|streichen|nehmen"},
    {ARC_REPLY_OPT_OUT, FR, 950, NULL, "me|nous desinscrire|desabonner|retirer"},
    {ARC_REPLY_OPT_OUT, FR, 950, NULL, "ne plus|pas|me|nous ~ contacter|recevoir|appeler|ecrire|envoyer"},
    {ARC_REPLY_OPT_OUT, FR, 950, NULL, "cessez|arretez de ~ contacter|appeler|ecrire|envoyer|relancer"},
    {ARC_REPLY_OPT_OUT, ES, 950, NULL, "no ~ contact*|llam*|escrib*|envi* mas"},
    {ARC_REPLY_OPT_OUT, ES, 950, NULL, "dejen|deje de ~ contactar*|llamar*|escribir*|enviar*|molestar*"},
    {ARC_REPLY_OPT_OUT, ES, 950, NULL, "darme|darnos|den|deme|denos de baja"},

    /* legal and insolvency */
    {ARC_REPLY_LEGAL, EN, 950, NULL, "insolven*|bankruptcy|bankrupt|liquidation|liquidator|receivership|administrators"},
    {ARC_REPLY_LEGAL, EN, 930, NULL, "chapter 11|7"},
    {ARC_REPLY_LEGAL, EN, 900, NULL, "my|our lawyer*|solicitor*|attorney*|legal"},
    {ARC_REPLY_LEGAL, EN, 900, NULL, "legal action|proceedings|counsel|notice|department"},
    {ARC_REPLY_LEGAL, EN, 900, NULL, "see|take you|this ~ court"},
    {ARC_REPLY_LEGAL, DE, 950, NULL, "insolvenz*|konkurs|zahlungsunfahig*"},
    {ARC_REPLY_LEGAL, DE, 920, NULL, "anwalt|rechtsanwalt|anwaltin|rechtsanwalte|anwalte|anwaltskanzlei|gericht|rechtsabteilung|klage"},
    {ARC_REPLY_LEGAL, FR, 950, NULL, "redressement|liquidation judiciaire"},
    {ARC_REPLY_LEGAL, FR, 950, NULL, "depot de bilan"},
    {ARC_REPLY_LEGAL, FR, 920, NULL, "avocat|avocate|tribunal|contentieux|sauvegarde|huissier"},
    {ARC_REPLY_LEGAL, ES, 950, NULL, "concurso de acreedores"},
    {ARC_REPLY_LEGAL, ES, 950, NULL, "insolven*|quiebra|liquidacion"},
    {ARC_REPLY_LEGAL, ES, 920, NULL, "abogado*|abogada|juzgado|tribunal*|demanda judicial"},

    /* out of office */
    {ARC_REPLY_ABSENT, EN, 960, NULL, "out of ~ office"},
    {ARC_REPLY_ABSENT, EN, 930, NULL, "automatic|auto|autoreply reply|response"},
    {ARC_REPLY_ABSENT, EN, 930, NULL, "on|am|away ~ leave|vacation|holiday|holidays until|till|from|and|with"},
    {ARC_REPLY_ABSENT, EN, 900, NULL, "limited access ~ mail|email|emails"},
    {ARC_REPLY_ABSENT, EN, 900, NULL, "back|return* ~ office on"},
    {ARC_REPLY_ABSENT, DE, 960, NULL, "abwesenheit*|abwesend|urlaub|betriebsferien|betriebsurlaub"},
    {ARC_REPLY_ABSENT, DE, 930, NULL, "nicht im|in buro|haus"},
    {ARC_REPLY_ABSENT, DE, 930, NULL, "bin|sind ~ wieder ~ erreichbar|buro|da"},
    {ARC_REPLY_ABSENT, DE, 930, NULL, "automatische antwort"},
    {ARC_REPLY_ABSENT, FR, 960, NULL, "absent|absente|absence"},
    {ARC_REPLY_ABSENT, FR, 950, NULL, "en conges|conge|vacances"},
    {ARC_REPLY_ABSENT, FR, 930, NULL, "reponse automatique"},
    {ARC_REPLY_ABSENT, FR, 930, NULL, "de retour ~ bureau"},
    {ARC_REPLY_ABSENT, ES, 960, NULL, "fuera de la|mi oficina"},
    {ARC_REPLY_ABSENT, ES, 950, NULL, "de vacaciones|baja|permiso"},
    {ARC_REPLY_ABSENT, ES, 930, NULL, "respuesta automatica"},
    {ARC_REPLY_ABSENT, ES, 930, NULL, "ausente|ausencia"},

    /* wrong contact */
    {ARC_REPLY_WRONG_CONTACT, EN, 930, NULL, "wrong person|contact|address|department|recipient|number"},
    {ARC_REPLY_WRONG_CONTACT, EN, 930, NULL, "no longer ~ work*|with|responsible|employed"},
    {ARC_REPLY_WRONG_CONTACT, EN, 930, NULL, "left the|our company|firm|organisation"},
    {ARC_REPLY_WRONG_CONTACT, EN, 900, NULL, "not the ~ person|contact"},
    {ARC_REPLY_WRONG_CONTACT, EN, 880, NULL, "not responsible for ~ payments|invoices|this"},
    {ARC_REPLY_WRONG_CONTACT, DE, 930, NULL, "nicht|bin|sind ~ zustandig"},
    {ARC_REPLY_WRONG_CONTACT, DE, 930, NULL, "falsch* ansprechpartner*|adresse|empfanger|abteilung"},
    {ARC_REPLY_WRONG_CONTACT, DE, 930, NULL, "nicht mehr ~ unternehmen|tatig|beschaftigt|firma"},
    {ARC_REPLY_WRONG_CONTACT, FR, 930, NULL, "ne suis|travaille|sommes|fait plus|pas ~ bon|bonne|responsable|interlocuteur|societe|charge|entreprise"},
    {ARC_REPLY_WRONG_CONTACT, FR, 930, NULL, "mauvais|mauvaise interlocuteur|adresse|destinataire|service"},
    {ARC_REPLY_WRONG_CONTACT, ES, 930, NULL, "persona|contacto|direccion equivocad*|incorrect*|errone*"},
    {ARC_REPLY_WRONG_CONTACT, ES, 930, NULL, "ya no trabaj* ~"},
    {ARC_REPLY_WRONG_CONTACT, ES, 930, NULL, "no soy ~ responsable|persona|encargad*"},

    /* paid */
    {ARC_REPLY_PAID, EN, 920, NULL, "already|have|has|was|were|been ~ paid|settled|transferred|remitted|wired|cleared"},
    {ARC_REPLY_PAID, EN, 900, NULL, "we|i|client|company paid|transferred|wired|remitted|settled"},
    {ARC_REPLY_PAID, EN, 900, NULL, "paid|transferred|settled|wired ~ on|by|via|yesterday|last|through|in"},
    {ARC_REPLY_PAID, EN, 900, NULL, "payment|transfer|amount|money ~ was|has|is|went ~ made|done|sent|initiated|out|executed|processed|completed|released|credited"},
    {ARC_REPLY_PAID, EN, 880, NULL, "made|sent|did ~ payment|transfer|funds"},
    {ARC_REPLY_PAID, EN, 890, NULL, "payment|transfer completed|done|made|sent|processed|cleared|executed"},
    {ARC_REPLY_PAID, EN, 880, NULL, "utr"},
    {ARC_REPLY_PAID, EN, 850, NULL, "proof of payment"},
    {ARC_REPLY_PAID, EN, 850, NULL, "cleared|paid ~ already"},
    {ARC_REPLY_PAID, HI, 920, NULL, "pay|payment|paid|paisa|transfer ~ kar|kiya|ho|bhej|de ~ diya|tha|gaya|chuka|chuke|hai|di"},
    {ARC_REPLY_PAID, HI, 900, NULL, "kar|bhej|clear|de diya|diye|chuke|chuka ~ hai|tha|hain"},
    {ARC_REPLY_PAID, DE, 930, NULL, "bereits|schon|wurde|haben|habe|ist|langst ~ bezahlt|uberwiesen|beglichen|gezahlt|angewiesen|ausgeglichen"},
    {ARC_REPLY_PAID, DE, 900, NULL, "zahlung|uberweisung|betrag ~ erfolgt|ausgefuhrt|raus|veranlasst|getatigt"},
    {ARC_REPLY_PAID, DE, 880, NULL, "haben|habe|wurde|ist ~ ~ bezahlt|uberwiesen|beglichen|gezahlt|angewiesen|ausgeglichen"},
    {ARC_REPLY_PAID, FR, 930, NULL, "avons|ai|a|deja|ete|est ~ paye|payee|payees|regle|reglee|reglees|vire|effectue|effectuee|solde|soldee"},
    {ARC_REPLY_PAID, FR, 880, NULL, "virement ~ fait|effectue|emis|parti"},
    {ARC_REPLY_PAID, ES, 930, NULL, "ya|hemos|he|ha|fue|esta|sido|han ~ pagad*|abonad*|transferid*|liquidad*|saldad*"},
    {ARC_REPLY_PAID, ES, 920, NULL, "pagamos|abonamos|transferimos|pague"},
    {ARC_REPLY_PAID, ES, 900, NULL, "pago|transferencia ~ realizad*|efectuad*|hech*|enviad*|hizo|hicimos"},
    {ARC_REPLY_PAID, ES, 880, NULL, "realizamos|hicimos|efectuamos ~ pago|transferencia"},

    /* disputes */
    {ARC_REPLY_DISPUTE, EN, 930, "other", "disput*|contest*"},
    {ARC_REPLY_DISPUTE, EN, 930, "price", "overcharg*|overbilled|discrepancy|discrepancies"},
    {ARC_REPLY_DISPUTE, EN, 930, "price", "wrong|incorrect|different|agreed|higher ~ price|rate|amount|total|discount|vat|tax|gst"},
    {ARC_REPLY_DISPUTE, EN, 930, "price", "price|rate|amount|total|discount|vat|tax|gst ~ wrong|incorrect|different|higher|mismatch|match|agreed|missing"},
    {ARC_REPLY_DISPUTE, EN, 910, "other", "bill*|invoice*|balance|charge* ~ wrong|incorrect|mistake|inaccurate|invalid|error|errors|duplicate|twice|mismatch"},
    {ARC_REPLY_DISPUTE, EN, 910, "other", "wrong|incorrect|invalid|duplicate ~ invoice|bill|invoiced|billed|billing|gst|po"},
    {ARC_REPLY_DISPUTE, EN, 930, "quality", "damag*|defect*|faulty|broken|poor|substandard"},
    {ARC_REPLY_DISPUTE, EN, 930, "quality", "quality issue*|problem*|complaint|not|is|of"},
    {ARC_REPLY_DISPUTE, EN, 930, "quantity", "short shipped|delivered|supplied|supply|shipment|delivery|received"},
    {ARC_REPLY_DISPUTE, EN, 930, "quantity", "shortage|shortages|missing units|items|pieces|goods|cartons"},
    {ARC_REPLY_DISPUTE, EN, 930, "quantity", "wrong|less|fewer|only received|quantity|quantities|items|units|delivered|received"},
    {ARC_REPLY_DISPUTE, EN, 930, "delivery", "never|not|didn|didnt|haven|hasn|havent ~ received|receive|delivered|arrived|got|supplied|completed ~ goods|order|service|services|delivery|shipment|product|material|work"},
    {ARC_REPLY_DISPUTE, EN, 920, "delivery", "goods|order|service|services|delivery|shipment|product|material|work ~ never|not ~ received|delivered|arrived|performed|completed|provided"},
    {ARC_REPLY_DISPUTE, EN, 930, "order", "never|not|didn|didnt ~ ordered|order|authori*|signed|requested|agreed|agree"},
    {ARC_REPLY_DISPUTE, EN, 910, "other", "not|isn|isnt ~ mine|ours|debt|owe"},
    {ARC_REPLY_DISPUTE, EN, 910, "other", "don|do|dont t|not owe|recogni*|agree|accept"},
    {ARC_REPLY_DISPUTE, EN, 900, "other", "fraud|fraudulent|scam|identity"},
    {ARC_REPLY_DISPUTE, EN, 900, "other", "reject* ~ goods|cartons|delivery|them|it|material|invoice"},
    {ARC_REPLY_DISPUTE, EN, 920, "other", "credit note*"},
    {ARC_REPLY_DISPUTE, EN, 920, "other", "revised|corrected|correct|amended ~ invoice|bill|copy"},
    {ARC_REPLY_DISPUTE, EN, 910, "other", "correct|fix|rectify ~ invoice|bill|amount|it"},
    {ARC_REPLY_DISPUTE, EN, 900, "other", "refuse|won|not ~ pay ~ until|unless|because|wrong"},
    {ARC_REPLY_DISPUTE, HI, 930, "other", "galat|kharab|reject*"},
    {ARC_REPLY_DISPUTE, HI, 930, "quantity", "kam|zyada ~ mila|maal|material|quantity|bill|laga|hai"},
    {ARC_REPLY_DISPUTE, HI, 930, "price", "rate|quantity|price ~ ~ zyada|kam|different|alag|galat|nahi"},
    {ARC_REPLY_DISPUTE, HI, 910, "quality", "quality ~ ~ nahi|issue|kharab|theek|problem"},
    {ARC_REPLY_DISPUTE, DE, 930, "other", "reklam*|beanstand*|widersprech*|widerspruch|bestreiten|mangelruge|einwand"},
    {ARC_REPLY_DISPUTE, DE, 930, "quality", "beschadigt*|defekt*|mangelhaft*|mangel|kaputt*|fehlerhaft*"},
    {ARC_REPLY_DISPUTE, DE, 930, "price", "falsch* preis|betrag|rechnung|menge|rechnungsbetrag|mwst|steuersatz|adresse"},
    {ARC_REPLY_DISPUTE, DE, 930, "price", "preis|betrag|rechnung|rabatt|rechnungsbetrag|skonto ~ nicht|falsch|zu|fehlt|stimmt ~ korrekt|richtig|hoch|vereinbart*|nicht"},
    {ARC_REPLY_DISPUTE, DE, 920, "price", "rechnung|preis|betrag|rechnungsbetrag ~ falsch|fehlerhaft|unkorrekt|stimmt"},
    {ARC_REPLY_DISPUTE, DE, 930, "delivery", "ware|lieferung|leistung|bestellung ~ nicht|nie|unvollstandig ~ erhalten|angekommen|geliefert|erbracht|eingetroffen"},
    {ARC_REPLY_DISPUTE, DE, 930, "quantity", "fehlmenge*|minderlieferung|zu wenig geliefert|erhalten"},
    {ARC_REPLY_DISPUTE, DE, 930, "order", "nie|nicht ~ bestellt|beauftragt"},
    {ARC_REPLY_DISPUTE, DE, 920, "other", "gutschrift|rechnungskorrektur|korrigierte"},
    {ARC_REPLY_DISPUTE, FR, 930, "other", "conteste*|contestons|litige|reclamation|desaccord"},
    {ARC_REPLY_DISPUTE, FR, 930, "quality", "endommage*|defectueu*|abime*|casse*|non conforme*"},
    {ARC_REPLY_DISPUTE, FR, 930, "price", "prix|montant|tarif|facture|remise|tva ~ incorrect*|errone*|faux|fausse|eleve|correspond|convenu|erreur|manque|conforme"},
    {ARC_REPLY_DISPUTE, FR, 930, "price", "erreur ~ facture|facturation|montant|prix|tarif"},
    {ARC_REPLY_DISPUTE, FR, 930, "delivery", "marchandise*|commande|livraison|colis|prestation ~ jamais|pas|incomplete ~ recu*|livre*|arrive*|effectue*|realise*"},
    {ARC_REPLY_DISPUTE, FR, 930, "delivery", "jamais|pas recu|recue|livre ~ marchandise*|commande|livraison|colis"},
    {ARC_REPLY_DISPUTE, FR, 930, "order", "jamais|pas commande"},
    {ARC_REPLY_DISPUTE, FR, 920, "other", "avoir pour|sur|correspondant|rectificatif"},
    {ARC_REPLY_DISPUTE, FR, 900, "quantity", "quantite|manquant* ~"},
    {ARC_REPLY_DISPUTE, ES, 930, "other", "disputa*|impugn*|reclam*|disconform*|desacuerdo"},
    {ARC_REPLY_DISPUTE, ES, 930, "quality", "danad*|defectuos*|rot*|mal estado"},
    {ARC_REPLY_DISPUTE, ES, 930, "price", "precio|importe|monto|tarifa|factura|descuento|iva ~ incorrect*|erroneo|erronea|equivocad*|coincide|corresponde|acordad*|error|mal"},
    {ARC_REPLY_DISPUTE, ES, 930, "delivery", "no ~ recibi*|recibido|entregad*|llegad*|llego ~ mercancia|pedido|producto*|material|envio|servicio"},
    {ARC_REPLY_DISPUTE, ES, 930, "delivery", "mercancia|pedido|producto*|material|envio|servicio ~ no|nunca ~ llegado|llego|recibi*|entreg*|prest*"},
    {ARC_REPLY_DISPUTE, ES, 930, "order", "nunca|no ~ pedimos|pedido|encargamos|solicitamos|ordenamos"},
    {ARC_REPLY_DISPUTE, ES, 920, "other", "nota de credito|abono"},
    {ARC_REPLY_DISPUTE, ES, 930, "quantity", "falta*|faltan|faltaban ~ unidades|cajas|piezas|articulos|mercancia"},

    /* copies and documents */
    {ARC_REPLY_COPY, EN, 920, NULL, "copy|copies|duplicate of ~ invoice*|bill*|statement"},
    {ARC_REPLY_COPY, EN, 920, NULL, "send|resend|share|forward|email|provide|attach|need|mail ~ invoice*|bill|bills|statement|copy|ledger"},
    {ARC_REPLY_COPY, EN, 920, NULL, "re send"},
    {ARC_REPLY_COPY, EN, 860, NULL, "resend"},
    {ARC_REPLY_COPY, EN, 900, NULL, "send it|them again"},
    {ARC_REPLY_COPY, EN, 920, NULL, "not|don|dont have|find|see ~ invoice*|bill"},
    {ARC_REPLY_COPY, EN, 910, NULL, "not|never|haven|havent|didn|didnt ~ received|receive|got|find|see ~ invoice*|bill"},
    {ARC_REPLY_COPY, EN, 900, NULL, "invoice|bill ~ not|never ~ received|arrived|come"},
    {ARC_REPLY_COPY, HI, 930, NULL, "invoice|bill|statement|ledger|copy ~ ~ bhej*|dena|dijiye|do|chahiye"},
    {ARC_REPLY_COPY, HI, 910, NULL, "invoice|bill nahi mila|mili|aaya|aayi"},
    {ARC_REPLY_DOCUMENT, EN, 910, NULL, "proof of delivery"},
    {ARC_REPLY_DOCUMENT, EN, 910, NULL, "need|send|share|require|want|provide|missing|attach|without ~ po|pod|documents|document|paperwork|certificate|proof|validation|details|breakdown|challan|eway|timesheet*|w9"},
    {ARC_REPLY_DOCUMENT, EN, 900, NULL, "purchase order|po number|no|missing|required|needed|reference"},
    {ARC_REPLY_DOCUMENT, EN, 920, NULL, "upload* ~ portal|system|ariba|coupa"},
    {ARC_REPLY_DOCUMENT, EN, 940, NULL, "portal ~ ~ upload*|show*|aa|nahi|dikh|not|issue|submit*|available"},
    {ARC_REPLY_DOCUMENT, EN, 910, NULL, "submit* ~ portal"},
    {ARC_REPLY_DOCUMENT, HI, 930, NULL, "challan|eway|pod|grn|documents|document|po ~ ~ chahiye|bhej*|mil|nahi|forward|do"},
    {ARC_REPLY_DOCUMENT, HI, 920, NULL, "e way bill"},
    {ARC_REPLY_COPY, DE, 930, NULL, "rechnungskopie|kopie|zweitschrift|rechnungsduplikat|kontoauszug|saldenliste|op liste"},
    {ARC_REPLY_COPY, DE, 920, NULL, "rechnung*|kontoauszug ~ ~ zusenden|senden|schicken|zukommen|zuschicken|mailen"},
    {ARC_REPLY_COPY, DE, 920, NULL, "senden|schicken|mailen ~ rechnung*|kopie|beleg*"},
    {ARC_REPLY_COPY, DE, 920, NULL, "rechnung ~ nicht|nie|keine ~ erhalten|vor|bekommen|finden|eingegangen"},
    {ARC_REPLY_COPY, DE, 910, NULL, "keine rechnung ~ erhalten|bekommen|vorliegen"},
    {ARC_REPLY_DOCUMENT, DE, 920, NULL, "lieferschein*|bestellnummer|liefernachweis|abliefernachweis|freistellungsbescheinigung|stundenzettel|leistungsnachweis"},
    {ARC_REPLY_DOCUMENT, DE, 920, NULL, "portal ~ hochladen|einstellen|hochgeladen"},
    {ARC_REPLY_COPY, FR, 930, NULL, "copie|duplicata|releve ~ facture*|compte"},
    {ARC_REPLY_COPY, FR, 920, NULL, "envoyer|renvoyer|transmettre|adresser|envoyez|renvoyez|transmettez ~ facture*|copie|duplicata|releve"},
    {ARC_REPLY_COPY, FR, 920, NULL, "pas|jamais recu|trouve|trouvons ~ facture*"},
    {ARC_REPLY_DOCUMENT, FR, 920, NULL, "bon de commande|livraison"},
    {ARC_REPLY_DOCUMENT, FR, 920, NULL, "preuve de livraison"},
    {ARC_REPLY_DOCUMENT, FR, 920, NULL, "deposer|charger ~ portail|chorus"},
    {ARC_REPLY_COPY, ES, 930, NULL, "copia|duplicado|extracto ~ factura*|cuenta"},
    {ARC_REPLY_COPY, ES, 920, NULL, "envi*|reenvi*|mand*|remit*|facilit* ~ factura*|copia|extracto"},
    {ARC_REPLY_COPY, ES, 920, NULL, "no ~ recibi*|encontr*|localiz* ~ factura*"},
    {ARC_REPLY_DOCUMENT, ES, 920, NULL, "albaran*|orden de compra|comprobante de entrega"},
    {ARC_REPLY_DOCUMENT, ES, 920, NULL, "numero de pedido|orden"},
    {ARC_REPLY_DOCUMENT, ES, 920, NULL, "subir|cargar ~ portal|plataforma"},

    /* plans and hardship */
    {ARC_REPLY_PLAN, ALL, 930, NULL, "instalment*|installment*"},
    {ARC_REPLY_PLAN, EN, 950, NULL, "payment|repayment plan|arrangement|schedule"},
    {ARC_REPLY_PLAN, EN, 920, NULL, "spread|split ~ payment*|it|cost|over|into|amount|balance"},
    {ARC_REPLY_PLAN, EN, 920, NULL, "pay ~ monthly|weekly|parts|bits|stages"},
    {ARC_REPLY_PLAN, EN, 910, NULL, "monthly|smaller payments"},
    {ARC_REPLY_PLAN, EN, 920, NULL, "cannot|unable|cant ~ afford|pay|manage"},
    {ARC_REPLY_PLAN, EN, 920, NULL, "can t|not ~ afford|pay|manage"},
    {ARC_REPLY_PLAN, EN, 930, NULL, "pay ~ gradually|over"},
    {ARC_REPLY_PLAN, EN, 910, NULL, "money|cash|funds|budget ~ tight|short"},
    {ARC_REPLY_PLAN, EN, 910, NULL, "tough|hard|difficult ~ time|times|situation|financially|financial"},
    {ARC_REPLY_PLAN, EN, 910, NULL, "gradually"},
    {ARC_REPLY_PLAN, EN, 900, NULL, "cash flow|flows"},
    {ARC_REPLY_PLAN, EN, 920, NULL, "financial|financially ~ difficult*|hardship|trouble|struggling|situation|problems"},
    {ARC_REPLY_PLAN, EN, 900, NULL, "hardship|struggling|cashflow|unemployed|bereavement"},
    {ARC_REPLY_PLAN, EN, 920, NULL, "lost|lose|laid my|our job|off|biggest|largest|main"},
    {ARC_REPLY_PLAN, EN, 910, NULL, "passed away|illness|hospital"},
    {ARC_REPLY_PLAN, EN, 900, NULL, "illness|hospitali*|sick"},
    {ARC_REPLY_PLAN, EN, 920, NULL, "settle* ~ ~ less|lower|reduced|discount"},
    {ARC_REPLY_PLAN, EN, 900, NULL, "more|extra|extend* time|days|weeks|deadline"},
    {ARC_REPLY_PLAN, HI, 940, NULL, "thoda thoda|karke"},
    {ARC_REPLY_PLAN, HI, 940, NULL, "ek saath|baar ~ ~ possible|nahi|mushkil|arrange|dena"},
    {ARC_REPLY_PLAN, HI, 920, NULL, "cash|paisa|paise|business|market ~ nahi|available|tight|slow|issue|problem"},
    {ARC_REPLY_PLAN, HI, 930, NULL, "full|pura ~ ~ possible|mushkil"},
    {ARC_REPLY_PLAN, HI, 900, NULL, "customers|customer|clients ~ ~ nahi|pending|atke|fase"},
    {ARC_REPLY_PLAN, DE, 950, NULL, "ratenzahlung|raten|ratenplan|teilzahlung*|zahlungsplan|ratenvereinbarung|zahlungsaufschub|stundung"},
    {ARC_REPLY_PLAN, DE, 930, NULL, "liquiditat*|zahlungsschwierigkeiten|engpass"},
    {ARC_REPLY_PLAN, DE, 930, NULL, "nicht|konnen|kann ~ ~ nicht zahlen|bezahlen|aufbringen"},
    {ARC_REPLY_PLAN, DE, 930, NULL, "mehr|etwas zeit|aufschub"},
    {ARC_REPLY_PLAN, FR, 950, NULL, "echeancier|echelonn*|mensualites|etaler|etalement"},
    {ARC_REPLY_PLAN, FR, 930, NULL, "plusieurs fois|versements|echeances"},
    {ARC_REPLY_PLAN, FR, 930, NULL, "difficultes|problemes|probleme financieres|financiers|tresorerie|de"},
    {ARC_REPLY_PLAN, FR, 930, NULL, "pouvons|peux|pouvoir pas ~ payer|regler"},
    {ARC_REPLY_PLAN, FR, 920, NULL, "delai|report ~ paiement|supplementaire"},
    {ARC_REPLY_PLAN, ES, 950, NULL, "plazos|cuotas|fraccion*|aplaz*"},
    {ARC_REPLY_PLAN, ES, 940, NULL, "plan|calendario de pago*"},
    {ARC_REPLY_PLAN, ES, 930, NULL, "dificultades|problemas economic*|de|financier*|liquidez"},
    {ARC_REPLY_PLAN, ES, 930, NULL, "no podemos|puedo ~ pagar|abonar"},

    /* held up inside */
    {ARC_REPLY_PROCESS, EN, 880, NULL, "await*|wait*|pending|needs|need|requires ~ approval|sign|authori*|verification|approved|audit|director|manager|filing"},
    {ARC_REPLY_PROCESS, EN, 880, NULL, "approval|verification|audit|filing|reconciliation ~ pending|awaited|process|going|complete*|wait|underway"},
    {ARC_REPLY_PROCESS, EN, 880, NULL, "under|in review|process|approval|verification|audit"},
    {ARC_REPLY_PROCESS, EN, 870, NULL, "on hold"},
    {ARC_REPLY_PROCESS, EN, 870, NULL, "payment cycle|cycles|batch|release"},
    {ARC_REPLY_PROCESS, HI, 900, NULL, "hold|rok* ~ hai|karne|kiya|rakha"},
    {ARC_REPLY_PROCESS, HI, 900, NULL, "approval|approve|filing|audit|sign ~ ~ pending|wait|nahi|baad|chal|hai|mila|baki|hone"},
    {ARC_REPLY_PROCESS, HI, 890, NULL, "next batch|cycle|run ~"},
    {ARC_REPLY_PROCESS, HI, 890, NULL, "manager|owner|boss|director|sir|management ~ ~ approval|mana|bola|travel|sign|approve"},
    {ARC_REPLY_PROCESS, DE, 880, NULL, "freigabe|prufung|genehmigung ~ aus|lauft|offen|noch|ausstehend|warten"},
    {ARC_REPLY_PROCESS, DE, 880, NULL, "in|zur|intern* prufung|klarung|freigabe|bearbeitung"},
    {ARC_REPLY_PROCESS, DE, 880, NULL, "noch nicht freigegeben|genehmigt|gepruft"},
    {ARC_REPLY_PROCESS, FR, 880, NULL, "attente|cours de|d ~ validation|approbation|signature|traitement|verification|accord"},
    {ARC_REPLY_PROCESS, ES, 880, NULL, "pendiente|espera|proceso|falta de|la ~ aprobacion|autorizacion|firma|validacion|revision|aprobar"},

    /* promises */
    {ARC_REPLY_PROMISE, EN, 900, NULL, "will|shall|ll|can|promise|commit|intend|plan|planning|going ~ pay|clear|settle|transfer|release|process|deposit|remit|wire|paying|send|clearing"},
    {ARC_REPLY_PROMISE, EN, 890, NULL, "will|shall|ll|to be|is|gets|get|been ~ paid|cleared|settled|transferred|released|scheduled|processed|made"},
    {ARC_REPLY_PROMISE, EN, 900, NULL, "payment|transfer|it|amount|balance|rest|remainder ~ by|on|in|scheduled|tomorrow|next|goes|for monday|tuesday|wednesday|thursday|friday|tomorrow|week|month|out|end|the|next"},
    {ARC_REPLY_PROMISE, EN, 900, NULL, "scheduled|due|set|included|plan* ~ for|on|in ~ payment|run|friday|monday|tuesday|wednesday|thursday|next|the"},
    {ARC_REPLY_PROMISE, EN, 880, NULL, "next|our payment run"},
    {ARC_REPLY_PROMISE, EN, 870, NULL, "expect|have ~ payment|money|funds ~ by|on|next|tomorrow"},
    {ARC_REPLY_PROMISE, EN, 870, NULL, "pay|paying|settle|clear|transfer ~ today|now|tomorrow|immediately|away|full|friday|monday|next"},
    {ARC_REPLY_PROMISE, EN, 900, NULL, "promise|commit ~ pay|paying|payment"},
    {ARC_REPLY_PROMISE, EN, 880, NULL, "can|will release|clear|pay"},
    {ARC_REPLY_PROMISE, EN, 870, NULL, "remaining|rest|balance|scheduled ~ by|on|in|for|clear"},
    {ARC_REPLY_PROMISE, EN, 860, NULL, "ready|want|like|let|happy|able to|me ~ pay|settle|clear"},
    {ARC_REPLY_PROMISE, EN, 860, NULL, "take|process|make|send|arrang* ~ payment|transfer|card|funds"},
    {ARC_REPLY_PROMISE, HI, 900, NULL, "kar|de|bhej|clear|kara|karwa ~ dunga|denge|deta|dete|doonga|dungi|dega|lenge|dung|deti|du"},
    {ARC_REPLY_PROMISE, HI, 890, NULL, "clear|payment|pay|release ~ karenge|karunga|karte|karta|honge|hoga|jayega|jayegi|karungi|honge|dekh"},
    {ARC_REPLY_PROMISE, HI, 860, NULL, "ho|mil|aa jayega|jayegi|jaega"},
    {ARC_REPLY_PROMISE, HI, 860, NULL, "kal|aaj|parso|monday|friday|subah|shaam ~ tak|ko|pakka"},
    {ARC_REPLY_PROMISE, HI, 860, NULL, "abhi karta|karti|karte|deta"},
    {ARC_REPLY_PROMISE, DE, 900, NULL, "werden|werde|wird|konnen|kann ~ uberweisen|zahlen|bezahlen|begleichen|anweisen|bezahlt|uberwiesen|beglichen|angewiesen|gezahlt|veranlassen"},
    {ARC_REPLY_PROMISE, DE, 890, NULL, "werden|werde|wird ~ ~ uberweisen|zahlen|bezahlen|begleichen|anweisen|bezahlt|uberwiesen|beglichen|angewiesen|gezahlt"},
    {ARC_REPLY_PROMISE, DE, 890, NULL, "zahlung|uberweisung|betrag|geld ~ erfolgt|kommt|geht|folgt ~ am|bis|ende|mit|nachste|morgen|in|im|heute"},
    {ARC_REPLY_PROMISE, DE, 880, NULL, "uberweise|uberweisen|zahle|zahlen|begleichen|bezahle|bezahlen ~ bis|am|morgen|heute|ende|nachste|zum|im|in|mit"},
    {ARC_REPLY_PROMISE, DE, 880, NULL, "zahllauf|zahlungslauf"},
    {ARC_REPLY_PROMISE, FR, 900, NULL, "allons|vais|va|pouvons ~ payer|regler|virer|proceder|effectuer"},
    {ARC_REPLY_PROMISE, FR, 900, NULL, "paierons|paierai|reglerons|reglerai|effectuerons|effectuerai|virerons|procederons"},
    {ARC_REPLY_PROMISE, FR, 900, NULL, "sera|seront|serez|est ~ paye*|regle*|effectue*|prevu*|vire*"},
    {ARC_REPLY_PROMISE, FR, 890, NULL, "paiement|reglement|virement ~ prevu|interviendra|partira|aura|programme"},
    {ARC_REPLY_PROMISE, ES, 900, NULL, "pagaremos|pagare|abonaremos|abonare|transferiremos|liquidaremos|realizaremos|efectuaremos|pagara|haremos"},
    {ARC_REPLY_PROMISE, ES, 900, NULL, "vamos|voy|va a ~ pagar|abonar|transferir|liquidar|realizar|efectuar|hacer"},
    {ARC_REPLY_PROMISE, ES, 890, NULL, "pago|transferencia|factura ~ realizara|hara|efectuara|saldra|previsto|programado|prevista|programada|sera|pagara"},
    {ARC_REPLY_PROMISE, ES, 890, NULL, "se pagara|abonara|realizara|liquidara"},

    /* thanks */
    {ARC_REPLY_THANKS, EN, 850, NULL, "thanks|thank|thx"},
    {ARC_REPLY_THANKS, DE, 850, NULL, "danke|dank"},
    {ARC_REPLY_THANKS, FR, 850, NULL, "merci"},
    {ARC_REPLY_THANKS, ES, 850, NULL, "gracias"},
};
#undef EN
#undef DE
#undef FR
#undef ES
#undef HI
#undef ALL

/* ---- phrases ---- */

static int reader_word_fits(const reader_text *t, size_t i, const char *item, size_t size) {
  const reader_word *w = arc__reader_word(t, i);
  const char *folded = (const char *)t->folded.data + w->folded;
  for (size_t at = 0; at < size;) {
    size_t n = 0;
    while (at + n < size && item[at + n] != '|')
      n++;
    int open = n > 0 && item[at + n - 1] == '*';
    size_t letters = n - (size_t)open;
    if (w->size >= letters && (open || w->size == letters) && memcmp(folded, item + at, letters) == 0) return 1;
    at += n + 1;
  }
  return 0;
}

/* The next word in the sentence from i on, signs left out; t->count if there is none. */
static size_t reader_next_in(const reader_text *t, size_t i, uint32_t sentence) {
  while (i < t->count && arc__reader_word(t, i)->type == READER_SIGN)
    i++;
  return i < t->count && arc__reader_word(t, i)->sentence == sentence ? i : t->count;
}

/* Behind the last word that the rest of a phrase takes from i on; 0: it is not there. Two gaps at most nest. */
static size_t reader_fits(const reader_text *t, size_t i, const char *phrase, uint32_t sentence) {
  while (*phrase == '~' || *phrase == ' ') {
    if (*phrase++ != '~') continue;
    while (*phrase == ' ')
      phrase++;
    if (!*phrase) return i;
    size_t at = i;
    for (int gap = 0; gap <= 3; gap++) {
      at = reader_next_in(t, at, sentence);
      if (at == t->count) return 0;
      size_t end = reader_fits(t, at, phrase, sentence);
      if (end) return end;
      at++;
    }
    return 0;
  }
  if (!*phrase) return i;
  size_t size = strcspn(phrase, " ");
  i = reader_next_in(t, i, sentence);
  if (i == t->count || !reader_word_fits(t, i, phrase, size)) return 0;
  return reader_fits(t, i + 1, phrase + size, sentence);
}

/* ---- what turns a phrase around ---- */

static int reader_negates(const reader_text *t, size_t i) {
  return arc__reader_among(t, i, "not no never cannot cant didnt dont havent hasnt won wont without unless nicht kein keine keinen nie "
                                 "weder pas jamais aucun nunca sin nahi nahin mat unable") ||
         (arc__reader_is(t, i, "t") && i > 1);
}

/* A negation within a phrase or three words before it. */
static int reader_negated(const reader_text *t, size_t first, size_t end) {
  uint32_t sentence = arc__reader_word(t, first)->sentence;
  for (size_t i = first > 3 ? first - 3 : 0; i < end + 2 && i < t->count; i++) {
    if (arc__reader_word(t, i)->sentence != sentence) continue;
    if (i >= end && !arc__reader_among(t, i, "nicht nahi pas nahin")) continue;
    if (reader_negates(t, i)) return 1;
  }
  return 0;
}

static int reader_sentence_has(const reader_text *t, size_t from, const char *list) {
  uint32_t sentence = arc__reader_word(t, from)->sentence;
  size_t i = from;
  while (i > 0 && arc__reader_word(t, i - 1)->sentence == sentence)
    i--;
  for (; i < t->count && arc__reader_word(t, i)->sentence == sentence; i++)
    if (arc__reader_among(t, i, list)) return 1;
  return 0;
}

static int reader_text_has(const reader_text *t, const char *list) {
  for (size_t i = 0; i < t->count; i++)
    if (arc__reader_among(t, i, list)) return 1;
  return 0;
}

/* ---- the kinds ---- */

static int32_t reader_rule_score(const reader_text *t, const reader_rule *rule, size_t first, size_t end) {
  static const char *const doubt = "maybe perhaps might unsure if whether vielleicht eventuell ob falls wenn peutetre si quizas quiza tal shayad ya "
                                   "could would should";
  int32_t score = rule->score * 1000;
  int promises = rule->kind == ARC_REPLY_PROMISE || rule->kind == ARC_REPLY_PAID;
  if ((promises || rule->kind == ARC_REPLY_THANKS) && reader_negated(t, first, end)) return 0;
  if (rule->kind == ARC_REPLY_DISPUTE && strncmp(rule->phrase, "disput", 6) == 0 &&
      (reader_sentence_has(t, first, "resolved settled closed withdrawn") || (first > 1 && arc__reader_is(t, first - 2, "not"))))
    return 0;
  /* Spanish "ya" says it is done; elsewhere it may be the doubt of "ya nahi". */
  if (promises && reader_sentence_has(t, first, doubt) && !(t->language == READER_ES && !reader_sentence_has(t, first, "si quizas quiza tal")))
    score = score / 10 * 6;
  if (promises && reader_sentence_has(t, first, "?")) score = score / 10 * 5;
  return score;
}

static void reader_add_hit(reader_kind *kind, const reader_rule *rule, int32_t score, size_t first, size_t end) {
  if (score <= 0) return;
  if (kind->score == 0 || score > kind->score) {
    kind->first = first;
    kind->count = end - first;
    kind->detail = rule->detail;
  }
  /* Another phrase takes away a fifth of what is missing. */
  int32_t best = score > kind->score ? score : kind->score;
  kind->score = kind->score == 0 ? score : best + (1000000 - best) / 5;
}

static void reader_settle(const reader_text *t, reader_kind *kinds) {
  static const char *const other_business = "card cards atm pin app topup withdraw withdrawal exchange passport identity beneficiary recipient "
                                            "merchant atms apple google visa mastercard declined savings checking debit subscription rent mortgage "
                                            "electricity cable utility utilities water gas insurance refund reimbursement fee fees transaction "
                                            "transactions statement account transfer transfers bank balance cash";
  static const char *const own_business = "invoice invoices inv reminder overdue outstanding rechnung mahnung facture relance factura recordatorio "
                                          "bill po gst utr supplier vendor instalment instalments delivery we our us debt dispute plan";
  int far = t->language == READER_EN && reader_text_has(t, other_business) && !reader_text_has(t, own_business);
  int asks = arc__reader_among(t, 0, "how what why when where who which is are does do could");
  for (int k = 0; k < READER_KINDS; k++) {
    if (k == ARC_REPLY_OPT_OUT || k == ARC_REPLY_LEGAL || k == ARC_REPLY_ABSENT) continue;
    int wish = k == ARC_REPLY_PLAN || k == ARC_REPLY_COPY || k == ARC_REPLY_DOCUMENT;
    if (far || (asks && !wish && !reader_text_has(t, own_business))) kinds[k].score = kinds[k].score / 10 * 5;
  }
  /* Who cannot pay at once promises nothing yet; a reason for not paying is more than the promise after it; thanks are a
   * kind where nothing else is. An out-of-office text names many things and means one. */
  if (kinds[ARC_REPLY_ABSENT].score)
    for (int k = 1; k < READER_KINDS; k++)
      if (k != ARC_REPLY_ABSENT && k != ARC_REPLY_WRONG_CONTACT) kinds[k].score = 0;
  /* "We transferred the amount on Monday" looks back, unless something is still to come. */
  const reader_kind *paid = &kinds[ARC_REPLY_PAID], *promise = &kinds[ARC_REPLY_PROMISE];
  if (paid->score >= READER_LEAST && promise->score && arc__reader_word(t, paid->first)->sentence == arc__reader_word(t, promise->first)->sentence &&
      !reader_sentence_has(t, promise->first, "will shall ll can going promise rest remaining remainder balance next tomorrow werden werde wird "
                                              "morgen allons vais sera reste demain pagaremos pagare resto vamos denge dunga karenge karunga baki"))
    kinds[ARC_REPLY_PROMISE].score = 0;
  for (int k = 1; k < READER_KINDS; k++)
    if (k != ARC_REPLY_THANKS && kinds[k].score >= READER_LEAST) kinds[ARC_REPLY_THANKS].score = 0;
  for (int k = 0; k < READER_KINDS; k++)
    if (kinds[k].score < READER_LEAST) memset(&kinds[k], 0, sizeof kinds[k]);
}

void arc__reader_kinds(const reader_text *t, reader_kind kinds[READER_KINDS]) {
  memset(kinds, 0, READER_KINDS * sizeof *kinds);
  if (t->count == 0) return;
  for (size_t r = 0; r < sizeof reader_rules / sizeof reader_rules[0]; r++) {
    const reader_rule *rule = &reader_rules[r];
    if (!(rule->languages & t->language)) continue;
    size_t head = strcspn(rule->phrase, " ");
    for (size_t i = 0; i < t->count; i++) {
      const reader_word *w = arc__reader_word(t, i);
      if (w->type == READER_SIGN || !reader_word_fits(t, i, rule->phrase, head)) continue;
      size_t end = reader_fits(t, i, rule->phrase, w->sentence);
      if (!end) continue;
      int32_t score = reader_rule_score(t, rule, i, end);
      if (!score) continue;
      reader_add_hit(&kinds[rule->kind], rule, score, i, end);
      break;
    }
  }
  reader_settle(t, kinds);
}
