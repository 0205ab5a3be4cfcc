/** A value as the plain XML Xero answers with when nobody asked for JSON: an element per field, lists by their items. */
export function asXml(name: string, value: unknown): string {
  if (Array.isArray(value)) {
    const item = name.replace(/ies$/, 'y').replace(/s$/, '')
    return element(name, value.map((one) => asXml(item, one)).join(''))
  }
  if (typeof value === 'object' && value !== null) {
    return element(name, Object.entries(value).map(([field, inner]) => asXml(field, inner)).join('')) // prettier-ignore
  }
  return element(name, escaped(typeof value === 'string' ? value : value === null ? '' : JSON.stringify(value)))
}

const element = (name: string, inside: string): string => `<${name}>${inside}</${name}>`

const escaped = (text: string): string =>
  text.replace(/[<>&"']/g, (sign) => `&#${sign.codePointAt(0)};`).replace(/[^\P{C}\n\r\t]/gu, '')
