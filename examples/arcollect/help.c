/* Help texts: the stable face of the program, for people. */
#include "help.h"
#include "fail.h"

#include <stdio.h>
#include <string.h>

/* clang-format off */
static const char overview[] =
    "arcollect: runs the receivables of one company from one file, the book.\n"
    "\n"
    "usage: arcollect --book FILE COMMAND [OPTIONS]\n"
    "\n"
    "  init          make a book\n"
    "  import        take in customers, invoices, payments, events from CSV\n"
    "  run           day by day: apply cash, remind customers, write the messages\n"
    "\n"
    "  aging         what is open, by age        worklist   whom to work first\n"
    "  metrics       key figures                 statement  one customer's account\n"
    "  applications  which cash settled what     touches    messages sent, withheld\n"
    "  postings      the double entry            timeline   all that happened\n"
    "  exchanges     applications into another currency, and their differences\n"
    "  disputes      open, overdue, resolved     invoices   billed, delivered, when\n"
    "  findings      what is wrong with invoices holds      who is left in peace\n"
    "  credit        whether to take another order\n"
    "  predict       when it will be paid        forecast   the cash to come\n"
    "  customers     how each one pays           today      the best list for a day\n"
    "  chase         whether chasing pays        dso        what changed it\n"
    "  backtest      how good predictions were   whatif  another policy, last year\n"
    "  why           why a touch, match, priority or prediction is as it is\n"
    "  report        a page for people           coverage  who was reminded\n"
    "  preview       what the next days would send  compare  what came of that\n"
    "\n"
    "  exceptions    what needs a person         approve, refuse  a touch\n"
    "  delivery      what became of messages     letterhead       who writes\n"
    "  reply         what a customer answered    replies          a folder of them\n"
    "  tasks         what people are to do       done, unreply  it was; take it back\n"
    "  templates     how messages read           template         a built-in one\n"
    "  match         what the next run makes of the cash that waits\n"
    "  confirm, reject, undo    what a person says to that\n"
    "\n"
    "  verify        read the whole book again and check it\n"
    "  snapshot      make the next start faster\n"
    "  erase         take a person's data out of the book\n"
    "  help COMMAND  more about one of them\n"
    "  version       the version\n"
    "\n"
    "exit codes: 0 done, 1 bad input or refused, 2 wrong usage, 3 storage or\n"
    "internal fault\n";

static const char help_init[] =
    "arcollect --book FILE init --currency USD [--policy FILE]\n"
    "\n"
    "Makes a new book. The currency (ISO 4217) is that of customers and rows that\n"
    "name none.\n"
    "\n"
    "--policy FILE  text of the reminder policy, as include/arcollect/cadence.h\n"
    "               describes it; default: the built-in one, for net-30 terms\n";

static const char help_import[] =
    "arcollect --book FILE import DIR|FILE.csv [--map THEIRS=OURS]... [--minor]\n"
    "          [--date-format FORMAT] [--skip-bad]\n"
    "\n"
    "Takes in customers.csv, invoices.csv, payments.csv, applications.csv,\n"
    "events.csv and remittances.csv from a folder, any of them, each also as\n"
    ".csv.gz; or one file of another name, if its columns say what it holds.\n"
    "Everything is checked first, as if it were posted in the order of its dates;\n"
    "one bad row, and nothing is imported. 'run' posts the rows, each on its own\n"
    "day. Importing the same again changes nothing; another row under the same key\n"
    "is a bad row, but of a customer: it is changed, in what the file has columns\n"
    "for.\n"
    "\n"
    "Files are CSV (RFC 4180) in UTF-8 with a header. Columns are found by name, in\n"
    "any order, upper or lower case; others are ignored. Dates are YYYY-MM-DD,\n"
    "amounts decimal with '.', currencies ISO 4217. Columns with * are needed:\n"
    "\n"
    "  customers     key*, name, parent, segment, owner, currency, terms_days,\n"
    "                discount_bp, discount_days, terms, credit_limit, flags,\n"
    "                policy, email, phone, postal, contact, language, utc_offset,\n"
    "                role, opt_outs, checks, hold_days, hold_amount, tag1 to tag4\n"
    "  invoices      key* (or number), number, customer*, issued*, due, currency,\n"
    "                amount*, discount_bp, discount_days, terms, po, settled,\n"
    "                lines_total, fulfilled\n"
    "  payments      key*, customer, received*, value_day, currency, amount*,\n"
    "                payer, payer_account, bank_reference, remittance\n"
    "  applications  payment* (or credit_note), invoice*, date*, amount* (cash),\n"
    "                discount, tolerance, deduction, kind, settled, rate,\n"
    "                invoice_value, credit_value\n"
    "  events        date*, type*, customer, invoice, payment, credit_note, amount,\n"
    "                text, key, until, due, kind, from, approved_by, owner,\n"
    "                po\n"
    "  remittances   key*, received*, payment, customer, payer, bank_reference,\n"
    "                currency, amount (of the payment), invoice* (as the payer\n"
    "                names it), paid*, discount, deduction, kind (reason code)\n"
    "\n";

