/* The built-in templates: the build of a mail, a letter and a short message, and what they say in each language and
 * tone. A build names its phrases as @name@; put together they are ordinary templates. */
#include "template_internal.h"

#include <string.h>

/* ---- phrases ---- */

enum {
  BUILT_TAG,
  BUILT_COLON,
  BUILT_HELLO,
  BUILT_DEAR,
  BUILT_INVOICE,
  BUILT_ISSUED,
  BUILT_DUE,
  BUILT_AMOUNT,
  BUILT_OPEN,
  BUILT_TOTAL,
  BUILT_RECEIVED,
  BUILT_DISPUTED,
  BUILT_CREDITS,
  BUILT_PAY_TO,
  BUILT_HOLDER,
  BUILT_ACCOUNT,
  BUILT_BANK,
  BUILT_REFERENCE,
  BUILT_ONLINE,
  BUILT_BUTTON,
  BUILT_CUSTOMER,
  BUILT_REGARDS,
  BUILT_YOURS,
  BUILT_PHRASES
};

enum { BUILT_SUBJECT, BUILT_OPENING, BUILT_CLOSING, BUILT_BRIEF, BUILT_TONE_PHRASES };

static const char *const built_in_names[] = {"tag", "colon", "hello", "dear", "invoice", "issued", "due", "amount", "open",
                                             "total", "received", "disputed", "credits", "pay to", "holder", "account",
                                             "bank", "reference", "online", "button", "customer", "regards", "yours"};
static const char *const built_in_tone_names[] = {"subject", "opening", "closing", "brief"};

typedef struct built_in_language {
  const char *phrases[BUILT_PHRASES];
  const char *tones[4][BUILT_TONE_PHRASES]; /* from ARC_TONE_FRIENDLY on */
} built_in_language;

