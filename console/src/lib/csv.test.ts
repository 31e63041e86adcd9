import { expect, test } from 'vitest'
import { csvLine } from './csv.ts'

test('cells with commas, quotes or line ends are quoted', () => {
  expect(csvLine(['a', 'b,c', 'say "so"', 'two\nlines'])).toBe('a,"b,c","say ""so""","two\nlines"\r\n')
})

test.each(['=1+1', '+1', '-cmd', '@SUM(A1)', ' =1', '\t=1', '\rx', '\nx', '＝1+1', '＠SUM(A1)'])(
  'a text that a spreadsheet would run is made plain text: %j',
  (text) => {
    expect(csvLine([text]).replace(/^"/, '')).toMatch(/^'/)
  },
)

test('numbers, truth values and objects stay what they are; what is not there is empty', () => {
  expect(csvLine([-1.5, true, { a: 1 }, undefined, null])).toBe('-1.5,true,"{""a"":1}",,\r\n')
})
