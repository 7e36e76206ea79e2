/*
 * Phrases in French.
 */
#include "reader_phrases.h"

#include "arcollect/reader.h"

const reader_rule arc__reader_phrases_fr[] = {
    /* opt out */
    {ARC_REPLY_OPT_OUT, READER_FR, 950, NULL, "me|nous desinscrire|desabonner|retirer"},
    {ARC_REPLY_OPT_OUT, READER_FR, 950, NULL,
     "ne plus|pas|me|nous ~ contacter|recevoir|appeler|ecrire|envoyer"},
    {ARC_REPLY_OPT_OUT, READER_FR, 950, NULL,
     "cessez|arretez de ~ contacter|appeler|ecrire|envoyer|relancer"},

    /* legal and insolvency */
    {ARC_REPLY_LEGAL, READER_FR, 950, NULL, "redressement|liquidation judiciaire"},
    {ARC_REPLY_LEGAL, READER_FR, 950, NULL, "depot de bilan"},
    {ARC_REPLY_LEGAL, READER_FR, 920, NULL,
     "avocat|avocate|tribunal|contentieux|sauvegarde|huissier"},

    /* out of office */
    {ARC_REPLY_ABSENT, READER_FR, 960, NULL, "absent|absente|absence"},
    {ARC_REPLY_ABSENT, READER_FR, 950, NULL, "en conges|conge|vacances"},
    {ARC_REPLY_ABSENT, READER_FR, 930, NULL, "reponse automatique"},
    {ARC_REPLY_ABSENT, READER_FR, 930, NULL, "de retour ~ bureau"},

    /* wrong contact */
    {ARC_REPLY_WRONG_CONTACT, READER_FR, 930, NULL,
     "ne suis|travaille|sommes|fait plus|pas ~ "
     "bon|bonne|responsable|interlocuteur|societe|charge|entreprise"},
    {ARC_REPLY_WRONG_CONTACT, READER_FR, 930, NULL,
     "mauvais|mauvaise interlocuteur|adresse|destinataire|service"},

    /* paid */
    {ARC_REPLY_PAID, READER_FR, 930, NULL,
     "avons|ai|a|deja|ete|est ~ "
     "paye|payee|payees|regle|reglee|reglees|vire|effectue|effectuee|solde|soldee"},
    {ARC_REPLY_PAID, READER_FR, 880, NULL, "virement ~ fait|effectue|emis|parti"},

    /* disputes */
    {ARC_REPLY_DISPUTE, READER_FR, 930, "other",
     "conteste*|contestons|litige|reclamation|desaccord"},
    {ARC_REPLY_DISPUTE, READER_FR, 930, "quality",
     "endommage*|defectueu*|abime*|casse*|non conforme*"},
    {ARC_REPLY_DISPUTE, READER_FR, 930, "price",
     "prix|montant|tarif|facture|remise|tva ~ "
     "incorrect*|errone*|faux|fausse|eleve|correspond|convenu|erreur|manque|conforme"},
    {ARC_REPLY_DISPUTE, READER_FR, 930, "price", "erreur ~ facture|facturation|montant|prix|tarif"},
    {ARC_REPLY_DISPUTE, READER_FR, 930, "delivery",
     "marchandise*|commande|livraison|colis|prestation ~ jamais|pas|incomplete ~ "
     "recu*|livre*|arrive*|effectue*|realise*"},
    {ARC_REPLY_DISPUTE, READER_FR, 930, "delivery",
     "jamais|pas recu|recue|livre ~ marchandise*|commande|livraison|colis"},
    {ARC_REPLY_DISPUTE, READER_FR, 930, "order", "jamais|pas commande"},
    {ARC_REPLY_DISPUTE, READER_FR, 920, "other", "avoir pour|sur|correspondant|rectificatif"},
    {ARC_REPLY_DISPUTE, READER_FR, 900, "quantity", "quantite|manquant* ~"},

    /* copies and documents */
    {ARC_REPLY_COPY, READER_FR, 930, NULL, "copie|duplicata|releve ~ facture*|compte"},
    {ARC_REPLY_COPY, READER_FR, 920, NULL,
     "envoyer|renvoyer|transmettre|adresser|envoyez|renvoyez|transmettez ~ "
     "facture*|copie|duplicata|releve"},
    {ARC_REPLY_COPY, READER_FR, 920, NULL, "pas|jamais recu|trouve|trouvons ~ facture*"},
    {ARC_REPLY_DOCUMENT, READER_FR, 920, NULL, "bon de commande|livraison"},
    {ARC_REPLY_DOCUMENT, READER_FR, 920, NULL, "preuve de livraison"},
    {ARC_REPLY_DOCUMENT, READER_FR, 920, NULL, "deposer|charger ~ portail|chorus"},

    /* plans and hardship */
    {ARC_REPLY_PLAN, READER_FR, 950, NULL, "echeancier|echelonn*|mensualites|etaler|etalement"},
    {ARC_REPLY_PLAN, READER_FR, 930, NULL, "plusieurs fois|versements|echeances"},
    {ARC_REPLY_PLAN, READER_FR, 930, NULL,
     "difficultes|problemes|probleme financieres|financiers|tresorerie|de"},
    {ARC_REPLY_PLAN, READER_FR, 930, NULL, "pouvons|peux|pouvoir pas ~ payer|regler"},
    {ARC_REPLY_PLAN, READER_FR, 920, NULL, "delai|report ~ paiement|supplementaire"},

    /* held up inside */
    {ARC_REPLY_PROCESS, READER_FR, 880, NULL,
     "attente|cours de|d ~ validation|approbation|signature|traitement|verification|accord"},

    /* promises */
    {ARC_REPLY_PROMISE, READER_FR, 900, NULL,
     "allons|vais|va|pouvons ~ payer|regler|virer|proceder|effectuer"},
    {ARC_REPLY_PROMISE, READER_FR, 900, NULL,
     "paierons|paierai|reglerons|reglerai|effectuerons|effectuerai|virerons|procederons"},
    {ARC_REPLY_PROMISE, READER_FR, 900, NULL,
     "sera|seront|serez|est ~ paye*|regle*|effectue*|prevu*|vire*"},
    {ARC_REPLY_PROMISE, READER_FR, 890, NULL,
     "paiement|reglement|virement ~ prevu|interviendra|partira|aura|programme"},
    {ARC_REPLY_PROMISE, READER_FR, 910, NULL,
     "moitie ~ ~ maintenant|aujourd|demain|le ~ ~ reste|solde|moitie"},

    /* thanks */
    {ARC_REPLY_THANKS, READER_FR, 950, NULL, "merci"},

    /* more ways to say it */
    {ARC_REPLY_PROMISE, READER_FR, 900, NULL,
     "je|nous procede|procedons ~ paiement|reglement|virement"},
    {ARC_REPLY_PROMISE, READER_FR, 900, NULL, "engage|engageons a ~ payer|regler"},
    {ARC_REPLY_PROMISE, READER_FR, 900, NULL,
     "sera|seront ~ payee|reglee|soldee|effectue|emis|envoye"},
    {ARC_REPLY_PROMISE, READER_FR, 890, NULL,
     "incluse|prevue|inclus|prevu ~ reglement|campagne|paiement|virement"},
    {ARC_REPLY_PROMISE, READER_FR, 890, NULL, "reste le|sera|demain"},
    {ARC_REPLY_PAID, READER_FR, 930, NULL,
     "paiement|virement|reglement a ~ ete ~ fait|effectue|emis|execute"},
    {ARC_REPLY_PAID, READER_FR, 880, NULL, "justificatif|preuve|avis de paiement|virement"},
    {ARC_REPLY_DISPUTE, READER_FR, 930, "quality",
     "livres|arrives|etaient ~ endommage*|defectueu*|casse*|abime*"},
    {ARC_REPLY_DISPUTE, READER_FR, 930, "quality",
     "endommages|endommagees|defectueux|casses|abimes"},
    {ARC_REPLY_DISPUTE, READER_FR, 930, "price", "ne correspond|correspondent ~ pas"},
    {ARC_REPLY_DISPUTE, READER_FR, 930, "delivery",
     "jamais|pas ~ recu|commande|demande ~ prestation|marchandise*|produit*|commande"},
    {ARC_REPLY_DISPUTE, READER_FR, 930, "quantity", "il manque|manquait|manquent"},
    {ARC_REPLY_DISPUTE, READER_FR, 920, "other", "erreur ~ sur|dans"},
    {ARC_REPLY_DISPUTE, READER_FR, 920, "other", "tant que ~ probleme|litige|reclamation"},
    {ARC_REPLY_DISPUTE, READER_FR, 920, "delivery",
     "travaux|service|prestation ~ ~ jamais|pas ~ termine*|effectue*|realise*"},
    {ARC_REPLY_COPY, READER_FR, 920, NULL, "duplicata"},
    {ARC_REPLY_COPY, READER_FR, 920, NULL, "piece|pdf ~ manquait|illisible|renvoyer"},
    {ARC_REPLY_COPY, READER_FR, 920, NULL, "facture ~ introuvable"},
    {ARC_REPLY_DOCUMENT, READER_FR, 920, NULL, "numero de commande|tva"},
    {ARC_REPLY_DOCUMENT, READER_FR, 920, NULL,
     "il nous|me faut|manque ~ certificat|numero|bon|attestation|preuve"},
    {ARC_REPLY_DOCUMENT, READER_FR, 920, NULL, "portail ~"},
    {ARC_REPLY_PLAN, READER_FR, 930, NULL, "report d ~ echeance"},
    {ARC_REPLY_PLAN, READER_FR, 930, NULL, "accepter|accepteriez ~ reduit|moitie|remise"},
    {ARC_REPLY_PLAN, READER_FR, 930, NULL, "montant reduit"},
    {ARC_REPLY_PROCESS, READER_FR, 880, NULL,
     "attendons|attends|attente ~ signature|validation|accord|approbation"},
    {ARC_REPLY_PROCESS, READER_FR, 880, NULL,
     "pas encore ~ validee|approuvee|comptabilisee|valide|approuve"},
    {ARC_REPLY_WRONG_CONTACT, READER_FR, 930, NULL,
     "ne ~ suis|sommes pas ~ service|interlocuteur|personne|charge"},
    {ARC_REPLY_WRONG_CONTACT, READER_FR, 930, NULL, "n est plus ~ chez|dans|ici|utilisee"},
    {ARC_REPLY_WRONG_CONTACT, READER_FR, 930, NULL, "mauvaise|mauvais personne|societe|adresse"},
    {ARC_REPLY_ABSENT, READER_FR, 940, NULL, "bureaux|societe|bureau|entreprise ~ ferme*"},
    {ARC_REPLY_ABSENT, READER_FR, 930, NULL, "serai|suis de retour"},
    {ARC_REPLY_LEGAL, READER_FR, 940, NULL,
     "mandataire|liquidateur|administrateur ~ judiciaire|nomme|designe"},
    {ARC_REPLY_LEGAL, READER_FR, 930, NULL, "service juridique"},
    {ARC_REPLY_LEGAL, READER_FR, 930, NULL, "maitre|avocat|avocats"},
    {ARC_REPLY_OPT_OUT, READER_FR, 950, NULL,
     "retirez|supprimez|effacez ~ adresse|coordonnees|liste|fichiers"},
    {ARC_REPLY_OPT_OUT, READER_FR, 950, NULL, "plus ~ recevoir|contacter|appeler"},
    {ARC_REPLY_OPT_OUT, READER_FR, 950, NULL, "desabonnez|desinscrivez"},

    {0, 0, 0, NULL, NULL},
};