static const built_in_language built_in_languages[ARC__TEMPLATE_LANGUAGES] = {
    {{"en", ":", "{{if contact.name}}Dear {{contact.name}},{{else}}Hello,{{end}}",
      "{{if contact.name}}Dear {{contact.name}},{{else}}Dear Sir or Madam,{{end}}", "Invoice", "Date", "Due", "Amount",
      "Open", "Total due",
      "We have already received {{paid}} towards {{if count = 1}}this invoice{{else}}these invoices{{end}}. Thank you; "
      "it has been deducted.",
      "A disputed amount of {{disputed}} is being looked into and is not part of this request.",
      "{{on_account}} stands to your credit on your account and has not been set off yet. {{if net}}With it set off, "
      "{{net}} remains to be paid.{{else}}It covers this request.{{end}}",
      "Please pay to the following account:", "Account holder", "Account", "Bank", "Reference",
      "You can also pay online", "Pay online", "Customer no.", "Kind regards", "Yours faithfully"},
     {{"{{if days_late > 0}}A friendly reminder: {{amount}} still open{{else}}Coming up: {{amount}} due on "
       "{{oldest_due}}{{end}}",
       "{{if days_late > 0}}It may simply have slipped through: {{if count = 1}}the invoice below was due on "
       "{{oldest_due}} and is{{else}}the invoices below are{{end}} still open with us.{{else}}A short note ahead of "
       "time: {{if count = 1}}the invoice below falls due on {{oldest_due}}.{{else}}the invoices below fall due "
       "shortly.{{end}}{{end}}",
       "If your payment is already on its way, thank you, and please disregard this message. If anything about "
       "{{if count = 1}}the invoice{{else}}the invoices{{end}} is unclear, just reply and we will look into it.",
       "{{sender.name}}: a friendly reminder that {{if count = 1}}invoice {{invoice}}{{else}}{{count}} invoices{{end}} "
       "({{amount}}) {{if days_late > 0}}{{if count = 1}}was{{else}}were{{end}} due on {{oldest_due short}}{{else}}"
       "{{if count = 1}}falls{{else}}fall{{end}} due on {{oldest_due short}}{{end}}. If you have paid already, thank you."},
      {"Payment due: {{amount}}{{if count = 1}}, invoice {{invoice}}{{end}}",
       "{{if days_late > 0}}{{if count = 1}}The invoice below was due on {{oldest_due}}. So far we have not received the "
       "full payment.{{else}}The invoices below have fallen due. So far we have not received the full payment.{{end}}"
       "{{else}}{{if count = 1}}The invoice below is due for payment on {{oldest_due}}.{{else}}The invoices below are "
       "now due for payment.{{end}}{{end}}",
       "Please arrange payment of "
       "{{if net}}{{net}}{{else}}{{amount}}{{end}}. If it has crossed with this message, no further action is needed. If you "
       "have a question about {{if count = 1}}the invoice{{else}}one of the invoices{{end}}, please let us know.",
       "{{sender.name}}: {{if count = 1}}invoice {{invoice}}{{else}}{{count}} invoices{{end}} for {{amount}} "
       "{{if count = 1}}is{{else}}are{{end}} due for payment. Please quote {{pay.reference}}. Paid already? Please "
       "ignore this message."},
      {"Overdue: {{amount}}{{if count = 1}}, invoice {{invoice}}{{end}}",
       "According to our records {{if count = 1}}the invoice below is{{else}}the invoices below are{{end}} overdue"
       "{{if count = 1}} by {{days_late}} {{if days_late = 1}}day{{else}}days{{end}}{{else}}, the oldest by "
       "{{days_late}} {{if days_late = 1}}day{{else}}days{{end}}{{end}}. We have not received full payment, nor "
       "have we been told of a reason to withhold it.",
       "Please pay "
       "{{if net}}{{net}}{{else}}{{amount}}{{end}} by {{deadline}}. If something stands in the way, tell us now, so that we can find a "
       "solution together. If you have paid in the last few days, please disregard this message.",
       "{{sender.name}}: {{amount}} is overdue ({{if count = 1}}invoice {{invoice}}{{else}}{{count}} invoices{{end}}). "
       "Please pay by {{deadline short}} or contact us. Reference {{pay.reference}}."},
      {"Final notice: {{amount}} overdue",
       "Despite our earlier reminders {{if count = 1}}the invoice below remains{{else}}the invoices below remain{{end}} "
       "unpaid.",
       "This is our final notice. We ask you to pay "
       "{{if net}}{{net}}{{else}}{{amount}}{{end}} in full by {{deadline}}. If we have neither received the "
       "money nor heard from you by then, we will take further steps to recover the debt without another reminder. "
       "This can cause additional costs for you, which we would both rather avoid.",
       "{{sender.name}}: FINAL NOTICE. {{amount}} is unpaid despite our reminders. Please pay by {{deadline short}}, "
       "reference {{pay.reference}}; after that we will take further steps to recover the debt."}}},

    {{"de", ":", "{{if contact.name}}Guten Tag {{contact.name}},{{else}}Guten Tag,{{end}}",
      "{{if contact.name}}Guten Tag {{contact.name}},{{else}}Sehr geehrte Damen und Herren,{{end}}", "Rechnung", "Datum",
      "Fällig am", "Betrag", "Offen", "Offener Gesamtbetrag",
      "Auf {{if count = 1}}diese Rechnung{{else}}diese Rechnungen{{end}} haben wir bereits {{paid}} erhalten. Vielen "
      "Dank; der Betrag ist berücksichtigt.",
      "Ein strittiger Betrag von {{disputed}} wird noch geklärt und ist hier nicht enthalten.",
      "Auf Ihrem Kundenkonto stehen {{on_account}} zu Ihren Gunsten, die noch nicht verrechnet sind. {{if net}}Nach "
      "Verrechnung bleiben {{net}} zu zahlen.{{else}}Damit ist diese Forderung gedeckt.{{end}}",
      "Bitte überweisen Sie auf folgendes Konto:", "Empfänger", "Konto", "Bank", "Verwendungszweck",
      "Sie können auch online bezahlen", "Online bezahlen", "Kundennummer", "Freundliche Grüße", "Mit freundlichen Grüßen"},
     {{"{{if days_late > 0}}Kleine Erinnerung: {{amount}} noch offen{{else}}Zur Erinnerung: {{amount}} fällig am "
       "{{oldest_due}}{{end}}",
       "{{if days_late > 0}}vielleicht ist es nur untergegangen: {{if count = 1}}Die folgende Rechnung war am "
       "{{oldest_due}} fällig und ist{{else}}Die folgenden Rechnungen sind{{end}} bei uns noch offen.{{else}}ein kurzer "
       "Hinweis vorab: {{if count = 1}}Die folgende Rechnung wird am {{oldest_due}} fällig.{{else}}Die folgenden "
       "Rechnungen werden in Kürze fällig.{{end}}{{end}}",
       "Falls Ihre Zahlung bereits unterwegs ist, danken wir Ihnen; dann ist diese Nachricht gegenstandslos. Sollte "
       "etwas unklar sein, genügt eine kurze Antwort, und wir kümmern uns darum.",
       "{{sender.name}}: Kleine Erinnerung, {{if count = 1}}Rechnung {{invoice}}{{else}}{{count}} Rechnungen{{end}} über "
       "{{amount}} {{if days_late > 0}}{{if count = 1}}war{{else}}waren{{end}} am {{oldest_due short}} fällig{{else}}"
       "{{if count = 1}}wird{{else}}werden{{end}} am {{oldest_due short}} fällig{{end}}. Schon bezahlt? Dann vielen Dank."},
      {"Zahlung fällig: {{amount}}{{if count = 1}}, Rechnung {{invoice}}{{end}}",
       "{{if days_late > 0}}{{if count = 1}}die folgende Rechnung war am {{oldest_due}} fällig.{{else}}die folgenden "
       "Rechnungen sind fällig.{{end}} Bisher ist die Zahlung nicht oder nicht vollständig bei uns eingegangen."
       "{{else}}{{if count = 1}}die folgende Rechnung ist am {{oldest_due}} zur Zahlung fällig.{{else}}die folgenden "
       "Rechnungen sind jetzt zur Zahlung fällig.{{end}}{{end}}",
       "Bitte veranlassen Sie die Zahlung von "
       "{{if net}}{{net}}{{else}}{{amount}}{{end}}. Sollte sie sich mit dieser Nachricht überschnitten haben, "
       "brauchen Sie nichts weiter zu tun. Bei Fragen zu {{if count = 1}}der Rechnung{{else}}den Rechnungen{{end}} "
       "melden Sie sich bitte bei uns.",
       "{{sender.name}}: {{if count = 1}}Rechnung {{invoice}}{{else}}{{count}} Rechnungen{{end}} über {{amount}} "
       "{{if count = 1}}ist{{else}}sind{{end}} zur Zahlung fällig. Verwendungszweck: {{pay.reference}}. Schon bezahlt? "
       "Dann ist diese Nachricht gegenstandslos."},
      {"Zahlungserinnerung: {{amount}} überfällig{{if count = 1}}, Rechnung {{invoice}}{{end}}",
       "nach unseren Unterlagen {{if count = 1}}ist die folgende Rechnung seit {{days_late}} {{if days_late = 1}}Tag"
       "{{else}}Tagen{{end}} überfällig{{else}}sind die folgenden Rechnungen überfällig, die älteste seit {{days_late}} "
       "{{if days_late = 1}}Tag{{else}}Tagen{{end}}{{end}}. Eine vollständige Zahlung haben wir nicht erhalten, und ein "
       "Grund für die Verzögerung ist uns nicht bekannt.",
       "Bitte zahlen Sie "
       "{{if net}}{{net}}{{else}}{{amount}}{{end}} bis zum {{deadline}}. Wenn der Zahlung etwas entgegensteht, sagen Sie es uns bitte "
       "jetzt, damit wir gemeinsam eine Lösung finden. Haben Sie in den letzten Tagen bereits gezahlt, betrachten Sie "
       "diese Nachricht bitte als gegenstandslos.",
       "{{sender.name}}: {{amount}} sind überfällig ({{if count = 1}}Rechnung {{invoice}}{{else}}{{count}} Rechnungen"
       "{{end}}). Bitte zahlen Sie bis {{deadline short}} oder melden Sie sich. Verwendungszweck: {{pay.reference}}."},
      {"Letzte Mahnung: {{amount}} überfällig",
       "trotz unserer Erinnerungen {{if count = 1}}ist die folgende Rechnung{{else}}sind die folgenden Rechnungen{{end}} "
       "weiterhin nicht bezahlt.",
       "Dies ist unsere letzte Mahnung. Wir fordern Sie auf, "
       "{{if net}}{{net}}{{else}}{{amount}}{{end}} vollständig bis zum {{deadline}} zu zahlen. "
       "Ist bis dahin weder das Geld noch eine Nachricht von Ihnen bei uns eingegangen, leiten wir ohne weitere "
       "Ankündigung die nächsten Schritte zur Beitreibung ein. Dadurch können Ihnen zusätzliche Kosten entstehen, die "
       "sich jetzt noch vermeiden lassen.",
       "{{sender.name}}: LETZTE MAHNUNG. {{amount}} sind trotz Erinnerung nicht bezahlt. Bitte zahlen Sie bis "
       "{{deadline short}}, Verwendungszweck: {{pay.reference}}. Danach leiten wir die Beitreibung ein."}}},

    {{"fr", " :", "{{if contact.name}}Bonjour {{contact.name}},{{else}}Bonjour,{{end}}", "Madame, Monsieur,", "Facture", "Date",
      "Échéance", "Montant", "Reste dû", "Total à régler",
      "Nous avons déjà reçu {{paid}} au titre de {{if count = 1}}cette facture{{else}}ces factures{{end}}. Nous vous en "
      "remercions ; cette somme a été déduite.",
      "Un montant contesté de {{disputed}} est en cours d'examen et n'est pas compris dans cette demande.",
      "Votre compte présente un avoir de {{on_account}} qui n'a pas encore été imputé. {{if net}}Après imputation, il "
      "reste {{net}} à régler.{{else}}Il couvre la présente demande.{{end}}",
      "Merci d'effectuer votre règlement sur le compte suivant :", "Titulaire", "Compte", "Banque", "Référence",
      "Vous pouvez aussi payer en ligne", "Payer en ligne", "N° client", "Cordialement",
      "Nous vous prions d'agréer, Madame, Monsieur, l'expression de nos salutations distinguées."},
     {{"{{if days_late > 0}}Petit rappel : {{amount}} en attente{{else}}À venir : {{amount}} à échéance du {{oldest_due}}"
       "{{end}}",
       "{{if days_late > 0}}Il s'agit peut-être d'un simple oubli : {{if count = 1}}la facture ci-dessous, échue le "
       "{{oldest_due}}, n'est pas encore réglée{{else}}les factures ci-dessous ne sont pas encore réglées{{end}}."
       "{{else}}Un petit mot à l'avance : {{if count = 1}}la facture ci-dessous arrive à échéance le {{oldest_due}}."
       "{{else}}les factures ci-dessous arrivent bientôt à échéance.{{end}}{{end}}",
       "Si votre règlement est déjà en route, nous vous en remercions et vous prions de ne pas tenir compte de ce "
       "message. Si un point vous semble obscur, il suffit de nous répondre et nous ferons le nécessaire.",
       "{{sender.name}} : petit rappel, {{if count = 1}}la facture {{invoice}}{{else}}{{count}} factures{{end}} "
       "({{amount}}) {{if days_late > 0}}{{if count = 1}}était échue{{else}}étaient échues{{end}} le "
       "{{oldest_due short}}{{else}}{{if count = 1}}arrive{{else}}arrivent{{end}} à échéance le {{oldest_due short}}"
       "{{end}}. Si vous avez déjà payé, merci."},
      {"Échéance de paiement : {{amount}}{{if count = 1}}, facture {{invoice}}{{end}}",
       "{{if days_late > 0}}{{if count = 1}}La facture ci-dessous était à régler le {{oldest_due}}.{{else}}Les factures "
       "ci-dessous sont échues.{{end}} À ce jour, nous n'avons pas reçu la totalité du paiement.{{else}}"
       "{{if count = 1}}La facture ci-dessous est à régler le {{oldest_due}}.{{else}}Les factures ci-dessous sont à "
       "régler dès maintenant.{{end}}{{end}}",
       "Nous vous remercions de bien vouloir procéder au règlement de "
       "{{if net}}{{net}}{{else}}{{amount}}{{end}}. S'il s'est croisé avec ce message, "
       "vous n'avez rien d'autre à faire. Pour toute question sur {{if count = 1}}la facture{{else}}ces factures{{end}}, "
       "n'hésitez pas à nous écrire.",
       "{{sender.name}} : {{if count = 1}}la facture {{invoice}} est{{else}}{{count}} factures sont{{end}} à régler "
       "({{amount}}). Référence : {{pay.reference}}. Déjà payé ? Ne tenez pas compte de ce message."},
      {"Retard de paiement : {{amount}}{{if count = 1}}, facture {{invoice}}{{end}}",
       "D'après nos comptes, {{if count = 1}}la facture ci-dessous est en retard de {{days_late}} {{if days_late = 1}}"
       "jour{{else}}jours{{end}}{{else}}les factures ci-dessous sont en retard, la plus ancienne de {{days_late}} "
       "{{if days_late = 1}}jour{{else}}jours{{end}}{{end}}. Nous n'avons pas reçu la totalité du paiement, et aucun "
       "motif de retard ne nous a été signalé.",
       "Nous vous demandons de régler "
       "{{if net}}{{net}}{{else}}{{amount}}{{end}} au plus tard le {{deadline}}. Si quelque chose s'y oppose, dites-le-nous dès "
       "maintenant afin que nous trouvions une solution ensemble. Si vous avez payé ces derniers jours, veuillez ne pas "
       "tenir compte de ce message.",
       "{{sender.name}} : {{amount}} en retard ({{if count = 1}}facture {{invoice}}{{else}}{{count}} factures{{end}}). "
       "Merci de payer au plus tard le {{deadline short}} ou de nous contacter. Référence : {{pay.reference}}."},
      {"Dernier rappel avant recouvrement : {{amount}}",
       "Malgré nos rappels, {{if count = 1}}la facture ci-dessous reste impayée{{else}}les factures ci-dessous restent "
       "impayées{{end}}.",
       "Ceci est notre dernier rappel. Nous vous mettons en demeure de régler la somme de "
       "{{if net}}{{net}}{{else}}{{amount}}{{end}} au plus tard le "
       "{{deadline}}. Sans paiement ni réponse de votre part à cette date, nous engagerons sans autre avis les démarches "
       "de recouvrement. Elles peuvent entraîner pour vous des frais supplémentaires, qu'il est encore temps d'éviter.",
       "{{sender.name}} : DERNIER RAPPEL. {{amount}} restent impayés. Merci de payer au plus tard le {{deadline short}}, "
       "référence {{pay.reference}} ; passé cette date, nous engagerons le recouvrement."}}},

    {{"es", ":", "{{if contact.name}}Hola, {{contact.name}}:{{else}}Buenos días:{{end}}", "Estimados señores:", "Factura",
      "Fecha", "Vencimiento", "Importe", "Pendiente", "Total pendiente",
      "Ya hemos recibido {{paid}} a cuenta de {{if count = 1}}esta factura{{else}}estas facturas{{end}}. Se lo "
      "agradecemos; el importe está descontado.",
      "Un importe en disputa de {{disputed}} está en revisión y no forma parte de esta solicitud.",
      "En su cuenta hay {{on_account}} a su favor que aún no se han compensado. {{if net}}Una vez compensados, quedan "
      "{{net}} por pagar.{{else}}Cubren esta solicitud.{{end}}",
      "Le rogamos que realice el pago en la siguiente cuenta:", "Titular", "Cuenta", "Banco", "Referencia",
      "También puede pagar en línea", "Pagar en línea", "N.º de cliente", "Un cordial saludo", "Atentamente"},
     {{"{{if days_late > 0}}Un recordatorio: {{amount}} pendientes{{else}}Próximo vencimiento: {{amount}} el {{oldest_due}}"
       "{{end}}",
       "{{if days_late > 0}}Puede que se le haya pasado: {{if count = 1}}la factura siguiente venció el {{oldest_due}} y "
       "sigue pendiente{{else}}las facturas siguientes siguen pendientes{{end}} de pago.{{else}}Le escribimos con un poco "
       "de antelación: {{if count = 1}}la factura siguiente vence el {{oldest_due}}.{{else}}las facturas siguientes "
       "vencen en breve.{{end}}{{end}}",
       "Si el pago ya está en camino, muchas gracias; en ese caso no hace falta que haga nada. Si algo no está claro, "
       "basta con que nos responda y lo revisaremos.",
       "{{sender.name}}: le recordamos que {{if count = 1}}la factura {{invoice}}{{else}}{{count}} facturas{{end}} "
       "({{amount}}) {{if days_late > 0}}{{if count = 1}}venció{{else}}vencieron{{end}}{{else}}{{if count = 1}}vence"
       "{{else}}vencen{{end}}{{end}} el {{oldest_due short}}. Si ya ha pagado, gracias."},
      {"Pago pendiente: {{amount}}{{if count = 1}}, factura {{invoice}}{{end}}",
       "{{if days_late > 0}}{{if count = 1}}La factura siguiente venció el {{oldest_due}}.{{else}}Las facturas siguientes "
       "han vencido.{{end}} Hasta ahora no hemos recibido el pago completo.{{else}}{{if count = 1}}La factura siguiente "
       "vence el {{oldest_due}}.{{else}}Las facturas siguientes vencen ahora.{{end}}{{end}}",
       "Le rogamos que efectúe el pago de "
       "{{if net}}{{net}}{{else}}{{amount}}{{end}}. Si se ha cruzado con este mensaje, no hace falta que haga nada más. "
       "Si tiene alguna pregunta sobre {{if count = 1}}la factura{{else}}las facturas{{end}}, póngase en contacto con "
       "nosotros.",
       "{{sender.name}}: {{if count = 1}}la factura {{invoice}} está{{else}}{{count}} facturas están{{end}} pendiente"
       "{{if count > 1}}s{{end}} de pago ({{amount}}). Referencia: {{pay.reference}}. ¿Ya ha pagado? Ignore este mensaje."},
      {"Pago atrasado: {{amount}}{{if count = 1}}, factura {{invoice}}{{end}}",
       "Según nuestros registros, {{if count = 1}}la factura siguiente lleva {{days_late}} {{if days_late = 1}}día"
       "{{else}}días{{end}} de retraso{{else}}las facturas siguientes están vencidas, la más antigua desde hace "
       "{{days_late}} {{if days_late = 1}}día{{else}}días{{end}}{{end}}. No hemos recibido el pago completo ni nos consta "
       "un motivo para el retraso.",
       "Le rogamos que pague "
       "{{if net}}{{net}}{{else}}{{amount}}{{end}} a más tardar el {{deadline}}. Si hay algo que lo impida, díganoslo ahora para que "
       "encontremos juntos una solución. Si ha pagado en los últimos días, no tenga en cuenta este mensaje.",
       "{{sender.name}}: {{amount}} con retraso ({{if count = 1}}factura {{invoice}}{{else}}{{count}} facturas{{end}}). "
       "Pague a más tardar el {{deadline short}} o contacte con nosotros. Referencia: {{pay.reference}}."},
      {"Último aviso: {{amount}} sin pagar",
       "Pese a nuestros recordatorios, {{if count = 1}}la factura siguiente sigue{{else}}las facturas siguientes siguen"
       "{{end}} sin pagar.",
       "Este es nuestro último aviso. Le requerimos el pago íntegro de "
       "{{if net}}{{net}}{{else}}{{amount}}{{end}} a más tardar el {{deadline}}. Si para "
       "entonces no hemos recibido ni el dinero ni noticias suyas, iniciaremos sin nuevo aviso las gestiones de cobro. "
       "Esto puede suponerle gastos adicionales que todavía se pueden evitar.",
       "{{sender.name}}: ÚLTIMO AVISO. {{amount}} sin pagar pese a nuestros recordatorios. Pague a más tardar el "
       "{{deadline short}}, referencia {{pay.reference}}; después iniciaremos las gestiones de cobro."}}},
};

