/**
 * The regions of countries where the region decides the time of day or the holidays, as ledgers write them: free text,
 * in English, Spanish or the region's own language, or a code with or without its country.
 *
 * Codes are ISO 3166-2's second halves, but Canary islands (ISO has none) are `CN-TE` and so on. Each line is a code
 * and the names it goes by; a Spanish province, a French department or a British county names the region it lies in.
 */
const NAMES: Readonly<Record<string, string>> = {
  ES: `
    AN Andalucía|Andalusia|Almería|AL|Cádiz|CA|Córdoba|CO|Granada|GR|Huelva|H|Jaén|J|Málaga|MA|Sevilla|Seville|SE
    AR Aragón|Aragon|Huesca|HU|Teruel|TE|Zaragoza|Saragossa|Z
    AS Asturias|Principado de Asturias|Asturies|Oviedo|O|Gijón
    CB Cantabria|Santander|S
    CE Ceuta|Ciudad de Ceuta
    CL Castilla y León|Castilla León|Castile and León|Castilla-León|Ávila|AV|Burgos|BU|León|LE|Palencia|P|Salamanca|SA|Segovia|SG|Soria|SO|Valladolid|VA|Zamora|ZA
    CM Castilla-La Mancha|Castilla La Mancha|Castile-La Mancha|Albacete|AB|Ciudad Real|CR|Cuenca|CU|Guadalajara|GU|Toledo|TO
    CN Canarias|Islas Canarias|Canary Islands|Las Palmas|Santa Cruz de Tenerife|S/C de Tenerife|S/C Tenerife|Sta Cruz de Tenerife|TF
    CN-EH El Hierro|Hierro
    CN-FU Fuerteventura
    CN-GC Gran Canaria|Las Palmas de Gran Canaria|GC
    CN-LA Lanzarote|La Graciosa
    CN-LG La Gomera
    CN-LP La Palma|Isla de La Palma
    CN-TE Tenerife
    CT Cataluña|Catalunya|Catalonia|Barcelona|B|Girona|Gerona|GI|Lleida|Lérida|L|Tarragona|T
    EX Extremadura|Badajoz|BA|Cáceres|CC
    GA Galicia|Galiza|A Coruña|La Coruña|Coruña|C|Lugo|LU|Ourense|Orense|OR|Pontevedra|PO
    IB Illes Balears|Islas Baleares|Baleares|Balears|Balearic Islands|Mallorca|Majorca|Menorca|Ibiza|Eivissa|Formentera|PM
    MC Región de Murcia|Murcia|Murcia Region|MU
    MD Comunidad de Madrid|Madrid|Community of Madrid|M
    ML Melilla|Ciudad de Melilla
    NC Comunidad Foral de Navarra|Navarra|Navarre|Nafarroa|NA
    PV País Vasco|Euskadi|Basque Country|Basque|Bizkaia|Vizcaya|Biscay|BI|Gipuzkoa|Guipúzcoa|SS|Álava|Araba|VI
    RI La Rioja|Rioja|LO|Logroño
    VC Comunitat Valenciana|Comunidad Valenciana|Valencian Community|País Valencià|Valencia|València|V|Alicante|Alacant|A|Castellón|Castelló|CS`,
  PT: `
    20 Açores|Azores|Região Autónoma dos Açores|São Miguel|Ponta Delgada|Terceira|Faial
    30 Madeira|Região Autónoma da Madeira|Funchal|Porto Santo`,
  GB: `
    ENG England|Inglaterra|London|Greater London|Londres
    SCT Scotland|Escocia|Edinburgh|City of Edinburgh|Glasgow|Aberdeen|Aberdeenshire|Dundee|Highland|Highlands|Fife|Midlothian|East Lothian|West Lothian|Lothian|Lanarkshire|North Lanarkshire|South Lanarkshire|Ayrshire|Angus|Argyll|Argyll and Bute|Perth|Perthshire|Perth and Kinross|Stirling|Stirlingshire|Moray|Scottish Borders|Dumfries and Galloway|Dumfriesshire|Orkney|Shetland|Renfrewshire|Inverness|Inverness-shire|Falkirk|Clackmannanshire|Dunbartonshire|Na h-Eileanan Siar|Western Isles|Outer Hebrides|Caithness
    WLS Wales|Gales|Cymru|WAL|Cardiff|Swansea|Gwynedd|Powys|Dyfed|Clwyd|Gwent|Glamorgan|South Glamorgan|Mid Glamorgan|West Glamorgan|Vale of Glamorgan|Pembrokeshire|Carmarthenshire|Ceredigion|Conwy|Denbighshire|Flintshire|Wrexham|Anglesey|Isle of Anglesey|Monmouthshire|Caerphilly|Rhondda Cynon Taf|Merthyr Tydfil
    NIR Northern Ireland|Irlanda del Norte|NI|Ulster|Belfast|Antrim|County Antrim|Co Antrim|Armagh|County Armagh|Co Armagh|County Down|Co Down|Fermanagh|County Fermanagh|Co Fermanagh|Londonderry|Derry|County Londonderry|Tyrone|County Tyrone|Co Tyrone|Lisburn|Newry`,
  FR: `
    57 Moselle|Mosela|Metz
    67 Bas-Rhin|Bajo Rin|Alsace|Alsacia|Alsace-Moselle|Strasbourg|Estrasburgo|6AE
    68 Haut-Rhin|Alto Rin|Mulhouse|Colmar
    GP Guadeloupe|Guadalupe|971
    MQ Martinique|Martinica|972
    GF Guyane|French Guiana|Guayana Francesa|Guyane française|973
    RE La Réunion|Réunion|Reunion|Reunión|974
    PM Saint-Pierre-et-Miquelon|Saint Pierre and Miquelon|975
    YT Mayotte|976
    BL Saint-Barthélemy|San Bartolomé|977
    MF Saint-Martin|San Martín|978
    WF Wallis-et-Futuna|Wallis and Futuna|986
    PF Polynésie française|French Polynesia|Polinesia Francesa|Tahiti|Tahití|987
    NC Nouvelle-Calédonie|New Caledonia|Nueva Caledonia|988`,
  DE: `
    BB Brandenburg|Brandeburgo|Brandenburgo
    BE Berlin|Berlín
    BW Baden-Württemberg|Baden-Wuerttemberg|Baden Wurtemberg
    BY Bayern|Bavaria|Baviera
    HB Bremen|Brema|Freie Hansestadt Bremen
    HE Hessen|Hesse
    HH Hamburg|Hamburgo
    MV Mecklenburg-Vorpommern|Mecklenburg-Western Pomerania|Mecklemburgo-Pomerania Occidental
    NI Niedersachsen|Lower Saxony|Baja Sajonia
    NW Nordrhein-Westfalen|North Rhine-Westphalia|Renania del Norte-Westfalia|NRW
    RP Rheinland-Pfalz|Rhineland-Palatinate|Renania-Palatinado
    SH Schleswig-Holstein
    SL Saarland|Sarre
    SN Sachsen|Saxony|Sajonia
    ST Sachsen-Anhalt|Saxony-Anhalt|Sajonia-Anhalt
    TH Thüringen|Thueringen|Thuringia|Turingia`,
  IT: `
    BZ Bolzano|Bozen|Alto Adige|Südtirol|South Tyrol|Tirol del Sur|Provincia autonoma di Bolzano`,
  US: `
    AL Alabama
    AK Alaska
    AZ Arizona
    AR Arkansas
    CA California|Calif
    CO Colorado
    CT Connecticut
    DE Delaware
    DC District of Columbia|Washington DC|Washington D C|D C|Distrito de Columbia
    FL Florida
    GA Georgia
    HI Hawaii|Hawái
    ID Idaho
    IL Illinois
    IN Indiana
    IA Iowa
    KS Kansas
    KY Kentucky
    LA Louisiana|Luisiana
    ME Maine
    MD Maryland
    MA Massachusetts
    MI Michigan|Míchigan
    MN Minnesota
    MS Mississippi|Misisipi
    MO Missouri|Misuri
    MT Montana
    NE Nebraska
    NV Nevada
    NH New Hampshire|Nuevo Hampshire
    NJ New Jersey|Nueva Jersey
    NM New Mexico|Nuevo México
    NY New York|Nueva York|New York City|NYC
    NC North Carolina|Carolina del Norte
    ND North Dakota|Dakota del Norte
    OH Ohio
    OK Oklahoma
    OR Oregon|Oregón
    PA Pennsylvania|Pensilvania
    RI Rhode Island
    SC South Carolina|Carolina del Sur
    SD South Dakota|Dakota del Sur
    TN Tennessee
    TX Texas|Tejas
    UT Utah
    VT Vermont
    VA Virginia
    WA Washington|Washington State
    WV West Virginia|Virginia Occidental
    WI Wisconsin
    WY Wyoming
    PR Puerto Rico
    VI US Virgin Islands|U S Virgin Islands|Virgin Islands|Islas Vírgenes
    GU Guam
    AS American Samoa|Samoa Americana
    MP Northern Mariana Islands|Islas Marianas del Norte`,
  CA: `
    AB Alberta
    BC British Columbia|Columbia Británica|Colombie-Britannique|B C
    MB Manitoba
    NB New Brunswick|Nuevo Brunswick|Nouveau-Brunswick
    NL Newfoundland and Labrador|Newfoundland|Labrador|Terranova y Labrador|Terranova|NF
    NS Nova Scotia|Nueva Escocia
    NT Northwest Territories|Territorios del Noroeste|NWT
    NU Nunavut
    ON Ontario|Ont
    PE Prince Edward Island|Isla del Príncipe Eduardo|PEI|P E I
    QC Quebec|Québec|PQ
    SK Saskatchewan|Sask
    YT Yukon|Yukon Territory|Yukón|YK`,
  MX: `
    AGU Aguascalientes|AGS
    BCN Baja California|BC|Baja California Norte
    BCS Baja California Sur
    CAM Campeche|CAMP
    CHP Chiapas|CHIS
    CHH Chihuahua|CHIH
    CMX Ciudad de México|CDMX|Mexico City|Distrito Federal|DF|D F|DIF
    COA Coahuila|Coahuila de Zaragoza|COAH
    COL Colima
    DUR Durango|DGO
    GUA Guanajuato|GTO
    GRO Guerrero
    HID Hidalgo|HGO
    JAL Jalisco
    MEX Estado de México|México|Edo de México|Edomex|Edo Mex|State of Mexico
    MIC Michoacán|Michoacán de Ocampo|MICH
    MOR Morelos
    NAY Nayarit
    NLE Nuevo León|NL|N L
    OAX Oaxaca
    PUE Puebla
    QUE Querétaro|QRO
    ROO Quintana Roo|QROO|Q Roo|QR
    SLP San Luis Potosí
    SIN Sinaloa
    SON Sonora
    TAB Tabasco
    TAM Tamaulipas|TAMPS
    TLA Tlaxcala|TLAX
    VER Veracruz|Veracruz de Ignacio de la Llave
    YUC Yucatán
    ZAC Zacatecas`,
  BR: `
    AC Acre
    AL Alagoas
    AM Amazonas
    AP Amapá
    BA Bahia|Bahía
    CE Ceará
    DF Distrito Federal|Brasília
    ES Espírito Santo|Espíritu Santo
    GO Goiás
    MA Maranhão|Marañón
    MG Minas Gerais|Minas Geraes
    MS Mato Grosso do Sul|Mato Grosso del Sur
    MT Mato Grosso
    PA Pará
    PB Paraíba
    PE Pernambuco
    PI Piauí
    PR Paraná
    RJ Rio de Janeiro|Río de Janeiro
    RN Rio Grande do Norte|Río Grande del Norte
    RO Rondônia|Rondonia
    RR Roraima
    RS Rio Grande do Sul|Río Grande del Sur
    SC Santa Catarina
    SE Sergipe
    SP São Paulo|San Pablo
    TO Tocantins
    FN Fernando de Noronha`,
  AU: `
    ACT Australian Capital Territory|Territorio de la Capital Australiana|A C T|Canberra
    NSW New South Wales|Nueva Gales del Sur|N S W
    NT Northern Territory|Territorio del Norte|N T
    QLD Queensland
    SA South Australia|Australia Meridional|Australia del Sur
    TAS Tasmania
    VIC Victoria
    WA Western Australia|Australia Occidental
    LHI Lord Howe Island|Lord Howe`,
  NZ: `
    AUK Auckland|Auckland Province
    BOP Bay of Plenty
    CAN Canterbury|Christchurch
    CIT Chatham Islands|Islas Chatham|Chatham
    GIS Gisborne
    HKB Hawke's Bay|Hawkes Bay
    MBH Marlborough
    MWT Manawatu-Wanganui|Manawatū-Whanganui|Manawatu
    NSN Nelson
    NTL Northland
    OTA Otago|Dunedin
    STL Southland
    TAS Tasman
    TKI Taranaki
    WKO Waikato|Hamilton
    WGN Wellington
    WTC West Coast|Westland`,
  CL: `
    AI Aysén|Aisén|Aysén del General Carlos Ibáñez del Campo
    AP Arica y Parinacota
    BI Biobío|Bío-Bío
    IP Isla de Pascua|Easter Island|Rapa Nui
    MA Magallanes|Magallanes y de la Antártica Chilena|Punta Arenas
    NB Ñuble
    TA Tarapacá`,
  EC: `
    W Galápagos|Islas Galápagos|Galapagos Islands`,
  CD: `
    BU Bas-Uele
    HK Haut-Katanga|Katanga|Lubumbashi
    HL Haut-Lomami
    HU Haut-Uele
    IT Ituri
    KC Kasaï-Central|Kasai Central
    KE Kasaï-Oriental|Kasai Oriental
    KS Kasaï|Kasai
    LO Lomami
    LU Lualaba
    MA Maniema
    NK Nord-Kivu|North Kivu|Kivu del Norte
    SA Sankuru
    SK Sud-Kivu|South Kivu|Kivu del Sur
    TA Tanganyika
    TO Tshopo`,
  FM: `
    TRK Chuuk|Truk
    YAP Yap
    KSA Kosrae
    PNI Pohnpei|Ponape`,
  GL: `
    SCO Ittoqqortoormiit|Scoresbysund
    THU Pituffik|Thule`,
  ID: `
    KB Kalimantan Barat|West Kalimantan
    KT Kalimantan Tengah|Central Kalimantan
    KS Kalimantan Selatan|South Kalimantan
    KI Kalimantan Timur|East Kalimantan
    KU Kalimantan Utara|North Kalimantan
    SN Sulawesi Selatan|South Sulawesi
    ST Sulawesi Tengah|Central Sulawesi
    SG Sulawesi Tenggara|Southeast Sulawesi
    SA Sulawesi Utara|North Sulawesi
    SR Sulawesi Barat|West Sulawesi
    GO Gorontalo
    BA Bali
    NB Nusa Tenggara Barat|West Nusa Tenggara|Lombok
    NT Nusa Tenggara Timur|East Nusa Tenggara
    MA Maluku|Moluccas|Molucas
    MU Maluku Utara|North Maluku
    PA Papua
    PB Papua Barat|West Papua
    PD Papua Barat Daya|Southwest Papua
    PS Papua Selatan|South Papua
    PT Papua Tengah|Central Papua
    PE Papua Pegunungan|Highland Papua`,
  KI: `
    L Line Islands|Kiritimati|Christmas Island
    P Phoenix Islands|Kanton`,
  MN: `
    071 Bayan-Ölgii|Bayan-Ulgii
    043 Khovd|Hovd
    046 Uvs`,
  PF: `
    M Marquesas|Marquises|Marquesas Islands|Îles Marquises
    G Gambier|Gambier Islands|Îles Gambier`,
  PG: `
    NSB Bougainville`,
  PS: `
    GZA Gaza|Gaza Strip|Franja de Gaza`,
  RU: `
    KGD Kaliningrad|Kaliningrado
    AST Astrakhan|Astracán
    SAR Saratov|Sarátov
    ULY Ulyanovsk|Uliánovsk
    SAM Samara
    UD Udmurtia|Udmurt
    BA Bashkortostan|Baskortostán|Ufa
    CHE Chelyabinsk|Cheliábinsk
    KGN Kurgan|Kurgán
    ORE Orenburg|Oremburgo
    PER Perm
    SVE Sverdlovsk|Yekaterinburg|Ekaterinburgo
    TYU Tyumen|Tiumén
    KHM Khanty-Mansi|Yugra|Janti-Mansi
    YAN Yamalo-Nenets
    OMS Omsk
    AL Altai Republic|República de Altái
    ALT Altai Krai|Altai|Altái|Barnaul
    NVS Novosibirsk|Novosibírsk
    TOM Tomsk
    KEM Kemerovo|Kuzbass
    KYA Krasnoyarsk|Krasnoiarsk
    KK Khakassia|Jakasia
    TY Tuva|Tyva
    IRK Irkutsk
    BU Buryatia|Buriatia
    ZAB Zabaykalsky|Chita|Transbaikal
    AMU Amur
    SA Sakha|Yakutia|Yakutsk|Sajá
    KHA Khabarovsk|Jabárovsk
    PRI Primorsky|Primorye|Vladivostok
    YEV Jewish Autonomous Oblast
    MAG Magadan|Magadán
    SAK Sakhalin|Sajalín
    KAM Kamchatka
    CHU Chukotka|Chukotka`,
}

