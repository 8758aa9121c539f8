#include "model/exchange/header_words.h"

#include <stddef.h>
#include <string.h>

#include "base/text.h"
#include "model/exchange/target.h"

typedef struct HeaderWords {
    const char *path;
    const char *words; /* separated by |; compared without case, space, hyphen, underscore, accents */
} HeaderWords;

/* Of two rows that fit, the first whose target the resource has wins. */
static const HeaderWords WORDS[] = {
    {"first_name", "first name|firstname|given name|forename|vorname|prénom|nombre de pila|primeiro nome"
                   "|nome próprio|fname|contact first name"},
    {"last_name", "last name|lastname|surname|family name|nachname|familienname|nom de famille"
                  "|apellido|apellidos|sobrenome|apelido|lname|contact last name"},
    {"@full_name", "full name|fullname|name|contact name|contact|lead name|vollständiger name|nom complet"
                   "|nombre completo|nombre|nome completo|nome|ansprechpartner|customer name"
                   "|nom et prénom|person"},
    {"display_name", "display name|anzeigename|nom affiché"},
    {"name", "name|company name|company|account name|account|organisation|organization|firma|firmenname"
             "|unternehmen|société|entreprise|raison sociale|empresa|nombre de la empresa|compañía"
             "|razón social|nome da empresa|deal name|opportunity name|bezeichnung|nom|nombre|nome"},
    {"company_name", "company|company name|companyname|account name|account|organisation|organization"
                     "|employer|business name|firma|firmenname|unternehmen|société|entreprise"
                     "|raison sociale|empresa|nombre de la empresa|compañía|razón social"
                     "|nome da empresa|companhia"},
    {"company_id", "company|company name|companyname|account name|account|organisation|organization"
                   "|employer|firma|firmenname|unternehmen|société|entreprise|raison sociale|empresa"
                   "|nombre de la empresa|compañía|razón social|nome da empresa|companhia|associated company"},
    {"contact_id", "contact|contact name|customer|kunde|client|cliente|primary contact|ansprechpartner"
                   "|associated contact"},
    {"email", "email|e-mail|mail|email address|e-mail address|e-mail-adresse|emailadresse|courriel"
              "|adresse e-mail|adresse email|correo|correo electrónico|endereço de e-mail|work email"
              "|business email|primary email|contact email|customer email"},
    {"phone", "phone|phone number|telephone|tel|telefon|telefonnummer|rufnummer|téléphone"
              "|numéro de téléphone|teléfono|número de teléfono|telefone|número de telefone|work phone"
              "|business phone|office phone|contact phone|primary phone"},
    {"mobile", "mobile|mobile phone|mobile number|mobile phone number|cell|cell phone|cellphone|handy"
               "|handynummer|mobil|mobilnummer|mobiltelefon|portable|téléphone portable|móvil"
               "|teléfono móvil|celular|telemóvel"},
    {"contact_point.fax", "fax|fax number|faxnummer|télécopie|numéro de fax"},
    {"job_title", "job title|jobtitle|position|role|function|berufsbezeichnung|stellung|funktion|beruf"
                  "|fonction|poste|cargo|puesto|função"},
    {"department", "department|abteilung|service|département|departamento|departement"},
    {"salutation", "salutation|anrede|civilité|tratamiento|saludo|tratamento|prefix|title"},
    {"website", "website|web site|web|homepage|url|website url|webseite|internetseite|site web|site internet"
                "|sitio web|página web|site|company website"},
    {"domain", "domain|company domain|company domain name|web domain|domaine|dominio|domínio"},
    {"industry", "industry|branche|sector|secteur|secteur d'activité|industria|sector industrial|setor"
                 "|indústria|vertical"},
    {"employees", "employees|number of employees|no. of employees|employee count|headcount|mitarbeiter"
                  "|mitarbeiterzahl|anzahl mitarbeiter|effectif|nombre d'employés|empleados"
                  "|número de empleados|funcionários|número de funcionários"},
    {"annual_revenue", "annual revenue|revenue|turnover|umsatz|jahresumsatz|chiffre d'affaires"
                       "|ingresos anuales|ingresos|facturación|receita anual|faturamento"},
    {"budget", "budget|budget amount|presupuesto|orçamento"},
    {"address.line1", "address|street|street address|address line 1|address1|address 1|mailing street"
                      "|billing street|strasse|straße|anschrift|adresse|rue|dirección|calle|endereço|rua|morada"},
    {"address.line2", "address line 2|address2|address 2|adresszusatz|complément d'adresse"
                      "|complemento|línea de dirección 2"},
    {"address.city", "city|town|ort|stadt|ville|ciudad|localidad|cidade|mailing city|billing city"},
    {"address.region", "state/region|state|state/province|province|region|county|bundesland|région"
                       "|provincia|región|estado|mailing state|mailing state/province"},
    {"address.postal_code", "zip|zip code|zipcode|postcode|post code|postal code|plz|postleitzahl|code postal"
                            "|código postal|cep|mailing zip|mailing zip/postal code|zip/postal code"},
    {"country", "country|country/region|land|pays|país|nation|country code|mailing country"},
    {"address.country", "country|country/region|land|pays|país|nation|country code|mailing country"},
    {"source", "lead source|source|original source|quelle|leadquelle|herkunft|origine|source du lead"
               "|fuente|origen|fonte|origem"},
    {"state", "status|lead status|state|stage|zustand|statut|état|estado|situação|estatus"},
    {"lifecycle", "lifecycle|lifecycle stage|lebenszyklusphase|phase du cycle de vie|etapa del ciclo de vida"
                  "|estágio do ciclo de vida"},
    {"rating", "rating|bewertung|note|calificación|classificação"},
    {"score", "score|lead score|punkte|punktzahl|puntuación|pontuação"},
    {"owner_id", "owner|lead owner|contact owner|company owner|deal owner|account owner|record owner"
                 "|opportunity owner|assigned to|zuständig|besitzer|verantwortlich|propriétaire"
                 "|responsable|propietario|proprietário|responsável|sales rep|salesperson"},
    {"description", "description|notes|note|comments|comment|remarks|beschreibung|notizen|bemerkung"
                    "|bemerkungen|kommentar|commentaire|commentaires|remarques|descripción|notas"
                    "|comentarios|observaciones|descrição|comentários|observações"},
    {"body", "body|text|content|inhalt|contenu|contenido|conteúdo|description|beschreibung"},
    {"title", "title|subject|titel|betreff|titre|objet|título|asunto|assunto|product name|produktname"
              "|nom du produit|nombre del producto|nome do produto|product|name"},
    {"subject", "subject|betreff|objet|asunto|assunto|title"},
    {"birthday", "birthday|birth date|date of birth|geburtstag|geburtsdatum|date de naissance|anniversaire"
                 "|fecha de nacimiento|cumpleaños|data de nascimento|aniversário|dob"},
    {"lang", "language|preferred language|sprache|langue|idioma|língua"},
    {"tz", "time zone|timezone|zeitzone|fuseau horaire|zona horaria|fuso horário"},
    {"do_not_call", "do not call|nicht anrufen|ne pas appeler|no llamar|não ligar"},
    {"do_not_email", "do not email|email opt out|keine e-mails|ne pas envoyer d'e-mail|no enviar correo"
                     "|não enviar e-mail"},
    {"created_at", "created|create date|created at|created on|created date|creation date|date created"
                   "|date added|erstellt|erstellt am|anlagedatum|erstelldatum|créé le|date de création"
                   "|fecha de creación|creado|creado el|data de criação|criado em"},
    {"amount", "amount|deal amount|value|deal value|betrag|wert|summe|montant|valeur|importe|monto|valor"},
    {"total", "total|total amount|gesamtbetrag|gesamt|montant total|importe total|valor total|grand total"},
    {"currency", "currency|currency code|währung|devise|monnaie|moneda|divisa|moeda"},
    {"close_date", "close date|closing date|expected close date|abschlussdatum|date de clôture"
                   "|fecha de cierre|data de fechamento"},
    {"stage_id", "stage|deal stage|phase|étape|etapa|estágio|verkaufsphase"},
    {"pipeline_id", "pipeline|verkaufspipeline|embudo|funil"},
    {"probability", "probability|probability (%)|wahrscheinlichkeit|probabilité|probabilidad|probabilidade"},
    {"number", "number|no.|nr.|nr|nummer|numéro|número|order number|invoice number|bestellnummer"
               "|rechnungsnummer|belegnummer|reference number"},
    {"due_date", "due date|due|fällig|fällig am|fälligkeitsdatum|échéance|date d'échéance"
                 "|fecha de vencimiento|vencimiento|data de vencimento|vencimento"},
    {"due_at", "due date|due|due at|fällig|fällig am|échéance|date d'échéance|fecha de vencimiento"
               "|vencimiento|data de vencimento|vencimento|deadline"},
    {"issue_date", "invoice date|issue date|date|rechnungsdatum|date de facture|fecha de factura"
                   "|data da fatura|datum"},
    {"priority", "priority|priorität|priorité|prioridad|prioridade"},
    {"vendor", "vendor|manufacturer|hersteller|fabricant|fabricante|marke"},
    {"brand", "brand|marke|marque|marca"},
    {"variant.sku", "sku|article number|item number|artikelnummer|référence|referencia|referência"},
    {"variant.price", "price|preis|prix|precio|preço|unit price|einzelpreis"},
    {"variant.barcode", "barcode|ean|gtin|upc|strichcode|code-barres|código de barras"},
    {"handle", "handle|url handle|slug"},
    {"tax_id", "tax id|vat|vat number|vat id|ust-id|ustid|umsatzsteuer-id|steuernummer|numéro de tva|nif"
               "|cif|rfc|cnpj|siret"},
    {"linkedin", "linkedin|linkedin url|linkedin profile|linkedin bio"},
    {"external_ref", "external id|external ref|record id|foreign id|externe id|fremdschlüssel|id externe"
                     "|id externo|legacy id|customer id|kundennummer|lead id|contact id|account id"},
};