static const char help_import_columns[] =
    "  terms         terms of payment, such as '2/10, net 30' or '30% on issue,\n"
    "                balance +60d', as include/arcollect/terms.h describes them;\n"
    "                an invoice with terms has no due and no discount_ columns;\n"
    "                a customer's count for invoices that state neither\n"
    "  flags         credit_hold do_not_contact insolvent deceased legal strategic\n"
    "  policy        none: never reminded; else default, or nothing\n"
    "  utc_offset    minutes, or +hh:mm\n"
    "  role          payables approver owner executive: of the contact\n"
    "  opt_outs      email sms letter registered-letter call voice portal webhook\n"
    "  checks        po_number contact terms lines duplicate: what invoices are\n"
    "                looked at for; findings lists it, lines alone refuse one\n"
    "  hold_amount   with hold_days: when credit advises to hold orders\n"
    "  tag1 to tag4  words to group reports by\n"
    "  lines_total   what the lines of the invoice add up to\n"
    "  fulfilled     the day of delivery or service\n"
    "  due           none: by the customer's terms, else issued + its terms_days\n"
    "  settled       the day on which the invoice was paid in full; it makes the\n"
    "                payment '<invoice>:settled' and its application\n"
    "  deduction     stays open on the invoice, as a dispute of this kind\n"
    "  remittances   advice apart from the funds: a line for each line of it, those\n"
    "                of one key together; match reads it in place of the payment's\n"
    "                text, before the payment is there or after\n";

