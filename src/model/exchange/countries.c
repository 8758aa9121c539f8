#include "model/exchange/countries.h"

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"

typedef struct Country {
    char code[3], code3[4];
    const char *names; /* separated by |; Unicode's and ISO's names in the five languages */
} Country;

static const Country COUNTRIES[] = {
    {"AD", "AND", "Andorra|Andorre"},
    {"AE", "ARE",
     "United Arab Emirates|Vereinigte Arabische Emirate|Émirats arabes unis"
     "|Emiratos Árabes Unidos|Emirados Árabes Unidos"},
    {"AF", "AFG", "Afghanistan|Afganistán|Afeganistão"},
    {"AG", "ATG",
     "Antigua & Barbuda|Antigua und Barbuda|Antigua-et-Barbuda|Antigua y Barbuda"
     "|Antígua e Barbuda|Antigua and Barbuda"},
    {"AI", "AIA", "Anguilla|Anguila"},
    {"AL", "ALB", "Albania|Albanien|Albanie|Albânia"},
    {"AM", "ARM", "Armenia|Armenien|Arménie|Armênia"},
    {"AO", "AGO", "Angola"},
    {"AQ", "ATA", "Antarctica|Antarktis|Antarctique|Antártida"},
    {"AR", "ARG", "Argentina|Argentinien|Argentine"},
    {"AS", "ASM", "American Samoa|Amerikanisch-Samoa|Samoa américaines|Samoa Americana"},
    {"AT", "AUT", "Austria|Österreich|Autriche|Áustria"},
    {"AU", "AUS", "Australia|Australien|Australie|Austrália"},
    {"AW", "ABW", "Aruba"},
    {"AX", "ALA", "Åland Islands|Ålandinseln|Îles Åland|Islas Aland|Ilhas Aland"},
    {"AZ", "AZE", "Azerbaijan|Aserbaidschan|Azerbaïdjan|Azerbaiyán|Azerbaijão"},
    {"BA", "BIH",
     "Bosnia & Herzegovina|Bosnien und Herzegowina|Bosnie-Herzégovine"
     "|Bosnia y Herzegovina|Bósnia e Herzegovina|Bosnia and Herzegovina"},
    {"BB", "BRB", "Barbados|Barbade"},
    {"BD", "BGD", "Bangladesh|Bangladesch|Bangladés"},
    {"BE", "BEL", "Belgium|Belgien|Belgique|Bélgica"},
    {"BF", "BFA", "Burkina Faso|Burquina Faso"},
    {"BG", "BGR", "Bulgaria|Bulgarien|Bulgarie|Bulgária"},
    {"BH", "BHR", "Bahrain|Bahreïn|Baréin|Barein"},
    {"BI", "BDI", "Burundi"},
    {"BJ", "BEN", "Benin|Bénin|Benín"},
    {"BL", "BLM", "St. Barthélemy|Saint-Barthélemy|San Bartolomé|São Bartolomeu|Saint Barthélemy"},
    {"BM", "BMU", "Bermuda|Bermudes|Bermudas"},
    {"BN", "BRN", "Brunei|Brunei Darussalam|Brunéi"},
    {"BO", "BOL", "Bolivia|Bolivien|Bolivie|Bolívia|Bolivia, Plurinational State of"},
    {"BQ", "BES",
     "Caribbean Netherlands|Karibische Niederlande|Pays-Bas caribéens"
     "|Caribe neerlandés|Países Baixos Caribenhos|Bonaire, Sint Eustatius and Saba"},
    {"BR", "BRA", "Brazil|Brasilien|Brésil|Brasil"},
    {"BS", "BHS", "Bahamas"},
    {"BT", "BTN", "Bhutan|Bhoutan|Bután|Butão"},
    {"BV", "BVT", "Bouvet Island|Bouvetinsel|Île Bouvet|Isla Bouvet|Ilha Bouvet"},
    {"BW", "BWA", "Botswana|Botsuana"},
    {"BY", "BLR", "Belarus|Biélorussie|Bielorrusia|Bielorrússia"},
    {"BZ", "BLZ", "Belize|Belice"},
    {"CA", "CAN", "Canada|Kanada|Canadá"},
    {"CC", "CCK",
     "Cocos (Keeling) Islands|Kokosinseln|Îles Cocos|Islas Cocos|Ilhas Cocos (Keeling)"},
    {"CD", "COD",
     "Congo - Kinshasa|Kongo-Kinshasa|Congo-Kinshasa|República Democrática del Congo"
     "|Congo, The Democratic Republic of the"},
    {"CF", "CAF",
     "Central African Republic|Zentralafrikanische Republik|République centrafricaine"
     "|República Centroafricana|República Centro-Africana"},
    {"CG", "COG",
     "Congo - Brazzaville|Kongo-Brazzaville|Congo-Brazzaville|Congo|República do Congo"},
    {"CH", "CHE", "Switzerland|Schweiz|Suisse|Suiza|Suíça"},
    {"CI", "CIV", "Côte d'Ivoire|Costa do Marfim|Côte d'Ivoire"},
    {"CK", "COK", "Cook Islands|Cookinseln|Îles Cook|Islas Cook|Ilhas Cook"},
    {"CL", "CHL", "Chile|Chili"},
    {"CM", "CMR", "Cameroon|Kamerun|Cameroun|Camerún|Camarões"},
    {"CN", "CHN", "China|Chine"},
    {"CO", "COL", "Colombia|Kolumbien|Colombie|Colômbia"},
    {"CR", "CRI", "Costa Rica"},
    {"CU", "CUB", "Cuba|Kuba"},
    {"CV", "CPV", "Cape Verde|Cabo Verde|Cap-Vert"},
    {"CW", "CUW", "Curaçao|Curazao"},
    {"CX", "CXR", "Christmas Island|Weihnachtsinsel|Île Christmas|Isla de Navidad|Ilha Christmas"},
    {"CY", "CYP", "Cyprus|Zypern|Chypre|Chipre"},
    {"CZ", "CZE", "Czechia|Tschechien|Tchéquie|Chequia|Tchéquia"},
    {"DE", "DEU", "Germany|Deutschland|Allemagne|Alemania|Alemanha"},
    {"DJ", "DJI", "Djibouti|Dschibuti|Yibuti|Djibuti"},
    {"DK", "DNK", "Denmark|Dänemark|Danemark|Dinamarca"},
    {"DM", "DMA", "Dominica|Dominique"},
    {"DO", "DOM",
     "Dominican Republic|Dominikanische Republik|République dominicaine"
     "|República Dominicana"},
    {"DZ", "DZA", "Algeria|Algerien|Algérie|Argelia|Argélia"},
    {"EC", "ECU", "Ecuador|Équateur|Equador"},
    {"EE", "EST", "Estonia|Estland|Estonie|Estônia"},
    {"EG", "EGY", "Egypt|Ägypten|Égypte|Egipto|Egito"},
    {"EH", "ESH", "Western Sahara|Westsahara|Sahara occidental|Sáhara Occidental|Saara Ocidental"},
    {"ER", "ERI", "Eritrea|Érythrée|Eritreia"},
    {"ES", "ESP", "Spain|Spanien|Espagne|España|Espanha"},
    {"ET", "ETH", "Ethiopia|Äthiopien|Éthiopie|Etiopía|Etiópia"},
    {"FI", "FIN", "Finland|Finnland|Finlande|Finlandia|Finlândia"},
    {"FJ", "FJI", "Fiji|Fidschi|Fidji|Fiyi"},
    {"FK", "FLK",
     "Falkland Islands|Falklandinseln|Îles Malouines|Islas Malvinas|Ilhas Malvinas"
     "|Falkland Islands (Malvinas)"},
    {"FM", "FSM", "Micronesia|Mikronesien|Micronésie|Micronésia|Micronesia, Federated States of"},
    {"FO", "FRO", "Faroe Islands|Färöer|Îles Féroé|Islas Feroe|Ilhas Faroé"},
    {"FR", "FRA", "France|Frankreich|Francia|França"},
    {"GA", "GAB", "Gabon|Gabun|Gabón|Gabão"},
    {"GB", "GBR", "United Kingdom|Vereinigtes Königreich|Royaume-Uni|Reino Unido"},
    {"GD", "GRD", "Grenada|Grenade|Granada"},
    {"GE", "GEO", "Georgia|Georgien|Géorgie|Geórgia"},
    {"GF", "GUF",
     "French Guiana|Französisch-Guayana|Guyane française|Guayana Francesa"
     "|Guiana Francesa"},
    {"GG", "GGY", "Guernsey|Guernesey"},
    {"GH", "GHA", "Ghana|Gana"},
    {"GI", "GIB", "Gibraltar"},
    {"GL", "GRL", "Greenland|Grönland|Groenland|Groenlandia|Groenlândia"},
    {"GM", "GMB", "Gambia|Gambie|Gâmbia"},
    {"GN", "GIN", "Guinea|Guinée|Guiné"},
    {"GP", "GLP", "Guadeloupe|Guadalupe"},
    {"GQ", "GNQ",
     "Equatorial Guinea|Äquatorialguinea|Guinée équatoriale|Guinea Ecuatorial"
     "|Guiné Equatorial"},
    {"GR", "GRC", "Greece|Griechenland|Grèce|Grecia|Grécia"},
    {"GS", "SGS",
     "South Georgia & South Sandwich Islands"
     "|Südgeorgien und die Südlichen Sandwichinseln"
     "|Géorgie du Sud-et-les Îles Sandwich du Sud"
     "|Islas Georgia del Sur y Sandwich del Sur|Ilhas Geórgia do Sul e Sandwich do Sul"
     "|South Georgia and the South Sandwich Islands"},
    {"GT", "GTM", "Guatemala"},
    {"GU", "GUM", "Guam"},
    {"GW", "GNB", "Guinea-Bissau|Guinée-Bissau|Guinea-Bisáu|Guiné-Bissau"},
    {"GY", "GUY", "Guyana|Guiana"},
    {"HK", "HKG",
     "Hong Kong SAR China|Sonderverwaltungsregion Hongkong"
     "|R.A.S. chinoise de Hong Kong|RAE de Hong Kong (China)|Hong Kong, RAE da China"
     "|Hong Kong"},
    {"HM", "HMD",
     "Heard & McDonald Islands|Heard und McDonaldinseln|Îles Heard-et-MacDonald"
     "|Islas Heard y McDonald|Ilhas Heard e McDonald|Heard Island and McDonald Islands"},
    {"HN", "HND", "Honduras"},
    {"HR", "HRV", "Croatia|Kroatien|Croatie|Croacia|Croácia"},
    {"HT", "HTI", "Haiti|Haïti|Haití"},
    {"HU", "HUN", "Hungary|Ungarn|Hongrie|Hungría|Hungria"},
    {"ID", "IDN", "Indonesia|Indonesien|Indonésie|Indonésia"},
    {"IE", "IRL", "Ireland|Irland|Irlande|Irlanda"},
    {"IL", "ISR", "Israel|Israël"},
    {"IM", "IMN", "Isle of Man|Île de Man|Isla de Man|Ilha de Man"},
    {"IN", "IND", "India|Indien|Inde|Índia"},
    {"IO", "IOT",
     "British Indian Ocean Territory|Britisches Territorium im Indischen Ozean"
     "|Territoire britannique de l'océan Indien|Territorio Británico del Océano Índico"
     "|Território Britânico do Oceano Índico"},
    {"IQ", "IRQ", "Iraq|Irak|Iraque"},
    {"IR", "IRN", "Iran|Irán|Irã|Iran, Islamic Republic of"},
    {"IS", "ISL", "Iceland|Island|Islande|Islandia|Islândia"},
    {"IT", "ITA", "Italy|Italien|Italie|Italia|Itália"},
    {"JE", "JEY", "Jersey"},
    {"JM", "JAM", "Jamaica|Jamaika|Jamaïque"},
    {"JO", "JOR", "Jordan|Jordanien|Jordanie|Jordania|Jordânia"},
    {"JP", "JPN", "Japan|Japon|Japón|Japão"},
    {"KE", "KEN", "Kenya|Kenia|Quênia"},
    {"KG", "KGZ", "Kyrgyzstan|Kirgisistan|Kirghizstan|Kirguistán|Quirguistão"},
    {"KH", "KHM", "Cambodia|Kambodscha|Cambodge|Camboya|Camboja"},
    {"KI", "KIR", "Kiribati|Quiribati"},
    {"KM", "COM", "Comoros|Komoren|Comores|Comoras"},
    {"KN", "KNA",
     "St. Kitts & Nevis|St. Kitts und Nevis|Saint-Christophe-et-Niévès"
     "|San Cristóbal y Nieves|São Cristóvão e Névis|Saint Kitts and Nevis"},
    {"KP", "PRK",
     "North Korea|Nordkorea|Corée du Nord|Corea del Norte|Coreia do Norte"
     "|Korea, Democratic People's Republic of"},
    {"KR", "KOR",
     "South Korea|Südkorea|Corée du Sud|Corea del Sur|Coreia do Sul|Korea, Republic of"},
    {"KW", "KWT", "Kuwait|Koweït"},
    {"KY", "CYM", "Cayman Islands|Kaimaninseln|Îles Caïmans|Islas Caimán|Ilhas Cayman"},
    {"KZ", "KAZ", "Kazakhstan|Kasachstan|Kazajistán|Cazaquistão"},
    {"LA", "LAO", "Laos|Lao People's Democratic Republic"},
    {"LB", "LBN", "Lebanon|Libanon|Liban|Líbano"},
    {"LC", "LCA", "St. Lucia|Sainte-Lucie|Santa Lucía|Santa Lúcia|Saint Lucia"},
    {"LI", "LIE", "Liechtenstein"},
    {"LK", "LKA", "Sri Lanka"},
    {"LR", "LBR", "Liberia|Libéria"},
    {"LS", "LSO", "Lesotho|Lesoto"},
    {"LT", "LTU", "Lithuania|Litauen|Lituanie|Lituania|Lituânia"},
    {"LU", "LUX", "Luxembourg|Luxemburg|Luxemburgo"},
    {"LV", "LVA", "Latvia|Lettland|Lettonie|Letonia|Letônia"},
    {"LY", "LBY", "Libya|Libyen|Libye|Libia|Líbia"},
    {"MA", "MAR", "Morocco|Marokko|Maroc|Marruecos|Marrocos"},
    {"MC", "MCO", "Monaco|Mónaco|Mônaco"},
    {"MD", "MDA", "Moldova|Republik Moldau|Moldavie|Moldavia|Moldávia|Moldova, Republic of"},
    {"ME", "MNE", "Montenegro|Monténégro"},
    {"MF", "MAF", "St. Martin|Saint-Martin|San Martín|São Martinho|Saint Martin (French part)"},
    {"MG", "MDG", "Madagascar|Madagaskar"},
    {"MH", "MHL", "Marshall Islands|Marshallinseln|Îles Marshall|Islas Marshall|Ilhas Marshall"},
    {"MK", "MKD",
     "North Macedonia|Nordmazedonien|Macédoine du Nord|Macedonia del Norte"
     "|Macedônia do Norte"},
    {"ML", "MLI", "Mali"},
    {"MM", "MMR",
     "Myanmar (Burma)|Myanmar|Myanmar (Birmanie)|Myanmar (Birmania)|Mianmar (Birmânia)"},
    {"MN", "MNG", "Mongolia|Mongolei|Mongolie|Mongólia"},
    {"MO", "MAC",
     "Macao SAR China|Sonderverwaltungsregion Macau|R.A.S. chinoise de Macao"
     "|RAE de Macao (China)|Macau, RAE da China|Macao"},
    {"MP", "MNP",
     "Northern Mariana Islands|Nördliche Marianen|Îles Mariannes du Nord"
     "|Islas Marianas del Norte|Ilhas Marianas do Norte"},
    {"MQ", "MTQ", "Martinique|Martinica"},
    {"MR", "MRT", "Mauritania|Mauretanien|Mauritanie|Mauritânia"},
    {"MS", "MSR", "Montserrat"},
    {"MT", "MLT", "Malta|Malte"},
    {"MU", "MUS", "Mauritius|Maurice|Mauricio|Maurício"},
    {"MV", "MDV", "Maldives|Malediven|Maldivas"},
    {"MW", "MWI", "Malawi|Malaui"},
    {"MX", "MEX", "Mexico|Mexiko|Mexique|México"},
    {"MY", "MYS", "Malaysia|Malaisie|Malasia|Malásia"},
    {"MZ", "MOZ", "Mozambique|Mosambik|Moçambique"},
    {"NA", "NAM", "Namibia|Namibie|Namíbia"},
    {"NC", "NCL", "New Caledonia|Neukaledonien|Nouvelle-Calédonie|Nueva Caledonia|Nova Caledônia"},
    {"NE", "NER", "Niger|Níger"},
    {"NF", "NFK", "Norfolk Island|Norfolkinsel|Île Norfolk|Isla Norfolk|Ilha Norfolk"},
    {"NG", "NGA", "Nigeria|Nigéria"},
    {"NI", "NIC", "Nicaragua|Nicarágua"},
    {"NL", "NLD", "Netherlands|Niederlande|Pays-Bas|Países Bajos|Países Baixos"},
    {"NO", "NOR", "Norway|Norwegen|Norvège|Noruega"},
    {"NP", "NPL", "Nepal|Népal"},
    {"NR", "NRU", "Nauru"},
    {"NU", "NIU", "Niue"},
    {"NZ", "NZL", "New Zealand|Neuseeland|Nouvelle-Zélande|Nueva Zelanda|Nova Zelândia"},
    {"OM", "OMN", "Oman|Omán|Omã"},
    {"PA", "PAN", "Panama|Panamá"},
    {"PE", "PER", "Peru|Pérou|Perú"},
    {"PF", "PYF",
     "French Polynesia|Französisch-Polynesien|Polynésie française|Polinesia Francesa"
     "|Polinésia Francesa"},
    {"PG", "PNG",
     "Papua New Guinea|Papua-Neuguinea|Papouasie-Nouvelle-Guinée|Papúa Nueva Guinea"
     "|Papua-Nova Guiné"},
    {"PH", "PHL", "Philippines|Philippinen|Filipinas"},
    {"PK", "PAK", "Pakistan|Pakistán|Paquistão"},
    {"PL", "POL", "Poland|Polen|Pologne|Polonia|Polônia"},
    {"PM", "SPM",
     "St. Pierre & Miquelon|St. Pierre und Miquelon|Saint-Pierre-et-Miquelon"
     "|San Pedro y Miquelón|São Pedro e Miquelão|Saint Pierre and Miquelon"},
    {"PN", "PCN",
     "Pitcairn Islands|Pitcairninseln|Îles Pitcairn|Islas Pitcairn|Ilhas Pitcairn"
     "|Pitcairn"},
    {"PR", "PRI", "Puerto Rico|Porto Rico"},
    {"PS", "PSE",
     "Palestinian Territories|Palästinensische Autonomiegebiete"
     "|Territoires palestiniens|Territorios Palestinos|Territórios palestinos"
     "|Palestine, State of"},
    {"PT", "PRT", "Portugal"},
    {"PW", "PLW", "Palau|Palaos"},
    {"PY", "PRY", "Paraguay|Paraguai"},
    {"QA", "QAT", "Qatar|Katar|Catar"},
    {"RE", "REU", "Réunion|La Réunion|Reunión|Reunião"},
    {"RO", "ROU", "Romania|Rumänien|Roumanie|Rumanía|Romênia"},
    {"RS", "SRB", "Serbia|Serbien|Serbie|Sérvia"},
    {"RU", "RUS", "Russia|Russland|Russie|Rusia|Rússia|Russian Federation"},
    {"RW", "RWA", "Rwanda|Ruanda"},
    {"SA", "SAU", "Saudi Arabia|Saudi-Arabien|Arabie saoudite|Arabia Saudí|Arábia Saudita"},
    {"SB", "SLB", "Solomon Islands|Salomonen|Îles Salomon|Islas Salomón|Ilhas Salomão"},
    {"SC", "SYC", "Seychelles|Seychellen|Seicheles"},
    {"SD", "SDN", "Sudan|Soudan|Sudán|Sudão"},
    {"SE", "SWE", "Sweden|Schweden|Suède|Suecia|Suécia"},
    {"SG", "SGP", "Singapore|Singapur|Singapour|Singapura"},
    {"SH", "SHN",
     "St. Helena|Sainte-Hélène|Santa Elena|Santa Helena"
     "|Saint Helena, Ascension and Tristan da Cunha"},
    {"SI", "SVN", "Slovenia|Slowenien|Slovénie|Eslovenia|Eslovênia"},
    {"SJ", "SJM",
     "Svalbard & Jan Mayen|Spitzbergen und Jan Mayen|Svalbard et Jan Mayen"
     "|Svalbard y Jan Mayen|Svalbard e Jan Mayen|Svalbard and Jan Mayen"},
    {"SK", "SVK", "Slovakia|Slowakei|Slovaquie|Eslovaquia|Eslováquia"},
    {"SL", "SLE", "Sierra Leone|Sierra Leona|Serra Leoa"},
    {"SM", "SMR", "San Marino|Saint-Marin"},
    {"SN", "SEN", "Senegal|Sénégal"},
    {"SO", "SOM", "Somalia|Somalie|Somália"},
    {"SR", "SUR", "Suriname|Surinam"},
    {"SS", "SSD", "South Sudan|Südsudan|Soudan du Sud|Sudán del Sur|Sudão do Sul"},
    {"ST", "STP",
     "São Tomé & Príncipe|São Tomé und Príncipe|Sao Tomé-et-Principe"
     "|Santo Tomé y Príncipe|São Tomé e Príncipe|Sao Tome and Principe"},
    {"SV", "SLV", "El Salvador|Salvador"},
    {"SX", "SXM", "Sint Maarten|Saint-Martin (partie néerlandaise)|Sint Maarten (Dutch part)"},
    {"SY", "SYR", "Syria|Syrien|Syrie|Siria|Síria|Syrian Arab Republic"},
    {"SZ", "SWZ", "Eswatini|Esuatini|Essuatíni"},
    {"TC", "TCA",
     "Turks & Caicos Islands|Turks- und Caicosinseln|Îles Turques-et-Caïques"
     "|Islas Turcas y Caicos|Ilhas Turcas e Caicos|Turks and Caicos Islands"},
    {"TD", "TCD", "Chad|Tschad|Tchad|Chade"},
    {"TF", "ATF",
     "French Southern Territories|Französische Süd- und Antarktisgebiete"
     "|Terres australes françaises|Territorios Australes Franceses"
     "|Territórios Franceses do Sul"},
    {"TG", "TGO", "Togo"},
    {"TH", "THA", "Thailand|Thaïlande|Tailandia|Tailândia"},
    {"TJ", "TJK", "Tajikistan|Tadschikistan|Tadjikistan|Tayikistán|Tadjiquistão"},
    {"TK", "TKL", "Tokelau"},
    {"TL", "TLS", "Timor-Leste|Timor oriental"},
    {"TM", "TKM", "Turkmenistan|Turkménistan|Turkmenistán|Turcomenistão"},
    {"TN", "TUN", "Tunisia|Tunesien|Tunisie|Túnez|Tunísia"},
    {"TO", "TON", "Tonga"},
    {"TR", "TUR", "Türkiye|Türkei|Turquie|Turquía|Turquia"},
    {"TT", "TTO",
     "Trinidad & Tobago|Trinidad und Tobago|Trinité-et-Tobago|Trinidad y Tobago"
     "|Trinidad e Tobago|Trinidad and Tobago"},
    {"TV", "TUV", "Tuvalu"},
    {"TW", "TWN", "Taiwan|Taïwan|Taiwán|Taiwan, Province of China"},
    {"TZ", "TZA", "Tanzania|Tansania|Tanzanie|Tanzânia|Tanzania, United Republic of"},
    {"UA", "UKR", "Ukraine|Ucrania|Ucrânia"},
    {"UG", "UGA", "Uganda|Ouganda"},
    {"UM", "UMI",
     "U.S. Outlying Islands|Amerikanische Überseeinseln"
     "|Îles mineures éloignées des États-Unis|Islas menores alejadas de EE. UU."
     "|Ilhas Menores Distantes dos EUA|United States Minor Outlying Islands"},
    {"US", "USA", "United States|Vereinigte Staaten|États-Unis|Estados Unidos"},
    {"UY", "URY", "Uruguay|Uruguai"},
    {"UZ", "UZB", "Uzbekistan|Usbekistan|Ouzbékistan|Uzbekistán|Uzbequistão"},
    {"VA", "VAT",
     "Vatican City|Vatikanstadt|État de la Cité du Vatican|Ciudad del Vaticano"
     "|Cidade do Vaticano|Holy See (Vatican City State)"},
    {"VC", "VCT",
     "St. Vincent & Grenadines|St. Vincent und die Grenadinen"
     "|Saint-Vincent-et-les Grenadines|San Vicente y las Granadinas"
     "|São Vicente e Granadinas|Saint Vincent and the Grenadines"},
    {"VE", "VEN", "Venezuela|Venezuela, Bolivarian Republic of"},
    {"VG", "VGB",
     "British Virgin Islands|Britische Jungferninseln|Îles Vierges britanniques"
     "|Islas Vírgenes Británicas|Ilhas Virgens Britânicas|Virgin Islands, British"},
    {"VI", "VIR",
     "U.S. Virgin Islands|Amerikanische Jungferninseln|Îles Vierges des États-Unis"
     "|Islas Vírgenes de EE. UU.|Ilhas Virgens Americanas|Virgin Islands, U.S."},
    {"VN", "VNM", "Vietnam|Viêt Nam|Vietnã|Viet Nam"},
    {"VU", "VUT", "Vanuatu"},
    {"WF", "WLF",
     "Wallis & Futuna|Wallis und Futuna|Wallis-et-Futuna|Wallis y Futuna"
     "|Wallis e Futuna|Wallis and Futuna"},
    {"WS", "WSM", "Samoa"},
    {"YE", "YEM", "Yemen|Jemen|Yémen|Iêmen"},
    {"YT", "MYT", "Mayotte"},
    {"ZA", "ZAF", "South Africa|Südafrika|Afrique du Sud|Sudáfrica|África do Sul"},
    {"ZM", "ZMB", "Zambia|Sambia|Zambie|Zâmbia"},
    {"ZW", "ZWE", "Zimbabwe|Simbabwe|Zimbabue|Zimbábue"},
};

