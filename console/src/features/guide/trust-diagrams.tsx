import { useId } from 'react'
import { useTranslation } from 'react-i18next'

interface Message {
  readonly text: string
  readonly from: 'device' | 'platform' | 'both'
}

const WIDTH = 360
const ROW = 34
const TOP = 44
const LEFT = 44
const RIGHT = WIDTH - 44

/** Who shows what to whom, from top to bottom; `both` is what holds for the two of them from then on. */
function Sequence({ title, messages }: { readonly title: string; readonly messages: readonly Message[] }) {
  const { t } = useTranslation()
  const id = useId()
  const height = TOP + messages.length * ROW + 8
  const box = (x: number, name: string) => (
    <>
      <line x1={x} x2={x} y1={28} y2={height} className="trust-line" />
      <rect x={x - 44} y={1} width={88} height={27} rx={4} className="trust-box" />
      <text x={x} y={19} className="trust-name">
        {name}
      </text>
    </>
  )
  return (
    <figure className="trust">
      <figcaption id={id}>{title}</figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${height}`} role="img" aria-labelledby={id} aria-describedby={`${id}-told`}>
        <desc id={`${id}-told`}>{messages.map(({ text }) => text).join(' ')}</desc>
        {box(LEFT, t('guide.trust.device'))}
        {box(RIGHT, t('guide.trust.platform'))}
        {messages.map(({ text, from }, at) => {
          const y = TOP + at * ROW + 18
          const [tail, head] = from === 'device' ? [LEFT, RIGHT] : [RIGHT, LEFT]
          const inward = head === RIGHT ? -1 : 1
          return (
            <g key={text}>
              <text x={WIDTH / 2} y={y - 6} className="trust-text">
                {text}
              </text>
              <line
                x1={tail}
                x2={head}
                y1={y}
                y2={y}
                className={from === 'both' ? 'trust-both' : 'trust-arrow'}
              />
              {from !== 'both' && <path d={`M${head} ${y} l${inward * 7} -4 v8 z`} className="trust-head" />}
            </g>
          )
        })}
      </svg>
    </figure>
  )
}

/** The guide's two drawings of two-way authentication: the whole of it, and the short form (guide S8, S9). */
export function TrustDiagrams() {
  const { t } = useTranslation()
  return (
    <div className="trust-pair">
      <Sequence
        title={t('guide.trust.short')}
        messages={[
          { text: t('guide.trust.platformCertificate'), from: 'platform' },
          { text: t('guide.trust.deviceCertificate'), from: 'device' },
          { text: t('guide.trust.trusted'), from: 'both' },
        ]}
      />
      <Sequence
        title={t('guide.trust.complete')}
        messages={[
          { text: t('guide.trust.hello'), from: 'device' },
          { text: t('guide.trust.platformCertificate'), from: 'platform' },
          { text: t('guide.trust.deviceChecks'), from: 'both' },
          { text: t('guide.trust.deviceCertificate'), from: 'device' },
          { text: t('guide.trust.platformChecks'), from: 'both' },
          { text: t('guide.trust.connect'), from: 'device' },
          { text: t('guide.trust.accepted'), from: 'platform' },
        ]}
      />
    </div>
  )
}