static const char help_import_events[] =
    "  settled       of an application whose cash is of another currency: what the\n"
    "                amount settles, in the invoice's currency\n"
    "  rate          or its rate, of the invoice's currency for 1 of the cash's:\n"
    "                1.0834, or 10834/10000; then amount or settled may be empty\n"
    "  invoice_value, credit_value  what the books carry the settled amount, and\n"
    "                the amount, at, in the book's currency; left out for the one\n"
    "                that is in it. Their difference is the exchange difference\n"
    "\n"
    "Invoices without a customers file make the customers that are not there yet.\n"
    "\n"
    "Types of events, with what they use besides date:\n"
    "\n"
    "  credit            amount, customer or invoice, text (reason): a credit\n"
    "                    note; applications settle invoices with it\n"
    "  delivery          invoice, kind (a channel), text (address, number): it\n"
    "                    reached the customer\n"
    "  correction        invoice, kind (po_number contact terms amount duplicate\n"
    "                    other), text (reason), po (the right order number)\n"
    "  dispute           invoice, amount (none: all of it), text (kind, or with\n"
    "                    kind the reason), owner, until (to be answered by)\n"
    "  dispute-resolved  key of the dispute, or invoice (its latest open one);\n"
    "                    text (outcome), kind 'our-error': it counts against the\n"
    "                    accuracy of invoices\n"
    "  promise           invoice, amount (none: all that is open), until, or text\n"
    "                    'BY YYYY-MM-DD'\n"
    "  reversal          payment, text (reason): it bounced\n"
    "  writeoff          invoice, amount, text (reason), approved_by\n"
    "  recovery          invoice, amount, text (reason), approved_by: what was\n"
    "                    written off is owed again\n"
    "  charge            key*, customer or invoice, amount, kind (or text): fee,\n"
    "                    interest or compensation; due (none: at once), text\n"
    "                    (reason), from and until (the days of interest). Other\n"
    "                    events and applications name it as an invoice\n"
    "  waiver            invoice (a charge's key), amount, text (reason),\n"
    "                    approved_by\n"
    "  refund            payment or credit_note, amount, text (reason): paid back\n"
    "                    out of what is not applied\n"
    "  note              customer or invoice, text\n"
    "  hold              customer ('*': everybody) or invoice, until (none: for\n"
    "                    good), kind (one channel), text (reason): no reminders\n"
    "  hold-release      key of the hold, or customer or invoice (its latest);\n"
    "                    text (reason)\n"
    "  unapply           payment or credit_note, invoice, text (reason): undoes an\n"
    "                    application\n"
    "  period-close      nothing: the books are closed to that day, after all that\n"
    "                    is dated and matched on it, and take no rows dated in it\n"
    "\n"
    "key names the event; without one it gets a key made from its content. Within a\n"
    "day the order is: customers, invoices, charges, deliveries, credit notes,\n"
    "payments, recoveries, unapply, applications, disputes, promises, holds, notes,\n"
    "corrections, write-offs, waivers, refunds, reversals.\n"
    "\n"
    "Foreign layouts that are known by their header and read as they are: books\n"
    "(cust_id, inv_id, pay_id ...; amounts in cents), and the IBM receivables\n"
    "sample (customerID, invoiceNumber ...; dates M/D/YYYY). If applications of\n"
    "cash to invoices of its currency were imported, 'run' matches no cash of its\n"
    "own; see --match there.\n"
    "\n"
    "--map THEIRS=OURS     their column is ours; some file must have it\n"
    "--minor               amounts are minor units (cents), without a '.'\n"
    "--date-format FORMAT  how dates are written: %Y %m %d and what stands between,\n"
    "                      such as %d.%m.%Y\n"
    "--skip-bad            leave bad rows out, list them, import the others\n";

static const char help_run[] =
    "arcollect --book FILE run [--from DATE] --to DATE [--outbox DIR] [--dry-run]\n"
    "          [--match|--no-match] [--on-account hold|oldest] [--at HH:MM]\n"
    "\n"
    "Runs the days one after the other: posts what was imported for the day,\n"
    "applies cash, plans the reminders that are due, and writes them as .eml files.\n"
    "It may be killed at any moment and run again: nothing is lost, and nothing\n"
    "goes out under two names. Days that were run already are skipped.\n"
    "\n"
    "--from DATE   default: the day after the last one run\n"
    "--outbox DIR  where messages go; default: the book's name and -outbox\n"
    "--dry-run     record and write nothing; list the touches that would be sent\n"
    "              (takes --format)\n"
    "--match       match cash though applications were imported\n"
    "--no-match    match no cash\n"
    "--on-account  cash that names no invoice and equals none: hold (default)\n"
    "              leaves it for a human, oldest settles the oldest items\n"
    "--at HH:MM    the time of the day (UTC) at which each day is run, 16:00 if not\n"
    "              given. What falls into quiet hours of its policy, by the\n"
    "              contact's utc_offset, waits and is offered again by the next run\n";

