import type { Company } from './books.ts'
import { clientList, type ClientEntry } from './company-clients.ts'

/** An industrial supplier in València that keeps its books in Xero. Everybody and everything in it is made up. */
export const SPANISH_COMPANY: Company = {
  name: 'Suministros Turia',
  legalName: 'Suministros Industriales Turia, S.L.',
  country: 'ES',
  baseCurrency: 'EUR',
  timeZone: 'Europe/Madrid',
  email: 'administracion@suministros-turia.example',
  ownReminders: false,
  letterhead: {
    address: ['Calle de los Toneleros 14, nave 3', '46022 València'],
    taxId: 'B00482917',
    phone: '+34 555 46 10 20',
    // No bank has the number 9999: nobody can pay a made-up company by mistake.
    bank: { name: 'Banco de la Albufera', account: 'ES22 9999 0042 1802 1100 4127', bic: 'ALBFESVVXXX' },
    vatPercent: 21,
  },
}

export const SPANISH_CATALOGUE: readonly string[] = [
  'Rodamientos rígidos de bolas 6204-2RS (caja de 50)',
  'Correas trapeciales SPB 2000',
  'Guantes de nitrilo, talla 9 (24 pares)',
  'Aceite hidráulico ISO VG 46, bidón de 20 l',
  'Tornillería métrica inoxidable A2, surtido',
  'Brocas de cobalto HSS-Co 5 %, juego',
  'Discos de corte 125 × 1 mm (200 ud.)',
  'Válvulas de bola DN 25, latón',
  'Manguera neumática 8 × 12, rollo de 50 m',
  'Cinta transportadora PVC 2 lonas, por metro',
  'Motor trifásico 2,2 kW B3',
  'Juntas tóricas NBR, estuche',
  'Mano de obra de montaje',
  'Portes y embalaje',
]

const AT_HOME = clientList(
  'ES',
  'EUR',
  `
  Talleres Azahar, S.L. | C/ de la Sequia 8 | 46900 | Torrent | Comunitat Valenciana | Amparo Ferrer | prompt | talleres-azahar
  Cerámicas Peñagolosa, S.A. | Polígono El Millar 21 | 12200 | Onda | Comunitat Valenciana | Vicent Beltrán | late | ceramicas-penagolosa
  Muebles Hermanos Català | Av. del Fuster 3 | 46909 | Torrent | Comunitat Valenciana | Josep Català | steady | muebles-catala
  Instalaciones Beniferri, S.L. | C/ del Gremi 12 | 46015 | València | Comunitat Valenciana | Empar Roig | forgetful | instalaciones-beniferri
  Carpintería Metálica Montgó | C/ Forja 5 | 03700 | Dénia | Comunitat Valenciana | Pilar Signes | in-parts | metalica-montgo
  Hidráulica Segura Norte, S.L. | C/ Noria 18 | 30009 | Murcia | Región de Murcia | Antonio Nicolás | forgetful | hidraulica-segura
  Aceros Manzanares, S.A. | C/ del Yunque 33 | 28052 | Madrid | Comunidad de Madrid | Beatriz Olmedo | prompt | aceros-manzanares
  Logística Cuatro Puntas, S.L. | Av. de la Carga 2 | 28823 | Coslada | Comunidad de Madrid | Óscar Redondo | prompt | cuatropuntas
  Ascensores Lavapiés, S.A. | C/ del Contrapeso 10 | 28012 | Madrid | Comunidad de Madrid | Marisol Calvo | steady | ascensores-lavapies
  Grupo Hotelero Almenara, S.A. | P.º del Mirador 100 | 28046 | Madrid | Comunidad de Madrid | Cristina Luján | prompt | almenara-hoteles
  Plàstics Vallès Interior, S.A. | C/ de la Injecció 8 | 08213 | Polinyà | Cataluña | Albert Casals | steady | plastics-valles
  Químiques del Francolí, S.A. | Pol. Riu Clar 30 | 43006 | Tarragona | Cataluña | Laia Sendra | prompt | quimiques-francoli
  Embotits Cal Noguera | C/ Major 2 | 17800 | Olot | Cataluña | Núria Puig | prompt | calnoguera
  Obras y Drenajes del Ebro, S.L. | C/ Meandro 7 | 50014 | Zaragoza | Aragón | Pilar Lanuza | erratic | drenajes-ebro
  Maquinaria Agrícola Monegros | Ctra. de Huesca 12 | 22200 | Sariñena | Aragón | Jorge Abadía | in-parts | agricola-monegros
  Forjas de Aralar, S. Coop. | Pol. Txara 5 | 31870 | Lekunberri | Navarra | Ainhoa Goñi | prompt | forjas-aralar
  Envolventes Nervión, S.A. | C/ Dársena 14 | 48950 | Erandio | País Vasco | Iker Etxebarria | prompt | envolventes-nervion
  Astilleros Punta Begoña, S.A. | Muelle Norte 1 | 48930 | Getxo | País Vasco | Gorka Uriarte | prompt | astilleros-puntabegona
  Conserveras del Besaya, S.L. | C/ de la Ría 9 | 39300 | Torrelavega | Cantabria | Lucía Sañudo | steady | conserveras-besaya
  Sidrería y Llagar El Roble, S.L. | La Pomarada 2 | 33300 | Villaviciosa | Asturias | Xuan Cueto | erratic | llagar-elroble
  Embutidos Peña Vieja, S.L. | C/ Secadero 19 | 24400 | Ponferrada | Castilla y León | Julián Arias | prompt | embutidos-penavieja
  Cooperativa Tierra de Campos | C/ del Silo 1 | 34200 | Venta de Baños | Castilla y León | Inés Calleja | steady | coop-tierradecampos
  Harinas del Duero, S.A. | C/ Aceña 3 | 47140 | Laguna de Duero | Castilla y León | Félix Vaquero | prompt | harinas-duero
  Quesos Don Ardacho, S.L. | C/ del Batán 12 | 13700 | Tomelloso | Castilla-La Mancha | Milagros Lara | never | quesos-donardacho
  Puertas Toledanas, S.L. | Pol. La Alberquilla 50 | 45007 | Toledo | Castilla-La Mancha | Benito Cano | erratic | puertas-toledanas
  Dehesa Los Alcornoques, S.A. | Finca s/n | 06300 | Zafra | Extremadura | Guadalupe Rangel | prompt | dehesa-alcornoques
  Astilleros Bahía Sur, S.A. | Dique 4 | 11100 | San Fernando | Andalucía | Rocío Vela | late | astilleros-bahiasur
  Viveros El Rincón, S.L. | Camino del Olivar 7 | 29130 | Alhaurín de la Torre | Andalucía | Curro Santaella | never | viveros-elrincon
  Hoteles Cala Mitjera, S.A. | C/ del Far 2 | 07660 | Santanyí | Illes Balears | Catalina Vidal | forgetful | calamitjera
  Desaladora Barranco Hondo, S.L. | C/ La Salina 8 | 35600 | Puerto del Rosario | Canarias | Yeray Cabrera | steady | barrancohondo
  Construcciones O'Shea y Núñez, S.L. | C/ del Andamio 30 | 41007 | Sevilla | Andalucía | Macarena Núñez | prompt | oshea-nunez
  «El Taller de Begoña» | C/ de la Aguja 4 | 01002 | Vitoria-Gasteiz | País Vasco | Begoña Ruiz de Alegría | prompt | taller-begona
  Talleres Ebro Bajo, S.L. | C/ Delta 16 | 43870 | Amposta | Cataluña | Quim Favà | late | ebrobajo
  Talleres Ebro Bajo (antiguo) | C/ Delta 16 | 43870 | Amposta | Cataluña | Quim Favà | late | ebrobajo-antiguo
  `,
  {
    'almenara-hoteles': { case: 'strategic' },
    'astilleros-puntabegona': { case: 'strategic' },
    'quimiques-francoli': { case: 'strategic' },
    'astilleros-bahiasur': { case: 'strategic' },
    'harinas-duero': { case: 'credit-covers' },
    'aceros-manzanares': { case: 'overpaid' },
    cuatropuntas: { case: 'unapplied-payment' },
    'forjas-aralar': { case: 'disputed' },
    'embutidos-penavieja': { case: 'promised' },
    'metalica-montgo': { case: 'part-paid' },
    'talleres-azahar': { case: 'several-addresses' },
    'puertas-toledanas': { case: 'no-address' },
    calnoguera: { case: 'no-due-date' },
    'drenajes-ebro': { case: 'no-number' },
    'dehesa-alcornoques': { case: 'archived' },
    'ebrobajo-antiguo': { case: 'duplicate' },
    ebrobajo: { case: 'duplicate-of' },
    'quesos-donardacho': { case: 'long-overdue' },
    'taller-begona': { case: 'new' },
    'hidraulica-segura': { case: 'new' },
    'llagar-elroble': { case: 'new' },
    barrancohondo: { case: 'new' },
  },
)

