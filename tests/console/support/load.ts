import type { Page } from 'playwright-core'

/** Something that is done over and over. */
export interface Load {
  /** Ends it; answers how often a second it was done. */
  stop(): number
}

/** Acts `perSecond` times a second on the whole, whatever the timer does. */
export function startLoad(perSecond: number, act: (n: number) => void): Load {
  const began = performance.now()
  let n = 0
  const timer = setInterval(() => {
    const due = ((performance.now() - began) / 1000) * perSecond
    while (n < due) act(n++)
  }, 10)
  return {
    stop() {
      clearInterval(timer)
      return (n * 1000) / (performance.now() - began)
    },
  }
}

/** Elements on the page: what is not shown in rows alone, but must not grow with what comes either. */
export const elementsOf = (page: Page): Promise<number> =>
  page.evaluate<number>("document.getElementsByTagName('*').length")

/**
 * Ends the load after five more seconds and prints what the page did in them: frames a second, and which part of the
 * time its thread was at work. Figures for people: no test asserts a time, since the machine does other things too.
 */
export async function printLoad(page: Page, name: string, load: Load): Promise<void> {
  const metrics = await page.context().newCDPSession(page)
  // Processor time: how long it takes on the clock depends on what else the machine does.
  await metrics.send('Performance.enable', { timeDomain: 'threadTicks' })
  const worked = async (): Promise<number> =>
    (await metrics.send('Performance.getMetrics')).metrics.find(({ name: of }) => of === 'TaskDuration')
      ?.value ?? Number.NaN
  const before = await worked()
  const [count, seconds] = await page.evaluate<[number, number]>(`new Promise((done) => {
    let began, count = 0
    const step = (now) => {
      began ??= now
      if (now - began < 5000) { count += 1; requestAnimationFrame(step) }
      else done([count, (now - began) / 1000])
    }
    requestAnimationFrame(step)
  })`)
  const busy = Math.round((((await worked()) - before) / seconds) * 100)
  const perSecond = Math.round(load.stop())
  process.stdout.write(
    `${name}: ${perSecond} a second, ${(count / seconds).toFixed(1)} frames a second, thread busy ${busy} %\n`,
  )
}