static const char help_reports[] =
    "arcollect --book FILE aging|worklist|metrics|statement [--as-of DATE]\n"
    "          [--by customer|owner|segment|currency|tag1...tag4]\n"
    "          [--format table|csv|json]\n"
    "arcollect --book FILE applications|exchanges|touches|postings|timeline|invoices\n"
    "arcollect --book FILE disputes|findings|holds|credit [--as-of DATE]\n"
    "          [--customer KEY] [--invoice KEY] [--as-of DATE] [--from DATE]\n"
    "          [--format table|csv|json; postings: also ledger|beancount]\n"
    "\n"
    "What stood at the end of a day, or what happened until then. Imported rows\n"
    "count from their day on, also before they are run. --as-of defaults to the\n"
    "last day run. Columns, more may follow:\n"
    "\n"
    "  aging         customer,currency,not_due,1-30,31-60,61-90,over_90,unapplied,\n"
    "                balance   [--by ...: that column in place of customer]\n"
    "  worklist      rank,customer,currency,balance,overdue,oldest_days,priority,\n"
    "                reason   [--limit N]\n"
    "  metrics       metric,variant,value,unit,population,currency,group\n"
    "                [--by ...] [--days N: length of the window]\n"
    "  statement     date,kind,reference,due,currency,amount,balance\n"
    "                --customer KEY [--from DATE]\n"
    "  applications  payment,invoice,date,currency,amount,discount,writeoff,how,\n"
    "                confidence,kind,instalment\n"
    "  exchanges     payment,invoice,instalment,date,kind,currency,settled,\n"
    "                credit_currency,taken,rate_invoice,rate_credit,book_currency,\n"
    "                invoice_value,credit_value,exchange_difference\n"
    "  touches       date,customer,step,channel,tone,status,reason,currency,\n"
    "                amount,invoices,key,policy\n"
    "  postings      seq,date,account,currency,amount,customer,reference,event\n"
    "                (debits positive)\n"
    "  timeline      seq,date,event,customer,invoice,currency,amount,text\n"
    "  disputes      dispute,customer,invoice,currency,amount,kind,owner,opened,\n"
    "                status,answer_by,resolved,outcome,age_days,payment,source,\n"
    "                documents\n"
    "  invoices      customer,invoice,number,po_number,issued,fulfilled,\n"
    "                billing_gap,currency,amount,delivered,channel,deliveries,\n"
    "                corrections\n"
    "  findings      customer,invoice,number,issued,currency,amount,fault,other\n"
    "  holds         hold,scope,customer,invoice,channel,reason,author,from,until,\n"
    "                released,status\n"
    "  credit        customer,currency,owed,unapplied,overdue,oldest_days,\n"
    "                amount_days,limit,available,advice,reason,on_hold\n"
    "\n"
    "--format            default: table on a terminal, csv into a pipe or a file.\n"
    "                    ledger (for hledger and ledger) and beancount: a journal,\n"
    "                    postings tagged with their customer (so not --customer);\n"
    "                    in ledger, %XX stands for what would not read as text\n"
    "--spreadsheet-safe  csv: text that a spreadsheet would take for a formula\n"
    "                    begins with '\n";

static const char help_scores[] =
    "arcollect --book FILE predict [--customer KEY] [--as-of DATE]\n"
    "arcollect --book FILE forecast [--by currency|customer] [--limit PERIODS]\n"
    "          [--period week|day|month] [--as-of DATE]\n"
    "arcollect --book FILE today [--minutes N] [--as-of DATE]\n"
    "arcollect --book FILE customers [--as-of DATE]\n"
    "arcollect --book FILE chase [--cost AMOUNT] [--days N] [--as-of DATE]\n"
    "arcollect --book FILE backtest --cut DATE [--moments issue,due,due15] [--cash]\n"
    "arcollect --book FILE dso --from DATE [--days N] [--as-of DATE]\n"
    "          each [--format table|csv|json]\n"
    "\n"
    "What a payment model says that is trained on all that stood at the end of the\n"
    "day; with little history it says little more than experience in general.\n"
    "'why payment INVOICE' explains it. --as-of defaults to the last day run.\n"
    "Columns, more may follow:\n"
    "\n"
    "  predict       customer,invoice,instalment,currency,open,due,p_late,\n"
    "                p_late30,p_month,early,likely,late,payments\n"
    "  forecast      customer,currency,from,to,expected,low,high   in 8 of\n"
    "                10 periods from low to high\n"
    "  today         owner,action,rank,customer,currency,priority,worth,minutes,\n"
    "                reason,left,gap   the best list for --minutes, default 480\n"
    "  customers     customer,currency,size,segment,grade,trend,payments,\n"
    "                average_delay,recent_delay,late_share,billed,open,overdue\n"
    "  chase         customer,invoice,instalment,currency,open,days_late,\n"
    "                p_recovered,expected,cost,advice,assumptions\n";