/* ---- builds ---- */

static const char built_in_items_text[] =
    "{{\"@invoice@\" left 17}} {{\"@issued@\" left 11}} {{\"@due@\" left 11}} {{\"@amount@\" right 14}} "
    "{{\"@open@\" right 14}}\n"
    "{{each items}}\n"
    "{{item.number left 17}} {{item.issued short left 11}} {{item.due short left 11}} {{item.amount right 14}} "
    "{{item.open right 14}}\n"
    "{{end}}\n"
    "\n"
    "@total@@colon@ {{amount}}\n"
    "{{if paid}}\n\n@received@\n{{end}}\n"
    "{{if disputed}}\n\n@disputed@\n{{end}}\n"
    "{{if on_account}}\n\n@credits@\n{{end}}\n"
    "\n@closing@\n"
    "{{if pay.account}}\n"
    "\n@pay to@\n"
    "  @holder@@colon@ {{pay.holder}}\n"
    "  @account@@colon@ {{pay.account}}\n"
    "{{if pay.bank}}\n  @bank@@colon@ {{pay.bank}}\n{{end}}\n"
    "  @reference@@colon@ {{pay.reference}}\n"
    "{{end}}\n"
    "{{if pay.link}}\n\n@online@@colon@ {{pay.link}}\n{{end}}\n";

