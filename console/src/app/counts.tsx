import { ErrorState } from '../components/states.tsx'
import { useLanguage } from '../components/language.ts'

interface Counted {
  readonly name: string
  readonly of: {
    readonly data: number | undefined
    readonly error: Error | null
    refetch(): unknown
  }
}

/** A few numbers side by side, each with its name; one that could not be read says so in its place. */
export function Counts({ label, counts }: { readonly label: string; readonly counts: readonly Counted[] }) {
  const numbers = new Intl.NumberFormat(useLanguage())
  return (
    <section className="counts" aria-label={label}>
      {counts.map(({ name, of: { data, error, refetch } }) => (
        <div key={name} className="count">
          <span className="soft">{name}</span>
          {data !== undefined ? (
            <span className="count-number">{numbers.format(data)}</span>
          ) : error ? (
            <ErrorState error={error} retry={refetch} />
          ) : (
            <span className="count-number loading-number" />
          )}
        </div>
      ))}
    </section>
  )
}
