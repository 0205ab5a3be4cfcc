import type { Company } from './books.ts'
import { clientList, type ClientEntry } from './company-clients.ts'

/** A sign maker in Bristol that keeps its books in QuickBooks. Everybody and everything in it is made up. */
export const BRITISH_COMPANY: Company = {
  name: 'Tidewell Signs',
  legalName: 'Tidewell Signs & Display Ltd',
  country: 'GB',
  baseCurrency: 'GBP',
  timeZone: 'Europe/London',
  email: 'accounts@tidewell-signs.example',
  ownReminders: false,
  letterhead: {
    address: ['Unit 7, Ropewalk Yard', 'Bristol BS2 0ZZ'],
    taxId: 'GB 000 4829 17',
    // A range that Ofcom keeps free for drama.
    phone: '+44 117 496 0142',
    bank: { name: 'Severn & Wye Bank', account: '00-00-00 12345678', bic: 'SEWYGB21XXX' },
    vatPercent: 20,
  },
}

export const BRITISH_CATALOGUE: readonly string[] = [
  'Aluminium fascia sign, 3 m, powder coated',
  'Window vinyl, cut and fitted, per m²',
  'Exhibition stand graphics, 3 × 3 m',
  'Illuminated letters, LED, set',
  'Roller banners (4)',
  'Vehicle livery, small van',
  'Wayfinding signs, engraved (12)',
  'Safety signs, A4 rigid (50)',
  'Artwork and proofs',
  'Site survey and installation',
  'Pavement boards (2)',
  'Delivery',
]

const AT_HOME = clientList(
  'GB',
  'GBP',
  `
  Larkrise Bakeries Ltd | 4 Mill Row | BS1 6ZZ | Bristol | England | Hannah Whitcombe | prompt | larkrise
  Oakhanger Estates LLP | 1 Manor Court | GU34 3ZZ | Alton | England | Rupert Fanshawe | prompt | oakhanger
  Thornbury Garden Centre Ltd | Gloucester Road | BS35 1ZZ | Thornbury | England | Alan Pettifer | prompt | thornburygardens
  Ashdown Motor Company Ltd | 100 London Road | RH19 1ZZ | East Grinstead | England | Karen Doyle | steady | ashdownmotors
  Fenwater Housing Association | 5 Drove Lane | PE13 2ZZ | Wisbech | England | Michael Osei | prompt | fenwater
  Quayside Festivals CIC | 2 Sandgate | NE1 2ZZ | Newcastle upon Tyne | England | Jess Robson | erratic | quaysidefest
  Wolds Brewery Ltd | The Maltings | YO25 6ZZ | Driffield | England | Ellie Stamford | steady | woldsbrewery
  Red Gable Lettings | 17 Church Street | LE1 5ZZ | Leicester | England | Amit Chauhan | forgetful | redgable
  Castle Vale Print Ltd | Unit 12, Tangmere Drive | B35 7ZZ | Birmingham | England | Sharon Bayliss | in-parts | castlevaleprint
  Northmoor Logistics Ltd | Gateway Park | DN4 5ZZ | Doncaster | England | Craig Senior | prompt | northmoor
  Bright Harbour Care Ltd | 60 Marine Drive | FY1 1ZZ | Blackpool | England | Janet Rigby | erratic | brightharbour
  Cotswold Linen Company | Brewery Yard | GL7 2ZZ | Cirencester | England | Flora Hale | prompt | cotswoldlinen
  Lambeth Street Kitchens Ltd | 88 Lambeth Street | E1 8ZZ | London | England | Rosa Bianchi | never | lambethkitchens
  Kestrel Property Group plc | 1 Bishop's Wharf | EC2M 4ZZ | London | England | Victoria Aldous | prompt | kestrelgroup
  Harcourt & Bell Hotels plc | 200 Park Row | W1K 1ZZ | London | England | Edward Bell | prompt | harcourtbell
  Greenline Buses Ltd | Depot Road | OX4 1ZZ | Oxford | England | Nadia Karim | late | greenlinebuses
  Fossway Veterinary "Supplies" Ltd | 7 Fosse Park | BA5 1ZZ | Wells | England | Roger Dunning | prompt | fossway
  Tamar Boats & Moorings | The Quay | PL18 9ZZ | Calstock | England | Morwenna Rowe | steady | tamarboats
  Moorview Nurseries | 2 Heath Lane | EX20 1ZZ | Okehampton | England | Alison Yeo | prompt | moorview
  Millbrook Electrical Contractors Ltd | 9 Trade Park | NN1 5ZZ | Northampton | England | Darren Pike | in-parts | millbrook-electrical
  Firth Street Gallery | 55 Firth Street | S1 2ZZ | Sheffield | England | Camille Baptiste | erratic | firthstreet
  Stour Valley Cycles | 6 Bridge Street | CO10 1ZZ | Sudbury | England | Ben Garrod | forgetful | stourcycles
  Old Court Solicitors LLP | 3 Abbey Yard | CB1 1ZZ | Cambridge | England | Margaret Lyle | prompt | oldcourt
  Dovecote Nursery School | 18 Elm Avenue | NG2 5ZZ | Nottingham | England | Chloe Barnes | prompt | dovecote
  Avon Gorge Climbing Ltd | 1 Granby Wharf | BS8 4ZZ | Bristol | England | Luke Trevor | erratic | avongorge
  Severnside Scaffolding Ltd | Dock Road | GL2 5ZZ | Gloucester | England | Wayne Hobbs | never | severnside-scaffolding
  Trinity Lane Chemists Ltd | 10 Trinity Lane | HU1 2ZZ | Hull | England | Zara Hussain | late | trinitychemists
  Trinity Lane Chemists (old account) | 10 Trinity Lane | HU1 2ZZ | Hull | England | Zara Hussain | late | trinitychemists-old
  Braes of Lorne Distillery Ltd | Shore Road | PA34 4ZZ | Oban | Scotland | Catriona Lamont | prompt | braesoflorne
  Highland Larder Ltd | 15 Academy Street | IV1 1ZZ | Inverness | Scotland | Ewan Fraser | late | highlandlarder
  Leith Shore Developments Ltd | 30 Commercial Quay | EH6 6ZZ | Edinburgh | Scotland | Isla Drummond | prompt | leithshore
  Granite City Offshore Ltd | 7 Regent Quay | AB11 5ZZ | Aberdeen | Scotland | Callum Rennie | steady | granitecity
  Cwm Taf Joinery Cyf | 4 Heol y Felin | CF44 7ZZ | Aberdare | Wales | Gethin Pritchard | late | cwmtaf
  Gŵyl y Glannau Ltd | 1 Marine Terrace | SY23 2ZZ | Aberystwyth | Wales | Siân Llewelyn | erratic | gwylyglannau
  Menai Bridge Marine Ltd | Water Street | LL59 5ZZ | Menai Bridge | Wales | Rhys Owen | prompt | menaimarine
  Mourne Stone & Tile Ltd | 12 Quarry Road | BT34 4ZZ | Kilkeel | Northern Ireland | Dervla McCartan | prompt | mournestone
  `,
  {
    kestrelgroup: { case: 'strategic' },
    harcourtbell: { case: 'strategic' },
    fenwater: { case: 'strategic' },
    greenlinebuses: { case: 'strategic' },
    thornburygardens: { case: 'credit-covers' },
    northmoor: { case: 'overpaid' },
    oldcourt: { case: 'unapplied-payment' },
    leithshore: { case: 'disputed' },
    mournestone: { case: 'promised' },
    castlevaleprint: { case: 'part-paid' },
    larkrise: { case: 'several-addresses' },
    brightharbour: { case: 'no-address' },
    cotswoldlinen: { case: 'no-due-date' },
    firthstreet: { case: 'no-number' },
    moorview: { case: 'archived' },
    'trinitychemists-old': { case: 'duplicate' },
    trinitychemists: { case: 'duplicate-of' },
    lambethkitchens: { case: 'long-overdue' },
    dovecote: { case: 'new' },
    stourcycles: { case: 'new' },
    avongorge: { case: 'new' },
    menaimarine: { case: 'new' },
  },
)