static const char built_in_mail_head[] = "---- subject\n@subject@\n---- text\n@hello@\n\n@opening@\n\n";

static const char built_in_mail_foot[] =
    "\n@regards@\n{{sender.name}}\n"
    "{{if sender.address}}\n{{sender.address}}\n{{end}}\n"
    "{{if sender.contact}}\n{{sender.contact}}\n{{end}}\n";

/* Mail programs know tables and styles of elements, little else. */
static const char built_in_mail_html[] =
    "---- html\n"
    "<!DOCTYPE html>\n<html lang=\"@tag@\">\n<head>\n<meta charset=\"utf-8\" />\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\" />\n"
    "<title>@subject@</title>\n</head>\n"
    "<body style=\"margin:0;padding:0;background:#f3f4f6\">\n"
    "<table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" style=\"background:#f3f4f6\"><tr>"
    "<td align=\"center\" style=\"padding:24px 12px\">\n"
    "<table role=\"presentation\" width=\"600\" cellpadding=\"0\" cellspacing=\"0\" style=\"width:600px;max-width:100%;"
    "background:#ffffff;border:1px solid #e2e5ea;border-radius:6px;font:15px/1.5 Helvetica,Arial,sans-serif;"
    "color:#1f2733\">\n"
    "<tr><td style=\"padding:22px 32px 0;font-size:17px;font-weight:bold\">{{sender.name}}</td></tr>\n"
    "<tr><td style=\"padding:14px 32px 28px\">\n"
    "<p style=\"margin:0 0 14px\">@hello@</p>\n"
    "<p style=\"margin:0 0 18px\">@opening@</p>\n";

