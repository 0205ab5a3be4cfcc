/**
 * The ISO 3166-1 alpha-2 code for a country as ledgers write it: 'ES', 'ESP', 'Spain', 'España', 'UK'.
 * Null when it is none that we know, which is better than a wrong one.
 */
export function countryCode(text: string | null | undefined): string | null {
  const plain = folded(text ?? '')
  if (plain === '') return null
  const code = plain.toUpperCase()
  if (plain.length === 2) return ALPHA_2.has(code) ? code : (COMMON_NAMES[plain] ?? null)
  if (plain.length === 3 && ALPHA_3.has(code)) return ALPHA_3.get(code) ?? null
  return COMMON_NAMES[plain] ?? NAMES.get(plain) ?? null
}

/** Lower case, without accents, dots and doubled spaces. */
const folded = (text: string): string =>
  text
    .normalize('NFKD')
    .replaceAll(/\p{M}|\./gu, '')
    .replaceAll(/\s+/gu, ' ')
    .trim()
    .toLowerCase()

/** What people write that no list of official names has. */
const COMMON_NAMES: Readonly<Record<string, string>> = {
  uk: 'GB', 'great britain': 'GB', 'gran bretana': 'GB', england: 'GB', inglaterra: 'GB', scotland: 'GB', escocia: 'GB',
  wales: 'GB', gales: 'GB', 'northern ireland': 'GB', 'united states of america': 'US', eeuu: 'US', 'ee uu': 'US',
  holland: 'NL', holanda: 'NL', 'the netherlands': 'NL', eire: 'IE', 'republic of ireland': 'IE', 'czech republic': 'CZ',
  'republica checa': 'CZ', 'south korea': 'KR', 'corea del sur': 'KR', turkey: 'TR', turquia: 'TR', el: 'GR', 'hong kong': 'HK',
  deutschland: 'DE', 'reino de espana': 'ES', 'kingdom of spain': 'ES',
} // prettier-ignore

/** ISO 3166-1: alpha-3 and alpha-2 side by side. */
const CODES = `
AFG AF ALA AX ALB AL DZA DZ ASM AS AND AD AGO AO AIA AI ATA AQ ATG AG ARG AR ARM AM ABW AW AUS AU AUT AT AZE AZ BHS BS
BHR BH BGD BD BRB BB BLR BY BEL BE BLZ BZ BEN BJ BMU BM BTN BT BOL BO BES BQ BIH BA BWA BW BVT BV BRA BR IOT IO BRN BN
BGR BG BFA BF BDI BI CPV CV KHM KH CMR CM CAN CA CYM KY CAF CF TCD TD CHL CL CHN CN CXR CX CCK CC COL CO COM KM COG CG
COD CD COK CK CRI CR CIV CI HRV HR CUB CU CUW CW CYP CY CZE CZ DNK DK DJI DJ DMA DM DOM DO ECU EC EGY EG SLV SV GNQ GQ
ERI ER EST EE SWZ SZ ETH ET FLK FK FRO FO FJI FJ FIN FI FRA FR GUF GF PYF PF ATF TF GAB GA GMB GM GEO GE DEU DE GHA GH
GIB GI GRC GR GRL GL GRD GD GLP GP GUM GU GTM GT GGY GG GIN GN GNB GW GUY GY HTI HT HMD HM VAT VA HND HN HKG HK HUN HU
ISL IS IND IN IDN ID IRN IR IRQ IQ IRL IE IMN IM ISR IL ITA IT JAM JM JPN JP JEY JE JOR JO KAZ KZ KEN KE KIR KI PRK KP
KOR KR KWT KW KGZ KG LAO LA LVA LV LBN LB LSO LS LBR LR LBY LY LIE LI LTU LT LUX LU MAC MO MDG MG MWI MW MYS MY MDV MV
MLI ML MLT MT MHL MH MTQ MQ MRT MR MUS MU MYT YT MEX MX FSM FM MDA MD MCO MC MNG MN MNE ME MSR MS MAR MA MOZ MZ MMR MM
NAM NA NRU NR NPL NP NLD NL NCL NC NZL NZ NIC NI NER NE NGA NG NIU NU NFK NF MKD MK MNP MP NOR NO OMN OM PAK PK PLW PW
PSE PS PAN PA PNG PG PRY PY PER PE PHL PH PCN PN POL PL PRT PT PRI PR QAT QA REU RE ROU RO RUS RU RWA RW BLM BL SHN SH
KNA KN LCA LC MAF MF SPM PM VCT VC WSM WS SMR SM STP ST SAU SA SEN SN SRB RS SYC SC SLE SL SGP SG SXM SX SVK SK SVN SI
SLB SB SOM SO ZAF ZA SGS GS SSD SS ESP ES LKA LK SDN SD SUR SR SJM SJ SWE SE CHE CH SYR SY TWN TW TJK TJ TZA TZ THA TH
TLS TL TGO TG TKL TK TON TO TTO TT TUN TN TUR TR TKM TM TCA TC TUV TV UGA UG UKR UA ARE AE GBR GB USA US UMI UM URY UY
UZB UZ VUT VU VEN VE VNM VN VGB VG VIR VI WLF WF ESH EH YEM YE ZMB ZM ZWE ZW
`

const ALPHA_3: ReadonlyMap<string, string> = new Map(
  [...CODES.matchAll(/([A-Z]{3}) ([A-Z]{2})/g)].map((match) => [match[1] ?? '', match[2] ?? '']),
)
const ALPHA_2: ReadonlySet<string> = new Set(ALPHA_3.values())

/** Names in English and Spanish, by the runtime's own tables. */
const NAMES: ReadonlyMap<string, string> = new Map(
  ['en', 'es'].flatMap((language) => {
    const display = new Intl.DisplayNames(language, { type: 'region' })
    return [...ALPHA_2].map((code): [string, string] => [folded(display.of(code) ?? code), code])
  }),
)
