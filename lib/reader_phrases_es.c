/*
 * Phrases in Spanish.
 */
#include "reader_phrases.h"

#include "arcollect/reader.h"

const reader_rule arc__reader_phrases_es[] = {
    /* opt out */
    {ARC_REPLY_OPT_OUT, READER_ES, 950, NULL, "no ~ contact*|llam*|escrib*|envi* mas"},
    {ARC_REPLY_OPT_OUT, READER_ES, 950, NULL,
     "dejen|deje de ~ contactar*|llamar*|escribir*|enviar*|molestar*"},
    {ARC_REPLY_OPT_OUT, READER_ES, 950, NULL, "darme|darnos|den|deme|denos de baja"},

    /* legal and insolvency */
    {ARC_REPLY_LEGAL, READER_ES, 950, NULL, "concurso de acreedores"},
    {ARC_REPLY_LEGAL, READER_ES, 950, NULL, "insolven*|quiebra|liquidacion"},
    {ARC_REPLY_LEGAL, READER_ES, 920, NULL, "abogado*|abogada|juzgado|tribunal*|demanda judicial"},

    /* out of office */
    {ARC_REPLY_ABSENT, READER_ES, 960, NULL, "fuera de la|mi oficina"},
    {ARC_REPLY_ABSENT, READER_ES, 950, NULL,
     "estoy|estamos|estare|esta de vacaciones|baja|permiso|viaje"},
    {ARC_REPLY_ABSENT, READER_ES, 930, NULL, "respuesta automatica"},
    {ARC_REPLY_ABSENT, READER_ES, 930, NULL, "ausente|ausencia"},

    /* wrong contact */
    {ARC_REPLY_WRONG_CONTACT, READER_ES, 930, NULL,
     "persona|contacto|direccion equivocad*|incorrect*|errone*"},
    {ARC_REPLY_WRONG_CONTACT, READER_ES, 930, NULL, "ya no trabaj* ~"},
    {ARC_REPLY_WRONG_CONTACT, READER_ES, 930, NULL, "no soy ~ responsable|persona|encargad*"},

    /* paid */
    {ARC_REPLY_PAID, READER_ES, 930, NULL,
     "ya|hemos|he|ha|fue|esta|sido|han ~ pagad*|abonad*|transferid*|liquidad*|saldad*"},
    {ARC_REPLY_PAID, READER_ES, 920, NULL, "pagamos|abonamos|transferimos|pague"},
    {ARC_REPLY_PAID, READER_ES, 900, NULL,
     "pago|transferencia ~ realizad*|efectuad*|hech*|enviad*|hizo|hicimos"},
    {ARC_REPLY_PAID, READER_ES, 880, NULL, "realizamos|hicimos|efectuamos ~ pago|transferencia"},

    /* disputes */
    {ARC_REPLY_DISPUTE, READER_ES, 930, "other", "disputa*|impugn*|reclam*|disconform*|desacuerdo"},
    {ARC_REPLY_DISPUTE, READER_ES, 930, "quality", "danad*|defectuos*|rot*|mal estado"},
    {ARC_REPLY_DISPUTE, READER_ES, 930, "price",
     "precio|importe|monto|tarifa|factura|descuento|iva ~ "
     "incorrect*|erroneo|erronea|equivocad*|coincide|corresponde|acordad*|error|mal"},
    {ARC_REPLY_DISPUTE, READER_ES, 930, "delivery",
     "no ~ recibi*|recibido|entregad*|llegad*|llego ~ "
     "mercancia|pedido|producto*|material|envio|servicio"},
    {ARC_REPLY_DISPUTE, READER_ES, 930, "delivery",
     "mercancia|pedido|producto*|material|envio|servicio ~ no|nunca ~ "
     "llegado|llego|recibi*|entreg*|prest*"},
    {ARC_REPLY_DISPUTE, READER_ES, 930, "order",
     "nunca|no ~ pedimos|pedido|encargamos|solicitamos|ordenamos"},
    {ARC_REPLY_DISPUTE, READER_ES, 920, "other", "nota de credito|abono"},
    {ARC_REPLY_DISPUTE, READER_ES, 930, "quantity",
     "falta*|faltan|faltaban ~ unidades|cajas|piezas|articulos|mercancia"},

    /* copies and documents */
    {ARC_REPLY_COPY, READER_ES, 930, NULL, "copia|duplicado|extracto ~ factura*|cuenta"},
    {ARC_REPLY_COPY, READER_ES, 920, NULL,
     "envi*|reenvi*|mand*|remit*|facilit* ~ factura*|copia|extracto"},
    {ARC_REPLY_COPY, READER_ES, 920, NULL, "no ~ recibi*|encontr*|localiz* ~ factura*"},
    {ARC_REPLY_DOCUMENT, READER_ES, 920, NULL, "albaran*|orden de compra|comprobante de entrega"},
    {ARC_REPLY_DOCUMENT, READER_ES, 920, NULL, "numero de pedido|orden"},
    {ARC_REPLY_DOCUMENT, READER_ES, 920, NULL, "subir|cargar ~ portal|plataforma"},

    /* plans and hardship */
    {ARC_REPLY_PLAN, READER_ES, 950, NULL, "plazos|cuotas|fraccion*|aplaz*"},
    {ARC_REPLY_PLAN, READER_ES, 940, NULL, "plan|calendario de pago*"},
    {ARC_REPLY_PLAN, READER_ES, 930, NULL,
     "dificultades|problemas economic*|de|financier*|liquidez"},
    {ARC_REPLY_PLAN, READER_ES, 930, NULL, "no podemos|puedo ~ pagar|abonar"},

    /* held up inside */
    {ARC_REPLY_PROCESS, READER_ES, 880, NULL,
     "pendiente|espera|proceso|falta de|la ~ "
     "aprobacion|autorizacion|firma|validacion|revision|aprobar"},

    /* promises */
    {ARC_REPLY_PROMISE, READER_ES, 900, NULL,
     "pagaremos|pagare|abonaremos|abonare|transferiremos|liquidaremos|realizaremos|efectuaremos|"
     "pagara|haremos"},
    {ARC_REPLY_PROMISE, READER_ES, 900, NULL,
     "vamos|voy|va a ~ pagar|abonar|transferir|liquidar|realizar|efectuar|hacer"},
    {ARC_REPLY_PROMISE, READER_ES, 890, NULL,
     "pago|transferencia|factura ~ "
     "realizara|hara|efectuara|saldra|previsto|programado|prevista|programada|sera|pagara"},
    {ARC_REPLY_PROMISE, READER_ES, 890, NULL, "se pagara|abonara|realizara|liquidara"},
    {ARC_REPLY_PROMISE, READER_ES, 910, NULL,
     "mitad ~ ~ ahora|hoy|manana|el ~ ~ resto|saldo|mitad"},

    /* thanks */
    {ARC_REPLY_THANKS, READER_ES, 950, NULL, "gracias"},

    /* more ways to say it */
    {ARC_REPLY_PROMISE, READER_ES, 900, NULL, "voy|vamos|va a ~ pagar|transferir|abonar|hacer"},
    {ARC_REPLY_PROMISE, READER_ES, 900, NULL,
     "pago|abono|transferencia ~ hara|realizara|efectuara|previsto|programado"},
    {ARC_REPLY_PROMISE, READER_ES, 900, NULL, "dinero|transferencia|pago sale|saldra|se enviara"},
    {ARC_REPLY_PROMISE, READER_ES, 900, NULL,
     "recibiran|tendran|recibira ~ pago|transferencia|fondos"},
    {ARC_REPLY_PROMISE, READER_ES, 890, NULL, "resto ~ el|manana"},
    {ARC_REPLY_PROMISE, READER_ES, 890, NULL,
     "hacemos|haremos|hago|realizamos ~ pago|transferencia ~ manana|hoy|el|lunes|martes|proximo"},
    {ARC_REPLY_PROMISE, READER_ES, 900, NULL, "compromet* a ~ pagar|abonar"},
    {ARC_REPLY_PROMISE, READER_ES, 890, NULL, "incluida|entra|incluido en ~ remesa|pago"},
    {ARC_REPLY_PAID, READER_ES, 900, NULL,
     "pago|transferencia se ~ realizo|efectuo|hizo|salio|cargo"},
    {ARC_REPLY_PAID, READER_ES, 890, NULL, "pago|transferencia salio"},
    {ARC_REPLY_PAID, READER_ES, 890, NULL,
     "justificante|comprobante|recibo ~ pago|transferencia|adjunto"},
    {ARC_REPLY_PAID, READER_ES, 890, NULL, "adjunt* ~ recibo|justificante|comprobante"},
    {ARC_REPLY_DISPUTE, READER_ES, 930, "quality",
     "llego|estaba|llegaron ~ dana*|rot*|defectuos*|incomplet*|mal"},
    {ARC_REPLY_DISPUTE, READER_ES, 930, "other", "aceptamos|acepto ~ factura|importe|cargo"},
    {ARC_REPLY_DISPUTE, READER_ES, 930, "order", "nunca|no hemos ~ pedido|solicitado|encargado"},
    {ARC_REPLY_DISPUTE, READER_ES, 930, "quantity", "faltan|faltaban"},
    {ARC_REPLY_DISPUTE, READER_ES, 920, "other", "error en"},
    {ARC_REPLY_DISPUTE, READER_ES, 920, "price", "descuento|rebaja"},
    {ARC_REPLY_DISPUTE, READER_ES, 930, "quality", "deficiente|calidad"},
    {ARC_REPLY_DISPUTE, READER_ES, 930, "other", "hasta que ~ corrija|resuelva|arreglen|solucion*"},
    {ARC_REPLY_DISPUTE, READER_ES, 920, "delivery",
     "trabajo|servicio ~ no|nunca ~ presto|realizo|termino"},
    {ARC_REPLY_COPY, READER_ES, 920, NULL, "nunca|no ~ recibido ~ factura*"},
    {ARC_REPLY_DOCUMENT, READER_ES, 920, NULL,
     "comprobante|orden|numero de ~ entrega|compra|pedido"},
    {ARC_REPLY_DOCUMENT, READER_ES, 920, NULL, "albaran|certificado|documentacion"},
    {ARC_REPLY_DOCUMENT, READER_ES, 920, NULL, "portal ~"},
    {ARC_REPLY_PLAN, READER_ES, 940, NULL, "a plazos"},
    {ARC_REPLY_PLAN, READER_ES, 930, NULL, "mala situacion"},
    {ARC_REPLY_PLAN, READER_ES, 930, NULL, "mensuales|quita|prorroga"},
    {ARC_REPLY_PROCESS, READER_ES, 880, NULL,
     "esperamos|esperando ~ aprobacion|firma|visto|validacion"},
    {ARC_REPLY_PROCESS, READER_ES, 880, NULL,
     "aun|todavia ~ no ~ aprobad*|validad*|autorizad*|validado"},
    {ARC_REPLY_WRONG_CONTACT, READER_ES, 920, NULL,
     "dirijanse|contacten|escriban ~ contabilidad|proveedores"},
    {ARC_REPLY_WRONG_CONTACT, READER_ES, 930, NULL, "ya no ~ usa|trabaja"},
    {ARC_REPLY_LEGAL, READER_ES, 940, NULL, "administrador concursal"},
    {ARC_REPLY_LEGAL, READER_ES, 930, NULL, "departamento juridico"},
    {ARC_REPLY_LEGAL, READER_ES, 930, NULL, "letrado"},
    {ARC_REPLY_OPT_OUT, READER_ES, 950, NULL,
     "paren|dejen|deje de ~ escribir*|enviar*|llamar*|contactar*"},
    {ARC_REPLY_OPT_OUT, READER_ES, 950, NULL, "no ~ envien|llamen|escriban|contacten ~ mas"},
    {ARC_REPLY_OPT_OUT, READER_ES, 950, NULL, "borren|borrenme|eliminenme ~ datos|lista"},
    {ARC_REPLY_OPT_OUT, READER_ES, 950, NULL, "denme|darnos|darme de baja"},
    {ARC_REPLY_OPT_OUT, READER_ES, 950, NULL, "recibir mas"},

    {0, 0, 0, NULL, NULL},
};