static const char built_in_items_html[] =
    "<table cellpadding=\"0\" cellspacing=\"0\" style=\"width:100%;border-collapse:collapse;font-size:14px\">\n"
    "<tr style=\"color:#5b6573;text-align:left\">"
    "<th style=\"padding:6px 8px 6px 0;border-bottom:2px solid #c9ced6;font-weight:normal\">@invoice@</th>"
    "<th style=\"padding:6px 8px;border-bottom:2px solid #c9ced6;font-weight:normal\">@issued@</th>"
    "<th style=\"padding:6px 8px;border-bottom:2px solid #c9ced6;font-weight:normal\">@due@</th>"
    "<th style=\"padding:6px 8px;border-bottom:2px solid #c9ced6;font-weight:normal;text-align:right\">@amount@</th>"
    "<th style=\"padding:6px 0 6px 8px;border-bottom:2px solid #c9ced6;font-weight:normal;text-align:right\">@open@</th>"
    "</tr>\n"
    "{{each items}}\n"
    "<tr><td style=\"padding:6px 8px 6px 0;border-bottom:1px solid #e2e5ea\">{{item.number}}</td>"
    "<td style=\"padding:6px 8px;border-bottom:1px solid #e2e5ea;white-space:nowrap\">{{item.issued short}}</td>"
    "<td style=\"padding:6px 8px;border-bottom:1px solid #e2e5ea;white-space:nowrap\">{{item.due short}}</td>"
    "<td style=\"padding:6px 8px;border-bottom:1px solid #e2e5ea;white-space:nowrap;text-align:right\">{{item.amount}}</td>"
    "<td style=\"padding:6px 0 6px 8px;border-bottom:1px solid #e2e5ea;white-space:nowrap;text-align:right\">{{item.open}}"
    "</td></tr>\n"
    "{{end}}\n"
    "<tr style=\"font-weight:bold\"><td colspan=\"4\" style=\"padding:8px 8px 8px 0\">@total@</td>"
    "<td style=\"padding:8px 0 8px 8px;white-space:nowrap;text-align:right\">{{amount}}</td></tr>\n"
    "</table>\n"
    "{{if paid}}\n<p style=\"margin:12px 0 0;color:#5b6573;font-size:14px\">@received@</p>\n{{end}}\n"
    "{{if disputed}}\n<p style=\"margin:12px 0 0;color:#5b6573;font-size:14px\">@disputed@</p>\n{{end}}\n"
    "{{if on_account}}\n<p style=\"margin:12px 0 0;font-size:14px\">@credits@</p>\n{{end}}\n"
    "<p style=\"margin:18px 0 0\">@closing@</p>\n"
    "{{if pay.account}}\n"
    "<p style=\"margin:18px 0 6px\">@pay to@</p>\n"
    "<table cellpadding=\"0\" cellspacing=\"0\" style=\"border-collapse:collapse;font-size:14px\">\n"
    "<tr><td style=\"padding:2px 18px 2px 0;color:#5b6573\">@holder@</td><td>{{pay.holder}}</td></tr>\n"
    "<tr><td style=\"padding:2px 18px 2px 0;color:#5b6573\">@account@</td><td>{{pay.account}}</td></tr>\n"
    "{{if pay.bank}}\n"
    "<tr><td style=\"padding:2px 18px 2px 0;color:#5b6573\">@bank@</td><td>{{pay.bank}}</td></tr>\n{{end}}\n"
    "<tr><td style=\"padding:2px 18px 2px 0;color:#5b6573\">@reference@</td><td><strong>{{pay.reference}}</strong></td></tr>\n"
    "</table>\n{{end}}\n";