const IN_SPAIN = clientList(
  'ES',
  'EUR',
  `
  Rotulación Guadalhorce, S.L. | C/ del Neón 5 | 29004 | Málaga | Andalucía | Lourdes Aguilar | late | rotulacion-guadalhorce
  Ferias Castellanas, S.A. | Av. del Recinto 1 | 28042 | Madrid | Comunidad de Madrid | Ignacio Peña | prompt | feriascastellanas
  Hostal Ca la Muñeca, S.L. | C/ de la Platja 3 | 07180 | Calvià | Illes Balears | Xisca Amengual | forgetful | calamuneca
  Centros de Buceo Peñíscola | Paseo Marítimo 12 | 12598 | Peñíscola | Comunitat Valenciana | Víctor Forner | erratic | buceo-peniscola
  Museo del Faro de Ares, S.L. | C/ del Faro 1 | 15624 | Ares | Galicia | Sabela Couto | prompt | museo-faro
  `,
)

const IN_IRELAND = clientList(
  'IE',
  'EUR',
  `
  Liffeyside Events Ltd | 6 Wood Quay | D08 X0Y1 | Dublin | | Niamh Brennan | prompt | liffeyside
  Burren Outdoor Centre | Coast Road | V95 X1Y2 | Ballyvaughan | | Pádraig Considine | steady | burrenoutdoor
  Galway Bay Print & Copy | 14 Dock Street | H91 X5Y6 | Galway | | Eoin Folan | erratic | galwaybayprint
  `,
)

export const BRITISH_CLIENTS: readonly ClientEntry[] = [...AT_HOME, ...IN_SPAIN, ...IN_IRELAND]