const IN_BRITAIN = clientList(
  'GB',
  'GBP',
  `
  Harrow Lane Joinery Ltd | 12 Sawpit Lane | BS3 2QX | Bristol | England | Emily Marsden | prompt | harrowlane
  Pennine Pump Services Ltd | Unit 4, Weir Road | HX1 4TT | Halifax | England | Graham Ashworth | late | penninepumps
  Clyde & Kelvin Marine plc | 3 Graving Dock | G51 3XX | Glasgow | Scotland | Fiona MacAskill | steady | clydekelvin
  Lagan Valley Dairies Ltd | 20 Creamery Road | BT28 1XX | Lisburn | Northern Ireland | Conor Magee | forgetful | laganvalley
  `,
  { harrowlane: { case: 'two-currencies' } },
)

const ABROAD = [
  ...clientList(
    'FR',
    'EUR',
    `
    Fonderie des Trois Vallées SARL | 8 rue du Creuset | 31200 | Toulouse | Occitanie | Élodie Marchand | prompt | trois-vallees
    Menuiserie Lacôte & Fils | 2 chemin du Bois | 64100 | Bayonne | Nouvelle-Aquitaine | Rémi Lacôte | late | lacote-fils
    `,
  ),
  ...clientList('DE', 'EUR', `Müller-Brandt Fördertechnik GmbH | Am Stellwerk 5 | 70376 | Stuttgart | Baden-Württemberg | Jörg Brandt | prompt | mueller-brandt`),
  ...clientList('PT', 'EUR', `Cortiças do Sado, Lda. | Rua da Cortiça 11 | 7580-120 | Alcácer do Sal | | João Simões | erratic | corticas-sado`),
  ...clientList('IT', 'EUR', `Officine Valdarno S.r.l. | Via del Tornio 9 | 52025 | Montevarchi | Toscana | Chiara Bellini | steady | officine-valdarno`),
  ...clientList('IE', 'EUR', `Ballymore Feeds & Seeds Ltd | Mill Street 1 | P51 X9Y8 | Mallow | | Aoife O’Sullivan | prompt | ballymorefeeds`),
] // prettier-ignore

export const SPANISH_CLIENTS: readonly ClientEntry[] = [...AT_HOME, ...IN_BRITAIN, ...ABROAD]
