import { expect, test } from 'vitest'
import { texts as english } from '../../../lib/i18n/en/devices.ts'
import { texts as chinese } from '../../../lib/i18n/zh/devices.ts'
import { authTypeText, type BatchRow, columns, decodeText, readCsv, template, writeCsv } from './csv.ts'
import { chunksOf, countsOf, namesOf, verdictOf, wireRow } from './rows.ts'

const defaults = { spaceId: 's1', productId: 'p1', authType: 'SECRET' }
const aRow = (line: number, cells: BatchRow['cells']): BatchRow => ({ line, cells })
const rowsOf = (text: string) => {
  const file = readCsv(text)
  return file.kind === 'rows' ? file.rows : file
}

test.each([english, chinese])('the words of the page are headings of a file, and values in it', (texts) => {
  const { devices, register, fingerprint } = texts
  const heading = [
    devices.nodeId,
    devices.name,
    devices.product,
    register.authType,
    fingerprint.label,
    register.secret,
    devices.deviceId,
  ]

  expect(readCsv(`${heading.join(',')}\n1,2,3,4,5,6,7`)).toMatchObject({
    columns: columns.filter((column) => column !== 'description'),
    unknown: [],
  })
  expect(authTypeText(devices.authTypes.SECRET)).toBe('SECRET')
  expect(authTypeText(devices.authTypes.CERTIFICATES)).toBe('CERTIFICATES')
})

test('rows are counted as a spreadsheet does, quoted line ends and empty rows included', () => {
  expect(rowsOf('\ufeffnode_id;description\r\nn1;"two\nlines"\r\n;\r\n\r\n n2 ;x\r\n')).toEqual([
    { line: 2, cells: { node_id: 'n1', description: 'two\nlines' } },
    { line: 5, cells: { node_id: 'n2', description: 'x' } },
  ])
})

test('the template is read back as a file without rows', () => {
  expect(readCsv(template())).toEqual({ kind: 'empty' })
})

test('text is read in the encodings that spreadsheets write', () => {
  expect(decodeText(new TextEncoder().encode('水泵'))).toBe('水泵')
  expect(decodeText(Uint8Array.of(0xcb, 0xae, 0xb1, 0xc3))).toBe('水泵')
  expect(decodeText(Uint8Array.of(0xff, 0xfe, 0x34, 0x6c))).toBe('水')
})

test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', ' =1', '＝1+1'])(
  'a cell %j cannot run as a formula',
  (cell) => {
    expect(writeCsv(['a'], [[cell]])).toContain(`'${cell}`)
  },
)

test('empty cells take what holds for all rows; what is said wrong is sent as it stands, to be refused', () => {
  expect(wireRow(aRow(2, { node_id: 'n1' }), defaults)).toEqual({
    node_id: 'n1',
    product_id: 'p1',
    app_id: 's1',
    auth_type: 'SECRET',
  })
  expect(wireRow(aRow(2, { product_id: 'p2', auth_type: 'password' }), defaults)).toMatchObject({
    node_id: '',
    product_id: 'p2',
    auth_type: 'password',
  })
})

test('a request holds at most 500 rows and stays below a megabyte', () => {
  const places = Array.from({ length: 1201 }, (_, place) => place)
  const small = chunksOf(places, () => wireRow(aRow(2, { node_id: 'n' }), defaults))
  const large = chunksOf(places.slice(0, 200), () =>
    wireRow(aRow(2, { description: '水'.repeat(5000) }), defaults),
  )

  expect(small.map(({ length }) => length)).toEqual([500, 500, 201])
  expect(large.flat()).toEqual(places.slice(0, 200))
  for (const { length } of large) expect(length * 15_000).toBeLessThan(1024 * 1024)
})

test('two rows of a file share neither device ID nor node ID of a product', () => {
  const shared = (one: BatchRow['cells'], other: BatchRow['cells']) => {
    const names = namesOf(wireRow(aRow(2, one), defaults))
    return namesOf(wireRow(aRow(3, other), defaults)).some((name) => names.includes(name))
  }

  expect(shared({ node_id: 'n1' }, { node_id: 'n1', device_id: 'other' })).toBe(true)
  expect(shared({ node_id: 'n1' }, { node_id: 'n2', device_id: 'p1_n1' })).toBe(true)
  expect(shared({ node_id: 'n1' }, { node_id: 'n1', product_id: 'p2' })).toBe(false)
})

test('a device that is there after its registration got no answer was registered by it', () => {
  const result = {
    row: 0,
    node_id: 'n1',
    outcome: 'refused',
    error_code: 'QS.device-exists',
  } as const

  const wire = wireRow(aRow(2, { node_id: 'n1' }), defaults)

  expect(verdictOf(result, wire, true)).toEqual({ kind: 'registered', deviceId: 'p1_n1', lost: true })
  expect(verdictOf(result, wire, false)).toMatchObject({ kind: 'refused' })
  expect(
    countsOf([verdictOf(result, wire, true), { kind: 'unsure' }, { kind: 'duplicate', line: 2 }]),
  ).toEqual({
    ready: 0,
    refused: 1,
    registered: 1,
    open: 1,
  })
})