static const char help_scores_past[] =
    "  backtest      invoice,instalment,moment,day,due,p_late,p_late30,bucket,mean,\n"
    "                q05,q10,q15,q20,q25,q30,q35,q40,q45,q50,q55,q60,q65,q70,q75,\n"
    "                q80,q85,q90,q95   trained at --cut and each month after it;\n"
    "                with --cash origin,week,currency,expected,low,high,actual\n"
    "  dso           currency,part,before,after,change   the parts add up\n"
    "\n"
    "--cost takes two decimals. The probabilities are between 0 and 1, delays\n"
    "and DSO are in days.\n";

static const char help_whatif[] =
    "arcollect --book FILE whatif --from DATE [--to DATE] [--policy FILE]\n"
    "          [--cost CHANNEL=AMOUNT,...] [--format table|csv|json]\n"
    "\n"
    "The days since --from again, under the policy in FILE (else: those that the\n"
    "book has now), each as of itself, with the invoices, payments, disputes and\n"
    "promises that there were; nothing is recorded. Columns, more may follow:\n"
    "\n"
    "  measure,detail,currency,recorded,replayed,recorded_amount,\n"
    "  replayed_amount,low,high\n"
    "\n"
    "  touches   by channel: how many, and their cost by --cost, two decimals, as\n"
    "            in --cost email=0.02,letter=1.50,call=6.00\n"
    "  withheld  for a reason;  limited  put off by a cap\n"
    "  cash      what was received; what would have been, in 8 of 10 cases\n"
    "            from low to high, by how payments followed touches in this book\n";

static const char help_page[] =
    "arcollect --book FILE report --html FILE [--as-of DATE]\n"
    "arcollect --book FILE coverage [--as-of DATE] [--format table|csv|json]\n"
    "\n"
    "One page for people, which needs no network and no script: aging, DSO over\n"
    "twelve months, the cash to come, whom to work first, coverage, disputes, and\n"
    "what it all depends on. Its figures are those that the other commands print.\n"
    "'coverage' lists every overdue account of the day with what became of it:\n"
    "customer,currency,overdue,state,reason,step,day,key.\n"
    "--as-of defaults to the last day run.\n";

static const char help_why[] =
    "arcollect --book FILE why touch KEY     a touch's key, or a customer's\n"
    "arcollect --book FILE why match KEY     a payment's key\n"
    "arcollect --book FILE why priority KEY  a customer's key\n"
    "arcollect --book FILE why payment KEY   an open invoice's key\n"
    "          [--as-of DATE] [--format table|csv|json]\n"
    "\n"
    "Explains a decision in data: why a customer got a touch, or none; what a\n"
    "payment settles (takes --on-account as run does); what makes up a priority,\n"
    "or the prediction of a payment.\n"
    "--as-of defaults to the last day run. Columns, more may follow:\n"
    "\n"
    "  touch, match  subject,fact,value\n"
    "  priority      customer,currency,rule,input,risk_ppm,contribution\n"
    "  payment       invoice,instalment,factor,value,contribution,total,words\n";

