/** Lets at most so many through at a time; the others wait in the order in which they came. */
export interface Gate {
  /** `enter` is called when it is this one's turn, and is given what it must call, once, when it is through. */
  pass(enter: (leave: () => void) => void): void
}

export function createGate(most: number): Gate {
  const waiting: ((leave: () => void) => void)[] = []
  let inside = 0
  const next = (): void => {
    while (inside < most) {
      const enter = waiting.shift()
      if (!enter) return
      inside++
      let left = false
      enter(() => {
        if (left) return
        left = true
        inside--
        next()
      })
    }
  }
  return {
    pass(enter) {
      waiting.push(enter)
      next()
    },
  }
}
