#include "model/exchange/header_words.h"

#include <stddef.h>
#include <string.h>

#include "base/text.h"
#include "model/exchange/target.h"
#include "model/internal.h"
#include "model/translation.h"

typedef struct HeaderWords {
    const char *path;
    const char
        *words; /* separated by |; compared without case, space, hyphen, underscore, accents */
} HeaderWords;

/* What is no field of its own, so that the table of field synonyms cannot name it. */
static const HeaderWords WORDS[] = {
    {"@full_name",
     "full name|fullname|name|contact name|contact|lead name|vollständiger name|nom complet"
     "|nombre completo|nombre|nome completo|nome|ansprechpartner|customer name"
     "|nom et prénom|person"},
    {"contact_point.fax", "fax|fax number|faxnummer|télécopie|numéro de fax"},
    {"address.line1",
     "address|street|street address|address line 1|address1|address 1|mailing street"
     "|billing street|strasse|straße|anschrift|adresse|rue|dirección|calle|endereço|rua|morada"},
    {"address.line2", "address line 2|address2|address 2|adresszusatz|complément d'adresse"
                      "|complemento|línea de dirección 2"},
    {"address.city", "city|town|ort|stadt|ville|ciudad|localidad|cidade|mailing city|billing city"},
    {"address.region", "state/region|state|state/province|province|region|county|bundesland|région"
                       "|provincia|región|estado|mailing state|mailing state/province"},
    {"address.postal_code",
     "zip|zip code|zipcode|postcode|post code|postal code|plz|postleitzahl|code postal"
     "|código postal|cep|mailing zip|mailing zip/postal code|zip/postal code"},
    {"address.country",
     "country|country/region|land|pays|país|nation|country code|mailing country"},
    {"variant.sku", "sku|article number|item number|artikelnummer|référence|referencia|referência"},
    {"variant.price", "price|preis|prix|precio|preço|unit price|einzelpreis"},
    {"variant.barcode", "barcode|ean|gtin|upc|strichcode|code-barres|código de barras"},
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

/* First the fields, by label, translation and synonym, then the other targets. */
const char *HeaderWords_target(Arena *arena, const ResourceDef *resource, const char *header,
                               int *start)
{
    int words = (int)(sizeof WORDS / sizeof WORDS[0]);
    Target target;

    for (; *start < resource->field_count; ++*start) {
        const FieldDef *field = &resource->fields[*start];
        bool open = *start >= resource->first_own || *start == BASE_CREATED_AT;

        if (open && !(field->flags & (FIELD_DERIVED | FIELD_HIDDEN)) &&
            Synonyms_match(resource, field, header)) {
            ++*start;
            return field->alias ? field->alias : field->name;
        }
    }
    for (int i = *start - resource->field_count; i < words; i++) {
        *start = resource->field_count + i + 1;
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

/* key: what people say beside the label and its translations. */
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

static const char *find_translated(const FieldDef *field, const char *text)
{
    for (const char *const *language = TRANSLATION_LANGUAGES; *language; language++)
        for (int i = 0; i < field->choice_count; i++)
            if (Text_equal_loose(Translation_of(*language, field->choices[i].label), text))
                return field->choices[i].key;
    return NULL;
}

const char *ChoiceWords_find(const FieldDef *field, const char *text)
{
    const char *found = find_translated(field, text);
    Arena *arena;

    if (found || strlen(text) > 60 || !(arena = Arena_new(64 * 1024)))
        return found;
    for (size_t i = 0; i < sizeof CHOICES / sizeof CHOICES[0] && !found; i++)
        if (Field_has_choice(field, CHOICES[i].path) && is_among(arena, text, CHOICES[i].words))
            found = CHOICES[i].path;
    Arena_free(arena);
    return found;
}