static const char help_desk[] =
    "arcollect --book FILE preview [--days N]\n"
    "arcollect --book FILE compare FILE.csv\n"
    "arcollect --book FILE exceptions [--as-of DATE]\n"
    "          [--format table|csv|json]\n"
    "\n"
    "What the days after the last one run would send, withhold or leave to a\n"
    "person (default: 7 days), and what needs a person now, with the choices.\n"
    "A run of the same days does what the preview says, message for message,\n"
    "unless something comes in between: 'compare' takes a preview that was kept\n"
    "with --format csv, and says what came of it and what changed.\n"
    "\n"
    "arcollect --book FILE approve KEY [--by WHO]\n"
    "arcollect --book FILE refuse KEY [--by WHO]\n"
    "\n"
    "Answers a touch that needs approval; 'exceptions' lists its key.\n"
    "\n"
    "arcollect --book FILE delivery FILE.csv\n"
    "\n"
    "Takes in what became of messages: columns touch (the X-Idempotency-Key of the\n"
    "message), status (sent, delivered, opened, bounced, failed), date and detail.\n"
    "What bounced goes by letter in the next run, and its address is not written to\n"
    "until the customer is imported with another one.\n"
    "\n"
    "arcollect --book FILE letterhead FILE\n"
    "\n"
    "Who writes, and where payments are to go: lines 'name: value' with name,\n"
    "address, contact (these two may have several lines), mail, language, deadline\n"
    "(days), and holder, account, bank, reference, link, each of these also for one\n"
    "currency, as in 'account USD: ...'.\n"
    "\n"
    "arcollect --book FILE templates FILE...\n"
    "arcollect template TONE CHANNEL LANGUAGE\n"
    "\n"
    "Templates of your own, as include/arcollect/template.h describes them; the name\n"
    "of the file is the template's. The second prints a built-in one to begin with:\n"
    "friendly, neutral, firm or final; email, sms, letter ...; en, de, fr or es.\n";

static const char help_replies[] =
    "arcollect --book FILE reply FILE --date DATE [--customer KEY] [--touch KEY]\n"
    "          [--dry-run] [--format table|csv|json]\n"
    "arcollect --book FILE replies FOLDER --date DATE [--dry-run]\n"
    "arcollect --book FILE replies [--customer KEY] [--from DATE] [--as-of DATE]\n"
    "arcollect --book FILE done TASK [--date DATE] [--by WHO] [--reason OUTCOME]\n"
    "arcollect --book FILE unreply KEY [--date DATE] [--by WHO] [--reason TEXT]\n"
    "\n"
    "Reads what customers answered, and does what is plain: promises and disputes\n"
    "are recorded, reminders rest while a payment is looked for or a copy is sent,\n"
    "absences, opt-outs, lawyers and insolvencies are kept to. Everything else is a\n"
    "task for a person: 'tasks' and 'exceptions' list them, 'done' ends one. What\n"
    "was made of a reply is taken back by 'unreply'.\n"
    "\n"
    "A file is a mail (.eml) or plain text. A mail finds its customer by the message\n"
    "that it answers (In-Reply-To, References); for other files say --customer. A\n"
    "folder's mails (*.eml) are read in the order of their names; those that answer\n"
    "no message of this book are named and left. Reports of messages that could not\n"
    "be delivered are recorded as bounces. A message is acted on once, however often\n"
    "it is read.\n"
    "\n"
    "--date DATE  the day on which it came in; of done and unreply, the last one run\n"
    "--dry-run    what would be done; nothing is recorded\n"
    "\n"
    "Columns, more may follow:\n"
    "\n"
    "  replies  reply,customer,touch,written,day,channel,subject,verdict,reason,\n"
    "           model,undone,fact,detail,confidence,key,words\n"
    "  tasks    task,customer,kind,owner,opened,status,answer_by,ended,outcome,\n"
    "           text,source,documents\n";

