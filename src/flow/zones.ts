import { regionCode } from './regions.ts'

/** Somewhere on earth, as a ledger or a business says it: ISO 3166-1 alpha-2 and free text. */
export type Place = { readonly country: string | null; readonly region: string | null }

/**
 * The time zone (IANA) of a customer, whose day and hours decide when a message may leave.
 *
 * A region that we know decides; else the country; in the business's own country, where most customers give no region,
 * the business's zone; and where nothing is known, the business's zone as well. A customer without a country is taken
 * to be in the business's.
 */
export function zoneOfCustomer(
  customer: Place,
  business: { readonly country: string | null; readonly timeZone: string },
): string {
  const country = customer.country ?? business.country
  if (country === null) return business.timeZone
  const region = regionCode(country, customer.region)
  if (region === null && country === business.country) return business.timeZone
  return zoneOfRegion(country, region) ?? business.timeZone
}

/** The zone of a country's capital, to begin with for a business whose ledger does not say; null for an unknown country. */
export const zoneOfCountry = (country: string | null): string | null =>
  country === null ? null : (COUNTRIES[country] ?? null)

/** Every zone that a customer can be found in. */
export const everyZone = (): string[] => [
  ...new Set([...Object.values(COUNTRIES), ...Object.values(REGIONS).flatMap((zones) => Object.values(zones))]),
]

/** The zone of a region (see regions.ts), which without one of its own keeps its country's. */
function zoneOfRegion(country: string, region: string | null): string | null {
  // An island's line says nothing about zones; the group's does.
  const own =
    region === null ? undefined : (REGIONS[country]?.[region] ?? REGIONS[country]?.[region.split('-')[0] ?? ''])
  return own ?? COUNTRIES[country] ?? null
}

/**
 * Every country and territory of ISO 3166-1 that has inhabitants, by the tz database's zone.tab (2026c). A country with
 * several zones gets its capital's: Washington, Ottawa, Canberra, Brasília, Mexico City, Moscow, Jakarta and so on.
 */
