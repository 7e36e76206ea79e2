#!/usr/bin/env python3
"""Writes replies to reminders from the templates beside it, to train and to measure the reader.

usage: generate_replies.py train|held|train-families|held-families [HOW_MANY_PER_TEMPLATE [THIRD]]
       kinds, language, text: one a line, separated by tabs; THIRD of the families is held: 0 (default), 1 or 2

A third of the wordings, by a hash of their text before names, days and numbers are filled in, is never
trained on: `held` writes those alone. The harder question is how the reader fares with templates that it has
seen no wording of: `train-families` and `held-families` part the templates themselves. The same arguments
give the same bytes.
"""

import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
KINDS = [
    "none",
    "dispute",
    "promise",
    "paid",
    "copy",
    "document",
    "plan",
    "process",
    "wrong_contact",
    "absent",
    "legal",
    "opt_out",
    "thanks",
]
MONTHS = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
}
DAYS = {
    "en": "Monday Tuesday Wednesday Thursday Friday",
    "de": "Montag Dienstag Mittwoch Donnerstag Freitag",
    "fr": "lundi mardi mercredi jeudi vendredi",
    "es": "lunes martes miércoles jueves viernes",
}
NEAR = {
    "en": [
        "tomorrow",
        "next week",
        "the end of the month",
        "next {d}",
        "{d}",
        "the {n}th",
        "{n} {m}",
        "{m} {n}",
        "{n}/{k}",
        "{n} {m} {y}",
        "{d}, {n} {m}",
        "{m} {n}, {y}",
    ],
    "de": [
        "morgen",
        "nächste Woche",
        "Ende des Monats",
        "nächsten {d}",
        "{d}",
        "{n}.",
        "{n}. {m}",
        "{n}.{k}.",
        "{n}.{k}.{y}",
        "{n}. {m} {y}",
    ],
    "fr": [
        "demain",
        "la semaine prochaine",
        "fin du mois",
        "{d} prochain",
        "{d}",
        "{n}",
        "{n} {m}",
        "{n} {m} {y}",
        "{n}/{k}",
    ],
    "es": ["mañana", "la próxima semana", "fin de mes", "próximo {d}", "{d}", "{n}", "{n} de {m}", "{n} de {m} de {y}", "{n}/{k}"],
}
PAST = {
    "en": ["yesterday", "last week", "last {d}", "{n} {m}", "{n} {m} {y}", "the {n}th", "{k}/{n}"],
    "de": ["{n}. {m}", "{n}.{k}.", "letzten {d}", "{n}.{k}.{y}"],
    "fr": ["{n} {m}", "{n} {m} {y}", "{n}/{k}", "{d} dernier"],
    "es": ["{n} de {m}", "{n} de {m} de {y}", "{n}/{k}", "{d} pasado"],
}
GREETINGS = {
    "en": ["Hi,", "Hello,", "Dear team,", "Dear Ms Cole,", "Good morning,", "Hi team,"],
    "de": ["Guten Tag,", "Hallo,", "Sehr geehrte Damen und Herren,", "Moin,"],
    "fr": ["Bonjour,", "Madame, Monsieur,", "Chère équipe,"],
    "es": ["Hola,", "Buenos días,", "Estimados señores:"],
    "hi": ["Hi,", "Sir,"],
}
ENDS = {
    "en": [
        "Please let us know if anything is missing.",
        "Have a good day.",
        "Sorry for the trouble.",
        "Let me know.",
        "Thanks.",
    ],
    "de": ["Bitte melden Sie sich bei Fragen.", "Schönen Tag noch.", "Danke."],
    "fr": ["Bonne journée.", "Restant à votre disposition.", "Merci."],
    "es": ["Quedamos a su disposición.", "Que tenga un buen día.", "Gracias."],
    "hi": ["ok", "thanks"],
}
# What people write around it, which says nothing of it.
ASIDES = {
    "en": [
        "I hope this finds you well.",
        "Thank you for your message.",
        "I refer to your reminder.",
        "With reference to your letter of {past}.",
        "I only saw your mail now.",
        "I was away last week.",
        "This is about {inv}.",
        "See below from our accounts department.",
        "Forwarding this from my colleague.",
        "Sorry for the late answer.",
        "It has been a busy month here.",
        "Regarding {inv} over {amt}.",
        "Just a quick note from my phone.",
        "We value working with you.",
        "I have attached our letter.",
        "Hope you had a nice weekend.",
    ],
    "de": [
        "Wir nehmen Bezug auf Ihr Schreiben vom {past}.",
        "Vielen Dank für Ihre Nachricht.",
        "Entschuldigen Sie die späte Antwort.",
        "Ich habe Ihre Mail erst jetzt gesehen.",
        "Es geht um {inv}.",
        "Weitergeleitet von meiner Kollegin.",
        "Betrifft {inv} über {amt}.",
        "Ich hoffe, es geht Ihnen gut.",
        "Bei uns war viel los.",
    ],
    "fr": [
        "Nous faisons suite à votre courrier du {past}.",
        "Merci pour votre message.",
        "Veuillez excuser ma réponse tardive.",
        "Je viens de voir votre mail.",
        "Cela concerne {inv}.",
        "Je vous transfère le message de ma collègue.",
        "J'espère que vous allez bien.",
        "Objet : {inv} de {amt}.",
    ],
    "es": [
        "Nos referimos a su carta del {past}.",
        "Gracias por su mensaje.",
        "Disculpen la respuesta tardía.",
        "Acabo de ver su correo.",
        "Se trata de {inv}.",
        "Reenvío el mensaje de mi compañera.",
        "Espero que estén bien.",
        "Asunto: {inv} de {amt}.",
    ],
    "hi": ["namaste ji", "aapka message mila.", "{inv} ke bare me.", "sir ji, kaise hai aap.", "late reply ke liye sorry."],
}
NAMES = ["Miller", "Kowalski", "Dupont", "Garcia", "Schmidt", "Rossi", "Okafor", "Larsen", "Novak", "Silva"]