/* What people write beside the official names. */
static const Country VARIANTS[] = {
    {"US", "",
     "USA|U.S.|U.S.A.|America|United States of America|the United States|Estados Unidos de "
     "América|États-Unis d'Amérique|EEUU|EE.UU.|EUA"},
    {"GB", "",
     "UK|U.K.|Great Britain|Britain|England|Scotland|Wales|Northern Ireland|Großbritannien"
     "|Grande-Bretagne|Gran Bretaña|Grã-Bretanha|Inglaterra|Angleterre"},
    {"NL", "", "Holland|The Netherlands|Holanda|Hollande"},
    {"CZ", "", "Czech Republic|Tschechische Republik|República Checa|République tchèque"},
    {"KR", "", "Korea|South Korea|Republic of Korea|Südkorea|Corea del Sur|Coreia do Sul"},
    {"KP", "", "North Korea|Nordkorea"},
    {"RU", "", "Russian Federation|Russland|Russie"},
    {"AE", "", "UAE|U.A.E.|Emirates|VAE"},
    {"CN", "", "PRC|People's Republic of China|Mainland China"},
    {"TW", "", "Taiwan|Republic of China"},
    {"HK", "", "Hong Kong|Hongkong"},
    {"MO", "", "Macao|Macau"},
    {"VN", "", "Viet Nam|Vietnam"},
    {"IR", "", "Iran"},
    {"SY", "", "Syria"},
    {"LA", "", "Laos"},
    {"BO", "", "Bolivia"},
    {"VE", "", "Venezuela"},
    {"TZ", "", "Tanzania"},
    {"MD", "", "Moldova|Republic of Moldova"},
    {"MK", "", "Macedonia|North Macedonia"},
    {"CI", "", "Ivory Coast|Elfenbeinküste"},
    {"CD", "", "DR Congo|Democratic Republic of the Congo"},
    {"CG", "", "Congo|Republic of the Congo"},
    {"TR", "", "Turkey|Türkiye|Turquie"},
    {"SZ", "", "Swaziland"},
    {"MM", "", "Burma|Myanmar"},
    {"CV", "", "Cape Verde"},
    {"VA", "", "Vatican|Vatican City"},
    {"PS", "", "Palestine"},
    {"BN", "", "Brunei"},
    {"BR", "", "Brasil"},
    {"DE", "", "BRD|Germany (Federal Republic of)|Federal Republic of Germany|Alemania"},
    {"CH", "", "Switzerland|Schweiz|Suisse|Svizzera"},
    {"IE", "", "Republic of Ireland|Eire"},
};