static const char built_in_mail_html_foot[] =
    "{{if pay.link}}\n"
    "<p style=\"margin:22px 0 0\"><a href=\"{{pay.link}}\" style=\"display:inline-block;background:#1d4f91;color:#ffffff;"
    "text-decoration:none;padding:10px 20px;border-radius:4px\">@button@</a></p>\n{{end}}\n"
    "<p style=\"margin:22px 0 0\">@regards@<br />{{sender.name}}</p>\n"
    "</td></tr>\n"
    "{{if sender.contact}}\n"
    "<tr><td style=\"padding:14px 32px;border-top:1px solid #e2e5ea;color:#5b6573;font-size:12px\">{{sender.contact}}</td>"
    "</tr>\n{{end}}\n"
    "</table>\n</td></tr></table>\n</body>\n</html>\n";

static const char built_in_letter_head[] =
    "---- subject\n@subject@\n---- text\n"
    "{{sender.name}}\n{{if sender.address}}\n{{sender.address}}\n{{end}}\n\n"
    "{{customer.name}}\n{{if contact.name}}\n{{contact.name}}\n{{end}}\n{{if contact.address}}\n{{contact.address}}\n{{end}}\n"
    "\n{{today}}\n@customer@@colon@ {{customer.key}}\n\n@subject@\n\n@dear@\n\n@opening@\n\n";