def fnv(text):
    h = 0xCBF29CE484222325
    for b in text.encode():
        h = (h ^ b) * 0x100000001B3 % (1 << 64)
    return h ^ h >> 29


class Random:
    """A generator of its own, so that no version of Python changes the data."""

    def __init__(self, seed):
        self.state = seed

    def below(self, n):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % (1 << 64)
        return (self.state >> 33) % n

    def of(self, things):
        return things[self.below(len(things))]


def expand(template, r):
    """One of what (a|b|) says, innermost first."""
    while True:
        new = re.sub(r"\(([^()]*)\)\??", lambda m: pick(m, r), template)
        if new == template:
            return new
        template = new


def pick(m, r):
    """A group that ends with a blank may be left out by a "?" behind it; elsewhere that is a mark."""
    choices, mark = m.group(1).split("|"), m.group(0).endswith("?")
    if mark and m.group(1).endswith(" "):
        return r.of(choices) if r.below(2) else ""
    return r.of(choices) + ("?" if mark else "")


def fill(text, language, r):
    base = "en" if language == "hi" else language

    def slot(m):
        name = m.group(1)
        if name in ("date", "past"):
            return re.sub(
                r"\{(\w)\}", lambda p: part(p.group(1)), r.of((NEAR if name == "date" else PAST)[base])
            )
        if name == "inv":
            return (
                r.of(["INV-%d", "invoice %d", "RE %d", "#%d", "F-2025-%d"]) % (1000 + r.below(90000))
                if base == "en" or r.below(2)
                else r.of(
                    {
                        "de": ["Rechnung %d", "RE-%d"],
                        "fr": ["la facture %d", "F%d"],
                        "es": ["la factura %d", "FAC-%d"],
                    }[base]
                )
                % (1000 + r.below(90000))
            )
        if name == "amt":
            n = 50 + r.below(20000)
            return r.of(
                ["%d EUR" % n, "€%d" % n, "%d euros" % n, "$%d" % n]
                if base != "de"
                else ["%d EUR" % n, "%d,00 Euro" % n, "%d €" % n]
            )
        if name == "ref":
            return r.of(["%d", "TRX%d", "FT%d"]) % (100000 + r.below(9000000))
        if name == "n":
            return str(2 + r.below(10))
        if name == "name":
            return r.of(NAMES)
        return r.of(NAMES).lower() + "@" + r.of(["example.test", "firm.example", "office.example"])

    def part(p):
        return {
            "d": lambda: r.of(DAYS[base].split()),
            "m": lambda: r.of(MONTHS[base].split()),
            "n": lambda: str(1 + r.below(28)),
            "k": lambda: str(1 + r.below(12)),
            "y": lambda: str(2024 + r.below(3)),
        }[p]()

    return re.sub(r"\{(\w+)\}", slot, text)