static const char help_match[] =
    "arcollect --book FILE match [PAYMENT] [--dry-run] [--as-of DATE] [--format ...]\n"
    "arcollect --book FILE match --explain PAYMENT\n"
    "arcollect --book FILE confirm PAYMENT [--rank N] [--as-of DATE]\n"
    "arcollect --book FILE reject PAYMENT [--rank N] [--as-of DATE]\n"
    "arcollect --book FILE undo PAYMENT [--invoice KEY] [--as-of DATE]\n"
    "\n"
    "match lists the proposals for the payments that wait, the best first, and\n"
    "changes nothing; --explain tells why, as 'why match' does. confirm applies the\n"
    "proposal of a rank (1 if not said), reject keeps it from being proposed again,\n"
    "undo takes back what a payment settles, of one invoice or of all. --as-of\n"
    "defaults to the last day run. Columns, more may follow:\n"
    "\n"
    "  match  payment,rank,invoice,currency,amount,discount,tolerance,deduction,\n"
    "         confidence,decision,evidence,searched\n";

static const char help_verify[] =
    "arcollect --book FILE verify\n"
    "\n"
    "Reads the whole journal again, checks every checksum and every link of the\n"
    "chain, replays it and compares, and checks that the books balance. Prints the\n"
    "number of records and the last link. After an erase: from where the journal\n"
    "begins now, and against the snapshot of what was before.\n";

static const char help_snapshot[] =
    "arcollect --book FILE snapshot\n"
    "\n"
    "Stores the state of the book, so that the next start replays only what comes\n"
    "after it.\n";

static const char help_erase[] =
    "arcollect --book FILE erase customer|contact|payment KEY [--as-of DATE]\n"
    "          [--reason TEXT] [--retain-from DATE]\n"
    "\n"
    "Takes the personal texts of a customer (with contacts, payments, notes), of one\n"
    "contact or of one payment out of the book: names, addresses, accounts,\n"
    "remittance and free texts. Keys, days and amounts stay, and so does every\n"
    "total. Then drops the journal up to here, so that the file holds nothing of it\n"
    "any more: reasons and approvals that only the journal had go as well, of all\n"
    "customers. What was kept elsewhere (backups, messages in the outbox, CSV files)\n"
    "is not touched. Takes as long as copying the file.\n"
    "\n"
    "--as-of DATE        the day of it; default: the last day run\n"
    "--reason TEXT       is kept: a number of the request, nothing personal\n"
    "--retain-from DATE  payments and credit notes of this day or later keep their\n"
    "                    texts for now, where a law says so; erase again later\n";

/* clang-format on */

int help_print(const char *command) {
  static const struct {
    const char *commands; /* between blanks */
    const char *parts[3]; /* a compiler need not take longer texts in one */
  } texts[] = {{" init ", {help_init}},
               {" import ", {help_import, help_import_columns, help_import_events}},
               {" run ", {help_run}},
               {" aging worklist metrics statement applications exchanges touches postings timeline disputes invoices findings holds credit ",
                {help_reports}},
               {" predict forecast today customers chase backtest dso ", {help_scores, help_scores_past}},
               {" why ", {help_why}},
               {" whatif ", {help_whatif}},
               {" report coverage ", {help_page}},
               {" preview compare exceptions approve refuse delivery letterhead templates template ",
                {help_desk}},
               {" reply replies tasks done unreply ", {help_replies}},
               {" match confirm reject undo ", {help_match}},
               {" verify ", {help_verify}},
               {" snapshot ", {help_snapshot}},
               {" erase ", {help_erase}},
               {" help version ", {overview}}};
  char wanted[32];
  size_t i;
  if (!command) {
    fputs(overview, stdout);
    return 0;
  }
  snprintf(wanted, sizeof wanted, " %s ", command);
  for (i = 0; i < sizeof texts / sizeof *texts; i++) {
    if (strlen(command) < 20 && strstr(texts[i].commands, wanted)) {
      for (size_t part = 0; part < 3 && texts[i].parts[part]; part++) fputs(texts[i].parts[part], stdout);
      return 0;
    }
  }
  return fail_usage("there is no command '%s'; 'arcollect help' lists them", command);
}