static const char built_in_letter_foot[] =
    "\n@yours@\n\n{{sender.name}}\n{{if sender.contact}}\n{{sender.contact}}\n{{end}}\n";

/* The address stands where windows of envelopes are. */
static const char built_in_letter_html[] =
    "---- html\n"
    "<!DOCTYPE html>\n<html lang=\"@tag@\">\n<head>\n<meta charset=\"utf-8\" />\n<title>@subject@</title>\n"
    "<style>\n"
    "@page { margin: 15mm 20mm 15mm 25mm; }\n"
    "body { margin: 0; font: 10.5pt/1.4 Georgia, 'Liberation Serif', serif; color: #000; }\n"
    "@media screen { body { max-width: 165mm; margin: 15mm 20mm 15mm 25mm; } }\n"
    ".sender { text-align: right; font-size: 9pt; min-height: 20mm; }\n"
    ".sender strong { font-size: 12pt; }\n"
    ".back { font-size: 7.5pt; border-bottom: 0.4pt solid #000; display: inline-block; margin-bottom: 2mm; }\n"
    ".address { min-height: 28mm; }\n"
    "p { margin: 0 0 3mm; }\n"
    ".date { text-align: right; margin: 0 0 5mm; }\n"
    "h1 { font-size: 11.5pt; margin: 0 0 5mm; }\n"
    "table { page-break-inside: auto; } tr { page-break-inside: avoid; }\n"
    ".foot { margin-top: 6mm; padding-top: 2mm; border-top: 0.4pt solid #888; font-size: 8.5pt; color: #444; }\n"
    "</style>\n</head>\n<body>\n"
    "<div class=\"sender\"><strong>{{sender.name}}</strong>{{if sender.address}}<br />{{sender.address}}{{end}}</div>\n"
    "<div class=\"address\"><span class=\"back\">{{sender.name}}</span><br />{{customer.name}}"
    "{{if contact.name}}<br />{{contact.name}}{{end}}{{if contact.address}}<br />{{contact.address}}{{end}}</div>\n"
    "<p class=\"date\">{{today}}<br />@customer@ {{customer.key}}</p>\n"
    "<h1>@subject@</h1>\n<p>@dear@</p>\n<p>@opening@</p>\n";