static bool same_word(const char *header, const char *word, Arena *arena)
{
    return Text_equal_loose(header, word) ||
           Text_equal_loose(Text_folded(arena, header), Text_folded(arena, word));
}

static bool is_among(Arena *arena, const char *header, const char *words)
{
    char word[64];

    while (*words) {
        size_t length = strcspn(words, "|");

        if (length < sizeof word) {
            memcpy(word, words, length);
            word[length] = '\0';
            if (same_word(header, word, arena))
                return true;
        }
        words += length + (words[length] == '|');
    }
    return false;
}

const char *HeaderWords_target(Arena *arena, const ResourceDef *resource, const char *header,
                               int *start)
{
    Target target;

    for (int i = *start; i < (int)(sizeof WORDS / sizeof WORDS[0]); i++) {
        *start = i + 1;
        if (!is_among(arena, header, WORDS[i].words))
            continue;
        if (strcmp(WORDS[i].path, "@full_name") == 0) {
            if (Resource_field(resource, "first_name") >= 0)
                return WORDS[i].path;
        } else if (Target_resolve(arena, resource, WORDS[i].path, &target)) {
            return WORDS[i].path;
        }
    }
    return NULL;
}

/* ---- labels of choices ---------------------------------------------------------------------- */

/* key: its labels in German, French, Spanish and Portuguese. */
static const HeaderWords CHOICES[] = {
    {"new", "neu|nouveau|nouvelle|nuevo|nueva|novo|nova"},
    {"open", "offen|ouvert|ouverte|abierto|abierta|aberto|aberta|not started"},
    {"assigned", "zugewiesen|attribué|assigné|asignado|atribuído"},
    {"working", "in bearbeitung|en cours|en proceso|em andamento|contacted|working - contacted"},
    {"in_progress", "in bearbeitung|en cours|en curso|en progreso|em andamento"},
    {"waiting", "wartend|en attente|en espera|aguardando|waiting on someone else|deferred"},
    {"qualified", "qualifiziert|qualifié|cualificado|calificado|qualificado"},
    {"disqualified", "disqualifiziert|disqualifié|descalificado|desqualificado|unqualified"
                     "|closed - not converted"},
    {"converted", "konvertiert|converti|convertido|closed - converted"},
    {"closed", "geschlossen|fermé|cerrado|fechado"},
    {"resolved", "gelöst|résolu|resuelto|resolvido"},
    {"done", "erledigt|fertig|terminé|fait|hecho|terminado|feito|concluído|completed"},
    {"cancelled", "storniert|abgesagt|annulé|cancelado|canceled"},
    {"draft", "entwurf|brouillon|borrador|rascunho"},
    {"active", "aktiv|actif|activo|ativo"},
    {"archived", "archiviert|archivé|archivado|arquivado"},
    {"paid", "bezahlt|payé|pagado|pago"},
    {"hot", "heiß|chaud|caliente|quente"},
    {"warm", "chaud|tiède|tibio|morno"},
    {"cold", "kalt|froid|frío|frio"},
    {"low", "niedrig|gering|basse|bas|faible|baja|bajo|baixa|baixo"},
    {"normal", "mittel|normale|moyenne|medium|media|média|standard"},
    {"high", "hoch|haute|élevée|élevé|alta|alto"},
    {"urgent", "dringend|urgente|critical"},
    {"customer", "kunde|client|cliente"},
    {"prospect", "interessent|cliente potencial|potencial"},
    {"partner", "partenaire|socio|parceiro"},
    {"supplier", "lieferant|fournisseur|proveedor|fornecedor"},
    {"competitor", "wettbewerber|konkurrent|concurrent|competidor|concorrente"},
    {"other", "andere|sonstige|sonstiges|autre|otro|otra|outro|outra"},
    {"email", "e-mail|courriel|correo|correo electrónico"},
    {"phone", "telefon|téléphone|teléfono|telefone"},
    {"referral", "empfehlung|recommandation|recomendación|indicação|reference|employee referral"
                 "|customer referral|external referral"},
    {"web_form", "webformular|web|website|formulaire web|formulario web|formulário web"},
    {"partner", "partenaire|socio|parceiro"},
    {"event", "veranstaltung|messe|événement|evento|trade show"},
    {"ads", "werbung|anzeige|publicité|publicidad|anúncio|advertisement|paid search"},
    {"social", "soziale medien|réseaux sociaux|redes sociales|redes sociais|social media"},
    {"call", "anruf|appel|llamada|chamada"},
    {"unknown", "unbekannt|inconnu|desconocido|desconhecido"},
};

const char *ChoiceWords_find(const FieldDef *field, const char *text)
{
    const char *found = NULL;
    Arena *arena;

    if (strlen(text) > 60 || !(arena = Arena_new(64 * 1024)))
        return NULL;
    for (size_t i = 0; i < sizeof CHOICES / sizeof CHOICES[0] && !found; i++)
        if (Field_has_choice(field, CHOICES[i].path) && is_among(arena, text, CHOICES[i].words))
            found = CHOICES[i].path;
    Arena_free(arena);
    return found;
}