def slip(text, r):
    """A slip of the fingers in one word of letters."""
    words = text.split(" ")
    at = r.below(len(words))
    w = words[at]
    if len(w) > 4 and w.isalpha():
        k = 1 + r.below(len(w) - 2)
        words[at] = r.of([w[:k] + w[k + 1 :], w[:k] + w[k + 1] + w[k] + w[k + 2 :], w[:k] + w[k] + w[k:]])
    return " ".join(words)


def templates():
    for language in ("en", "de", "fr", "es", "hi"):
        kinds = None
        with open(os.path.join(HERE, "replies_%s.txt" % language), encoding="utf-8") as f:
            for line in f.read().splitlines():
                if line.startswith("="):
                    kinds = line[1:].split()
                elif line and not line.startswith("#"):
                    yield kinds, language, line


def is_held(text, third=0):
    return fnv(text) % 3 == third


def wording(template, which, r):
    """A wording of a template on the side of `which`; None: after some tries there is none."""
    for _ in range(8):
        text = expand(template, r)
        if which.endswith("-families") or is_held(text) == (which == "held"):
            return text
    return None


def main():
    which, each = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 40
    third = int(sys.argv[3]) if len(sys.argv) > 3 else 0
    chosen = [
        t
        for t in templates()
        if not which.endswith("-families") or is_held(t[2], third) == (which == "held-families")
    ]
    lines = set()
    for kinds, language, template in chosen:
        r = Random(fnv(template))
        same = [t for t in chosen if t[1] == language]
        for _ in range(each):
            text = wording(template, which, r)
            if text is None:
                continue
            text, found = fill(text, language, r), list(kinds)
            if r.below(6) == 0:
                other = r.of(same)
                more = wording(other[2], which, r)
                if other[0] != kinds and more:
                    text += " " + fill(more, language, r)
                    found = sorted((set(found) | set(other[0])) - {"none"}) or ["none"]
            if r.below(24) == 0:
                # Said twice, for who does not read the other language.
                other = r.of([t for t in chosen if t[0] == kinds and t[1] != language] or [None])
                more = other and wording(other[2], which, r)
                if more:
                    text += r.of([" ", " / ", " - "]) + fill(more, other[1], r)
            if r.below(5) == 0:
                aside = fill(r.of(ASIDES[language]), language, r)
                text = text + " " + aside if r.below(3) == 0 else aside + " " + text
            if r.below(4) == 0:
                text = r.of(GREETINGS[language]) + " " + text
            if r.below(6) == 0 and "thanks" not in found:
                text += " " + r.of(ENDS[language])
            if r.below(5) == 0:
                text = slip(text, r)
            if r.below(6) == 0:
                text = text.lower()
            text = re.sub(r"\s+", " ", text).strip()
            # Thanks are a kind where nothing else is.
            if len(found) > 1:
                found = [k for k in found if k != "thanks"]
            lines.add("+".join(str(KINDS.index(k)) for k in found) + "\t" + language + "\t" + text)
    sys.stdout.write("".join(sorted(line + "\n" for line in lines)))


if __name__ == "__main__":
    main()