#define COUNT(table) (sizeof(table) / sizeof(table)[0])
#define SLOTS 4096 /* power of two, more than twice the names */

typedef struct Slot {
    const char *name; /* folded */
    const char *code;
} Slot;

static Slot slots[SLOTS];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static uint32_t hash_of(const char *text)
{
    uint32_t hash = 2166136261u;

    for (; *text; text++)
        hash = (hash ^ (uint8_t)*text) * 16777619u;
    return hash;
}

static Slot *find_slot(const char *name)
{
    uint32_t at = hash_of(name) % SLOTS;

    while (slots[at].name && strcmp(slots[at].name, name) != 0)
        at = (at + 1) % SLOTS;
    return &slots[at];
}

/* Names stay for the life of the process. */
static void remember(const char *name, size_t length, const char *code)
{
    Buffer folded = BUFFER_EMPTY;
    Slot *slot;

    Text_fold(&folded, name, length);
    slot = find_slot(Buffer_text(&folded));
    if (!slot->name && !folded.failed && folded.length > 0) {
        slot->code = code;
        slot->name = Buffer_take(&folded);
    }
    Buffer_free(&folded);
}

static void remember_all(const Country *table, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        remember(table[i].code, 2, table[i].code);
        if (table[i].code3[0])
            remember(table[i].code3, 3, table[i].code);
        for (const char *name = table[i].names; *name;) {
            size_t length = strcspn(name, "|");

            remember(name, length, table[i].code);
            name += length + (name[length] == '|');
        }
    }
}

static void fill_slots(void)
{
    remember_all(COUNTRIES, COUNT(COUNTRIES));
    remember_all(VARIANTS, COUNT(VARIANTS));
}

const char *Country_find(const char *text)
{
    Buffer folded = BUFFER_EMPTY;
    size_t length = strlen(text);
    const char *code;

    if (length < 2 || length > 80)
        return NULL;
    pthread_once(&once, fill_slots);
    Text_fold(&folded, text, length);
    code = find_slot(Buffer_text(&folded))->code;
    Buffer_free(&folded);
    return code;
}