/** Words around a name that say only what kind of region it is. */
const KINDS = new RegExp(
  `^(?:${[
    'comunidad autonoma de', 'comunitat autonoma de', 'comunidad de', 'comunidad', 'provincia de', 'provincia', 'prov', 'province of',
    'estado de', 'estado do', 'estado', 'state of', 'region de', 'region', 'regiao', 'principado de', 'departement', 'departamento de',
    'isla de', 'islas', 'land', 'freistaat', 'hansestadt', 'canton',
  ].join('|')}) | (?:state|province|region|oblast|krai|republic|county|islands?|department)$`,
  'g',
) // prettier-ignore

/** Country → every way to write one of its regions, plain → code. */
const REGIONS: ReadonlyMap<string, ReadonlyMap<string, string>> = new Map(
  Object.entries(NAMES).map(([country, lines]) => [country, spellings(lines)]),
)

function spellings(lines: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  const entries = lines.trim().split('\n').map((line) => /^\s*(\S+) (.+)$/.exec(line)) // prettier-ignore
  // A region's own code comes before another's province of the same letters: "ES-CE" is Ceuta, "AR" Aragón.
  for (const entry of entries) if (entry?.[1]) found.set(plain(entry[1]), entry[1])
  for (const entry of entries) {
    for (const name of entry?.[2]?.split('|') ?? [])
      if (!found.has(plain(name))) found.set(plain(name), entry?.[1] ?? '')
  }
  return found
}

