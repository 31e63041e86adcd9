import type { Page } from 'playwright-core'

/** Acts `perSecond` times a second on the whole, whatever the timer does. Ending answers how often it was a second. */
export function startLoad(perSecond: number, act: (n: number) => void): { stop(): number } {
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

/**
 * What the page does for so many seconds: frames a second, and which part of the time its thread was busy. Frames
 * alone would measure the machine, which runs the platform, the devices and other tests as well.
 */
export async function measurePage(
  page: Page,
  seconds: number,
): Promise<{ readonly frames: number; readonly busy: number }> {
  const metrics = await page.context().newCDPSession(page)
  await metrics.send('Performance.enable')
  const worked = async (): Promise<number> =>
    (await metrics.send('Performance.getMetrics')).metrics.find(({ name }) => name === 'TaskDuration')
      ?.value ?? Number.NaN
  const before = await worked()
  const [count, millis] = await page.evaluate<[number, number]>(`new Promise((done) => {
    let began, count = 0
    const step = (now) => {
      began ??= now
      if (now - began < ${seconds * 1000}) { count += 1; requestAnimationFrame(step) }
      else done([count, now - began])
    }
    requestAnimationFrame(step)
  })`)
  return { frames: (count * 1000) / millis, busy: ((await worked()) - before) / (millis / 1000) }
}
