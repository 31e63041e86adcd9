/**
 * Device hash → where in the segment the last record of it stands. Open addressing in one typed array, hash and offset
 * side by side: asked and changed once a record, so it makes no object and no string. The same array is what an index
 * file holds. Neither a hash nor an offset is ever 0.
 */
export class DeviceOffsets {
  #slots: Uint32Array
  #mask: number
  #used = 0

  constructor(slots: Uint32Array = new Uint32Array(2 * 256)) {
    this.#slots = slots
    this.#mask = slots.length / 2 - 1
    for (let slot = 0; slot < slots.length; slot += 2) if (slots[slot] !== 0) this.#used++
  }

  get slots(): Uint32Array {
    return this.#slots
  }

  /** 0: no record of it. */
  get(hash: number): number {
    return this.#slots[this.#slotOf(hash) + 1] as number
  }

  /** Gives what stood there before, 0: nothing. */
  put(hash: number, offset: number): number {
    const slots = this.#slots
    const slot = this.#slotOf(hash)
    if (slots[slot] === 0) {
      slots[slot] = hash
      slots[slot + 1] = offset
      // Half full at most: longer runs of taken slots would cost more than the room.
      if (++this.#used * 4 > slots.length) this.#grow()
      return 0
    }
    const before = slots[slot + 1] as number
    slots[slot + 1] = offset
    return before
  }

  #slotOf(hash: number): number {
    const slots = this.#slots
    let at = (hash ^ (hash >>> 15)) & this.#mask
    for (;;) {
      const found = slots[at * 2]
      if (found === hash || found === 0) return at * 2
      at = (at + 1) & this.#mask
    }
  }

  #grow(): void {
    const former = this.#slots
    this.#slots = new Uint32Array(former.length * 2)
    this.#mask = this.#slots.length / 2 - 1
    for (let slot = 0; slot < former.length; slot += 2) {
      const hash = former[slot] as number
      if (hash === 0) continue
      const target = this.#slotOf(hash)
      this.#slots[target] = hash
      this.#slots[target + 1] = former[slot + 1] as number
    }
  }
}