/**
 * The code of a region of the country (ISO 3166-1 alpha-2), or null when the text is none that we know: a town, a
 * misspelling, a country whose regions make no difference.
 */
export function regionCode(country: string, text: string | null): string | null {
  const regions = REGIONS.get(country)
  if (!regions || !text) return null
  const whole = plain(text)
  return known(regions, country, whole) ?? partOf(regions, country, text) ?? nameWithin(regions, whole)
}

/** "ES-CT", "US CA", "Provincia de Málaga". */
function known(regions: ReadonlyMap<string, string>, country: string, words: string): string | null {
  const ways = [words, words.replace(new RegExp(`^${country.toLowerCase()} `), ''), words.replace(KINDS, '')]
  return ways.map((way) => regions.get(way)).find((code) => code !== undefined) ?? null
}

/** "Barcelona (Cataluña)", "Austin, TX": the last part that is one, being the wider. One letter is no part but half a short form. */
function partOf(regions: ReadonlyMap<string, string>, country: string, text: string): string | null {
  const parts = text.split(/[,;/()|]| - /).map(plain).filter((part) => part.length > 1).reverse() // prettier-ignore
  return parts.map((part) => known(regions, country, part)).find((code) => code !== null) ?? null
}

/** "28001 Madrid", "Greater Glasgow": the longest name that stands in the text as whole words; codes are too short to be sure of. */
function nameWithin(regions: ReadonlyMap<string, string>, words: string): string | null {
  const within = [...regions].filter(([name]) => name.length >= 4 && ` ${words} `.includes(` ${name} `))
  return within.sort(([one], [other]) => other.length - one.length)[0]?.[1] ?? null
}

/** Without case, accents or punctuation. */
function plain(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
}