static const char built_in_letter_html_foot[] =
    "{{if pay.link}}\n<p style=\"margin-top:3mm\">@online@@colon@ <a href=\"{{pay.link}}\" style=\"color:#000\">{{pay.link}}</a></p>\n{{end}}\n"
    "<p style=\"margin:5mm 0 10mm\">@yours@</p>\n<p>{{sender.name}}</p>\n"
    "{{if sender.contact}}\n<div class=\"foot\">{{sender.contact}}</div>\n{{end}}\n"
    "</body>\n</html>\n";

static const char built_in_brief[] = "---- text\n@brief@{{if pay.link}} {{pay.link}}{{end}}\n";

static const char *const built_in_builds[ARC__TEMPLATE_KINDS][6] = {
    {built_in_mail_head, built_in_items_text, built_in_mail_foot, built_in_mail_html, built_in_items_html,
     built_in_mail_html_foot},
    {built_in_letter_head, built_in_items_text, built_in_letter_foot, built_in_letter_html, built_in_items_html,
     built_in_letter_html_foot},
    {built_in_brief, NULL, NULL, NULL, NULL, NULL},
};

/* ---- putting together ---- */

int arc__template_kind(int32_t channel) {
  switch (channel) {
  case ARC_CHANNEL_LETTER:
  case ARC_CHANNEL_REGISTERED_LETTER: return 1;
  case ARC_CHANNEL_SMS:
  case ARC_CHANNEL_VOICE: return 2;
  default: return 0;
  }
}

int arc__template_language(arc_text tag) {
  for (int i = 0; i < ARC__TEMPLATE_LANGUAGES; i++) {
    arc_text known = {built_in_languages[i].phrases[BUILT_TAG], 2};
    if (arc__language_same(tag, known)) return i;
  }
  return -1;
}

static const char *built_in_phrase(const built_in_language *l, int tone, const char *name, size_t size) {
  for (int i = 0; i < BUILT_PHRASES; i++)
    if (strlen(built_in_names[i]) == size && memcmp(built_in_names[i], name, size) == 0) return l->phrases[i];
  for (int i = 0; i < BUILT_TONE_PHRASES; i++)
    if (strlen(built_in_tone_names[i]) == size && memcmp(built_in_tone_names[i], name, size) == 0)
      return l->tones[tone][i];
  return NULL;
}

/* The '@' of "@page" and "@media" begins no phrase. */
static void built_in_add(arc__buffer *out, const char *build, const built_in_language *l, int tone) {
  while (*build) {
    const char *at = strchr(build, '@'), *end = at ? strchr(at + 1, '@') : NULL;
    const char *phrase = end ? built_in_phrase(l, tone, at + 1, (size_t)(end - at - 1)) : NULL;
    if (!at) {
      arc__buffer_string(out, build);
      return;
    }
    arc__buffer_bytes(out, build, (size_t)(at - build) + (phrase ? 0 : 1));
    if (phrase) arc__buffer_string(out, phrase);
    build = phrase ? end + 1 : at + 1;
  }
}

void arc__template_compose(arc__buffer *out, int32_t tone, int kind, int language) {
  static const char *const heads[] = {"for any\n", "for friendly\n", "for neutral\n", "for firm\n", "for final\n"};
  static const char *const channels[] = {"", "channel letter\n", "channel sms\n"};
  const built_in_language *l = &built_in_languages[language];
  int words = tone == ARC_TONE_NONE ? ARC_TONE_NEUTRAL - 1 : tone - 1;
  arc__buffer_format(out, "language %s\n", l->phrases[BUILT_TAG]);
  arc__buffer_string(out, heads[tone]);
  arc__buffer_string(out, channels[kind]);
  for (int i = 0; i < 6 && built_in_builds[kind][i]; i++) built_in_add(out, built_in_builds[kind][i], l, words);
}
