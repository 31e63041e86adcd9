import Type from 'typebox'

/**
 * Pieces of schemas that several resources share. Where the reference gives a list of characters that ends in
 * "etc." (`x-pattern-open`), everything is taken but control characters: spaces and other scripts are used in
 * the field, and nothing of ours depends on the list (docs/divergences.md). The examples are what the API reference
 * shows; without one it makes up text from the pattern that nobody would write.
 */
/** A pattern with what it asks for in words (`x-rule`): nobody should have to read a regular expression in a refusal. */
export const oneLine = {
  pattern: '^[^\\u0000-\\u001f\\u007f]*$',
  'x-rule': 'must be one line, without control characters',
} as const
const severalLines = {
  pattern: '^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f]*$',
  'x-rule': 'must not hold control characters',
} as const
export const wordCharacters = {
  pattern: '^[A-Za-z0-9_-]*$',
  'x-rule': 'may hold only letters, digits, _ and -',
} as const

/** One line of text: names. */
export const nameText = (maxLength: number) =>
  Type.String({ minLength: 1, maxLength, ...oneLine, examples: ['name'] })
/** Text that may have several lines: descriptions. */
export const freeText = (maxLength: number) =>
  Type.String({ minLength: 1, maxLength, ...severalLines, examples: ['text'] })
/** Ids that people may choose. */
export const idText = (maxLength: number) =>
  Type.String({ minLength: 1, maxLength, ...wordCharacters, examples: ['id'] })

/** Time as `20151212T121212Z`; parsed by the operation, which can say what is wrong with it. */
export const basicTimeFilter = (description: string) => Type.String({ maxLength: 32, description })
/** Time of a reply: `20151212T121212Z`. */
export const basicTime = () =>
  Type.String({ pattern: '^[0-9]{8}T[0-9]{6}Z$', examples: ['20151212T121212Z'] })
/** Time of a reply: `2015-12-12T12:12:12.000Z`. */
export const milliTime = () =>
  Type.String({
    pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}Z$',
    examples: ['2015-12-12T12:12:12.000Z'],
  })

export const appId = () => idText(36)
export const productId = () => idText(36)
export const deviceId = () => idText(128)
export const nodeId = () => idText(64)

/** A JSON object whose members are the caller's business. */
export const anyObject = (description: string) => Type.Record(Type.String(), Type.Unknown(), { description })

/** The answer of an operation that has none: `{}`, since clients parse it (northbound §2.2). */
export const Empty = Type.Object({})

export const ProjectParams = Type.Object({ project_id: Type.String() })

/** What the schema takes, or null where there is none: for answers that always have the field. */
export const orNull = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()])