const COUNTRIES: Readonly<Record<string, string>> = {
  AD: 'Europe/Andorra', AE: 'Asia/Dubai', AF: 'Asia/Kabul', AG: 'America/Antigua', AI: 'America/Anguilla',
  AL: 'Europe/Tirane', AM: 'Asia/Yerevan', AO: 'Africa/Luanda', AR: 'America/Argentina/Buenos_Aires',
  AS: 'Pacific/Pago_Pago', AT: 'Europe/Vienna', AU: 'Australia/Sydney', AW: 'America/Aruba', AX: 'Europe/Mariehamn',
  AZ: 'Asia/Baku', BA: 'Europe/Sarajevo', BB: 'America/Barbados', BD: 'Asia/Dhaka', BE: 'Europe/Brussels',
  BF: 'Africa/Ouagadougou', BG: 'Europe/Sofia', BH: 'Asia/Bahrain', BI: 'Africa/Bujumbura', BJ: 'Africa/Porto-Novo',
  BL: 'America/St_Barthelemy', BM: 'Atlantic/Bermuda', BN: 'Asia/Brunei', BO: 'America/La_Paz',
  BQ: 'America/Kralendijk', BR: 'America/Sao_Paulo', BS: 'America/Nassau', BT: 'Asia/Thimphu', BW: 'Africa/Gaborone',
  BY: 'Europe/Minsk', BZ: 'America/Belize', CA: 'America/Toronto', CC: 'Indian/Cocos', CD: 'Africa/Kinshasa',
  CF: 'Africa/Bangui', CG: 'Africa/Brazzaville', CH: 'Europe/Zurich', CI: 'Africa/Abidjan', CK: 'Pacific/Rarotonga',
  CL: 'America/Santiago', CM: 'Africa/Douala', CN: 'Asia/Shanghai', CO: 'America/Bogota', CR: 'America/Costa_Rica',
  CU: 'America/Havana', CV: 'Atlantic/Cape_Verde', CW: 'America/Curacao', CX: 'Indian/Christmas', CY: 'Asia/Nicosia',
  CZ: 'Europe/Prague', DE: 'Europe/Berlin', DJ: 'Africa/Djibouti', DK: 'Europe/Copenhagen', DM: 'America/Dominica',
  DO: 'America/Santo_Domingo', DZ: 'Africa/Algiers', EC: 'America/Guayaquil', EE: 'Europe/Tallinn',
  EG: 'Africa/Cairo', EH: 'Africa/El_Aaiun', ER: 'Africa/Asmara', ES: 'Europe/Madrid', ET: 'Africa/Addis_Ababa',
  FI: 'Europe/Helsinki', FJ: 'Pacific/Fiji', FK: 'Atlantic/Stanley', FM: 'Pacific/Pohnpei', FO: 'Atlantic/Faroe',
  FR: 'Europe/Paris', GA: 'Africa/Libreville', GB: 'Europe/London', GD: 'America/Grenada', GE: 'Asia/Tbilisi',
  GF: 'America/Cayenne', GG: 'Europe/Guernsey', GH: 'Africa/Accra', GI: 'Europe/Gibraltar', GL: 'America/Nuuk',
  GM: 'Africa/Banjul', GN: 'Africa/Conakry', GP: 'America/Guadeloupe', GQ: 'Africa/Malabo', GR: 'Europe/Athens',
  GS: 'Atlantic/South_Georgia', GT: 'America/Guatemala', GU: 'Pacific/Guam', GW: 'Africa/Bissau',
  GY: 'America/Guyana', HK: 'Asia/Hong_Kong', HN: 'America/Tegucigalpa', HR: 'Europe/Zagreb',
  HT: 'America/Port-au-Prince', HU: 'Europe/Budapest', ID: 'Asia/Jakarta', IE: 'Europe/Dublin', IL: 'Asia/Jerusalem',
  IM: 'Europe/Isle_of_Man', IN: 'Asia/Kolkata', IO: 'Indian/Chagos', IQ: 'Asia/Baghdad', IR: 'Asia/Tehran',
  IS: 'Atlantic/Reykjavik', IT: 'Europe/Rome', JE: 'Europe/Jersey', JM: 'America/Jamaica', JO: 'Asia/Amman',
  JP: 'Asia/Tokyo', KE: 'Africa/Nairobi', KG: 'Asia/Bishkek', KH: 'Asia/Phnom_Penh', KI: 'Pacific/Tarawa',
  KM: 'Indian/Comoro', KN: 'America/St_Kitts', KP: 'Asia/Pyongyang', KR: 'Asia/Seoul', KW: 'Asia/Kuwait',
  KY: 'America/Cayman', KZ: 'Asia/Almaty', LA: 'Asia/Vientiane', LB: 'Asia/Beirut', LC: 'America/St_Lucia',
  LI: 'Europe/Vaduz', LK: 'Asia/Colombo', LR: 'Africa/Monrovia', LS: 'Africa/Maseru', LT: 'Europe/Vilnius',
  LU: 'Europe/Luxembourg', LV: 'Europe/Riga', LY: 'Africa/Tripoli', MA: 'Africa/Casablanca', MC: 'Europe/Monaco',
  MD: 'Europe/Chisinau', ME: 'Europe/Podgorica', MF: 'America/Marigot', MG: 'Indian/Antananarivo',
  MH: 'Pacific/Majuro', MK: 'Europe/Skopje', ML: 'Africa/Bamako', MM: 'Asia/Yangon', MN: 'Asia/Ulaanbaatar',
  MO: 'Asia/Macau', MP: 'Pacific/Saipan', MQ: 'America/Martinique', MR: 'Africa/Nouakchott',
  MS: 'America/Montserrat', MT: 'Europe/Malta', MU: 'Indian/Mauritius', MV: 'Indian/Maldives', MW: 'Africa/Blantyre',
  MX: 'America/Mexico_City', MY: 'Asia/Kuala_Lumpur', MZ: 'Africa/Maputo', NA: 'Africa/Windhoek',
  NC: 'Pacific/Noumea', NE: 'Africa/Niamey', NF: 'Pacific/Norfolk', NG: 'Africa/Lagos', NI: 'America/Managua',
  NL: 'Europe/Amsterdam', NO: 'Europe/Oslo', NP: 'Asia/Kathmandu', NR: 'Pacific/Nauru', NU: 'Pacific/Niue',
  NZ: 'Pacific/Auckland', OM: 'Asia/Muscat', PA: 'America/Panama', PE: 'America/Lima', PF: 'Pacific/Tahiti',
  PG: 'Pacific/Port_Moresby', PH: 'Asia/Manila', PK: 'Asia/Karachi', PL: 'Europe/Warsaw', PM: 'America/Miquelon',
  PN: 'Pacific/Pitcairn', PR: 'America/Puerto_Rico', PS: 'Asia/Hebron', PT: 'Europe/Lisbon', PW: 'Pacific/Palau',
  PY: 'America/Asuncion', QA: 'Asia/Qatar', RE: 'Indian/Reunion', RO: 'Europe/Bucharest', RS: 'Europe/Belgrade',
  RU: 'Europe/Moscow', RW: 'Africa/Kigali', SA: 'Asia/Riyadh', SB: 'Pacific/Guadalcanal', SC: 'Indian/Mahe',
  SD: 'Africa/Khartoum', SE: 'Europe/Stockholm', SG: 'Asia/Singapore', SH: 'Atlantic/St_Helena',
  SI: 'Europe/Ljubljana', SJ: 'Arctic/Longyearbyen', SK: 'Europe/Bratislava', SL: 'Africa/Freetown',
  SM: 'Europe/San_Marino', SN: 'Africa/Dakar', SO: 'Africa/Mogadishu', SR: 'America/Paramaribo', SS: 'Africa/Juba',
  ST: 'Africa/Sao_Tome', SV: 'America/El_Salvador', SX: 'America/Lower_Princes', SY: 'Asia/Damascus',
  SZ: 'Africa/Mbabane', TC: 'America/Grand_Turk', TD: 'Africa/Ndjamena', TF: 'Indian/Kerguelen', TG: 'Africa/Lome',
  TH: 'Asia/Bangkok', TJ: 'Asia/Dushanbe', TK: 'Pacific/Fakaofo', TL: 'Asia/Dili', TM: 'Asia/Ashgabat',
  TN: 'Africa/Tunis', TO: 'Pacific/Tongatapu', TR: 'Europe/Istanbul', TT: 'America/Port_of_Spain',
  TV: 'Pacific/Funafuti', TW: 'Asia/Taipei', TZ: 'Africa/Dar_es_Salaam', UA: 'Europe/Kyiv', UG: 'Africa/Kampala',
  US: 'America/New_York', UY: 'America/Montevideo', UZ: 'Asia/Tashkent', VA: 'Europe/Vatican',
  VC: 'America/St_Vincent', VE: 'America/Caracas', VG: 'America/Tortola', VI: 'America/St_Thomas',
  VN: 'Asia/Ho_Chi_Minh', VU: 'Pacific/Efate', WF: 'Pacific/Wallis', WS: 'Pacific/Apia', YE: 'Asia/Aden',
  YT: 'Indian/Mayotte', ZA: 'Africa/Johannesburg', ZM: 'Africa/Lusaka', ZW: 'Africa/Harare',
} // prettier-ignore

