/** A call that failed, as the platform told it. `message` is its sentence, to be shown as it stands. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  /** HTTP status; 0 when there was no answer. */
  readonly status: number
  /** The platform's own `error_code`; `network` or `unreadable` for what never was an answer of it. */
  readonly code: string
  /** The part of the request that the sentence is about, when it is one part. */
  readonly field: string | undefined
  /** Under which the platform's log says more. */
  readonly requestId: string | undefined

  constructor(
    message: string,
    told: {
      readonly status: number
      readonly code: string
      readonly field?: string | undefined
      readonly requestId?: string | undefined
    },
    options?: ErrorOptions,
  ) {
    super(message, options)
    this.status = told.status
    this.code = told.code
    this.field = told.field
    this.requestId = told.requestId
  }
}

/** The sentence about one field, to stand beside it. */
export const sentenceFor = (error: Error | null, field: string): string | undefined =>
  error instanceof ApiError && error.field === field ? error.message : undefined
