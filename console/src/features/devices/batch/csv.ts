import Papa from 'papaparse'
import { csvLine } from '../../../lib/csv.ts'
import type { AuthType } from '../device-list.ts'

/** Columns of a batch file, by their names in the API. */
export const columns = [
  'node_id',
  'device_name',
  'product_id',
  'auth_type',
  'fingerprint',
  'secret',
  'device_id',
  'description',
] as const
export type BatchColumn = (typeof columns)[number]

export interface BatchRow {
  /** As a spreadsheet counts: the heading is row 1. */
  readonly line: number
  readonly cells: { readonly [C in BatchColumn]?: string }
}

/** What was read of a file, or why nothing was. */
export type BatchFile =
  | {
      readonly kind: 'rows'
      readonly rows: readonly BatchRow[]
      readonly columns: readonly BatchColumn[]
      /** Headings that mean nothing here; their cells are left out. */
      readonly unknown: readonly string[]
    }
  | { readonly kind: 'empty' }
  | { readonly kind: 'no-node-id'; readonly found: readonly string[] }
  | { readonly kind: 'too-many'; readonly rows: number }

/** More than that belongs to a program and the API; the browser holds all rows at once. */
export const ROWS_MAX = 100_000
export const FILE_BYTES_MAX = 64_000_000
/** Above any that the platform takes: a description has 2,048 characters, a fingerprint may be a certificate. */
export const CELL_CHARACTERS_MAX = 16_384

// What the console calls them, in both languages, and what else stands in files that people have.
const names: { readonly [C in BatchColumn]: readonly string[] } = {
  node_id: ['node id', 'node', 'imei', '设备标识码', '节点 ID'],
  device_name: ['device name', 'name', '设备名称', '名称'],
  product_id: ['product id', 'product', '产品 ID', '产品', '所属产品'],
  auth_type: ['authentication type', 'authentication', 'auth', '认证类型', '设备认证类型', '认证方式'],
  fingerprint: ['fingerprint', '指纹', '证书指纹'],
  secret: ['secret', 'device secret', '密钥', '设备密钥'],
  device_id: ['device id', '设备 ID'],
  description: ['description', '描述', '设备描述'],
}

const plain = (text: string): string => text.toLowerCase().replace(/[\s_.-]/g, '')
const columnOf = new Map(
  columns.flatMap((column) => [column, ...names[column]].map((name) => [plain(name), column] as const)),
)

const authTypeOf = new Map<string, AuthType>([
  ...['SECRET', 'Secret', '密钥'].map((name) => [plain(name), 'SECRET'] as const),
  ...['CERTIFICATES', 'certificate', 'X.509', 'X.509 certificate', 'X.509 证书', '证书'].map(
    (name) => [plain(name), 'CERTIFICATES'] as const,
  ),
])

/** `text` as the API calls an authentication type; anything else as it stands, so that the platform refuses it. */
export const authTypeText = (text: string): string => authTypeOf.get(plain(text)) ?? text

/** The text of a file: UTF-8, UTF-16 with its mark, or else GB 18030, as spreadsheets in China save it. */
export function decodeText(bytes: Uint8Array): string {
  const [first, second] = bytes
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes)
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder('gb18030').decode(bytes)
  }
}

/** By the heading, where no text of anyone's stands: what occurs most in it. */
function delimiterOf(text: string): string {
  const [heading = ''] = text.split(/[\r\n]/, 1)
  const times = (delimiter: string): number => heading.split(delimiter).length
  return [',', ';', '\t', '|'].reduce((best, other) => (times(other) > times(best) ? other : best))
}

/** Reads comma, semicolon or tab separated values. Empty rows are passed over, but counted. */
export function readCsv(text: string): BatchFile {
  const bare = text.replace(/^\ufeff/, '')
  const [heading = [], ...records] = Papa.parse<string[]>(bare, {
    header: false,
    delimiter: delimiterOf(bare),
    skipEmptyLines: false,
  }).data
  const found = heading.map((name) => columnOf.get(plain(name)))
  if (text.trim() === '') return { kind: 'empty' }
  if (!found.includes('node_id'))
    return { kind: 'no-node-id', found: heading.filter((name) => name.trim() !== '') }
  const rows = records.flatMap((record, at): BatchRow[] => {
    // Of a heading that stands there twice the first counts.
    const cells = Object.fromEntries(
      columns
        .map((column) => [column, record[found.indexOf(column)]?.trim() ?? ''])
        .filter(([, cell]) => cell !== ''),
    ) as BatchRow['cells']
    return record.every((cell) => cell.trim() === '') ? [] : [{ line: at + 2, cells }]
  })
  if (rows.length === 0) return { kind: 'empty' }
  if (rows.length > ROWS_MAX) return { kind: 'too-many', rows: rows.length }
  return {
    kind: 'rows',
    rows,
    columns: columns.filter((column) => found.includes(column)),
    unknown: heading.filter((name, at) => name.trim() !== '' && found[at] === undefined),
  }
}

/** A file for spreadsheets: UTF-8 with its mark, since they take it for something else without. */
export const writeCsv = (
  fields: readonly string[],
  data: readonly (readonly (string | number)[])[],
): string => `\ufeff${[fields, ...data].map(csvLine).join('')}`

/** A file to fill in: the heading alone. */
export const template = (): string => writeCsv(columns, [])