const zoned = (zones: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(zones).flatMap(([zone, codes]) => codes.split(' ').map((code) => [code, zone])))

/**
 * Regions whose clocks differ, now or on some days of the year, from their capital's: country → code of regions.ts → zone.
 *
 * By zone.tab's comments and the zone's history (tz database 2026c). A region that spans two zones has the one most
 * of its people live by: Florida's, Tennessee's, Texas's, Ontario's; border towns are not told apart.
 */
const REGIONS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  ES: zoned({ 'Atlantic/Canary': 'CN', 'Africa/Ceuta': 'CE ML' }),
  PT: zoned({ 'Atlantic/Azores': '20', 'Atlantic/Madeira': '30' }),
  FR: zoned({
    'America/Guadeloupe': 'GP', 'America/Martinique': 'MQ', 'America/Cayenne': 'GF', 'Indian/Reunion': 'RE',
    'America/Miquelon': 'PM', 'Indian/Mayotte': 'YT', 'America/St_Barthelemy': 'BL', 'America/Marigot': 'MF',
    'Pacific/Wallis': 'WF', 'Pacific/Tahiti': 'PF', 'Pacific/Noumea': 'NC',
  }),
  US: zoned({
    'America/Chicago': 'AL AR IL IA KS LA MN MS MO NE ND OK SD TN TX WI',
    'America/Denver': 'CO MT NM UT WY', 'America/Boise': 'ID', 'America/Phoenix': 'AZ',
    'America/Los_Angeles': 'CA NV OR WA', 'America/Anchorage': 'AK', 'Pacific/Honolulu': 'HI',
    'America/Detroit': 'MI', 'America/Indiana/Indianapolis': 'IN',
    'America/Puerto_Rico': 'PR', 'America/St_Thomas': 'VI', 'Pacific/Guam': 'GU', 'Pacific/Pago_Pago': 'AS', 'Pacific/Saipan': 'MP',
  }),
  CA: zoned({
    'America/St_Johns': 'NL', 'America/Halifax': 'NS PE', 'America/Moncton': 'NB', 'America/Winnipeg': 'MB',
    'America/Regina': 'SK', 'America/Edmonton': 'AB NT', 'America/Whitehorse': 'YT', 'America/Vancouver': 'BC', 'America/Iqaluit': 'NU',
  }),
  MX: zoned({
    'America/Cancun': 'ROO', 'America/Merida': 'CAM YUC', 'America/Monterrey': 'COA DUR NLE TAM', 'America/Chihuahua': 'CHH',
    'America/Hermosillo': 'SON', 'America/Mazatlan': 'BCS NAY SIN', 'America/Tijuana': 'BCN',
  }),
  BR: zoned({
    'America/Noronha': 'FN', 'America/Belem': 'AP PA', 'America/Fortaleza': 'CE MA PB PI RN', 'America/Recife': 'PE',
    'America/Araguaina': 'TO', 'America/Maceio': 'AL SE', 'America/Bahia': 'BA', 'America/Campo_Grande': 'MS', 'America/Cuiaba': 'MT',
    'America/Porto_Velho': 'RO', 'America/Boa_Vista': 'RR', 'America/Manaus': 'AM', 'America/Rio_Branco': 'AC',
  }),
  AU: zoned({
    'Australia/Melbourne': 'VIC', 'Australia/Brisbane': 'QLD', 'Australia/Adelaide': 'SA', 'Australia/Darwin': 'NT',
    'Australia/Perth': 'WA', 'Australia/Hobart': 'TAS', 'Australia/Lord_Howe': 'LHI',
  }),
  NZ: zoned({ 'Pacific/Chatham': 'CIT' }),
  CL: zoned({ 'America/Punta_Arenas': 'MA', 'America/Coyhaique': 'AI', 'Pacific/Easter': 'IP' }),
  EC: zoned({ 'Pacific/Galapagos': 'W' }),
  CD: zoned({ 'Africa/Lubumbashi': 'BU HK HL HU IT KC KE KS LO LU MA NK SA SK TA TO' }),
  FM: zoned({ 'Pacific/Chuuk': 'TRK YAP', 'Pacific/Kosrae': 'KSA' }),
  GL: zoned({ 'America/Scoresbysund': 'SCO', 'America/Thule': 'THU' }),
  ID: zoned({
    'Asia/Pontianak': 'KB KT', 'Asia/Makassar': 'KS KI KU SN ST SG SA SR GO BA NB NT', 'Asia/Jayapura': 'MA MU PA PB PD PS PT PE',
  }),
  KI: zoned({ 'Pacific/Kiritimati': 'L', 'Pacific/Kanton': 'P' }),
  MN: zoned({ 'Asia/Hovd': '071 043 046' }),
  PF: zoned({ 'Pacific/Marquesas': 'M', 'Pacific/Gambier': 'G' }),
  PG: zoned({ 'Pacific/Bougainville': 'NSB' }),
  PS: zoned({ 'Asia/Gaza': 'GZA' }),
  RU: zoned({
    'Europe/Kaliningrad': 'KGD', 'Europe/Astrakhan': 'AST', 'Europe/Saratov': 'SAR', 'Europe/Ulyanovsk': 'ULY', 'Europe/Samara': 'SAM UD',
    'Asia/Yekaterinburg': 'BA CHE KGN ORE PER SVE TYU KHM YAN', 'Asia/Omsk': 'OMS', 'Asia/Barnaul': 'AL ALT',
    'Asia/Novosibirsk': 'NVS', 'Asia/Tomsk': 'TOM', 'Asia/Novokuznetsk': 'KEM', 'Asia/Krasnoyarsk': 'KYA KK TY',
    'Asia/Irkutsk': 'IRK BU', 'Asia/Chita': 'ZAB', 'Asia/Yakutsk': 'AMU SA', 'Asia/Vladivostok': 'KHA PRI YEV',
    'Asia/Magadan': 'MAG', 'Asia/Sakhalin': 'SAK', 'Asia/Kamchatka': 'KAM', 'Asia/Anadyr': 'CHU',
  }),
} // prettier-ignore
