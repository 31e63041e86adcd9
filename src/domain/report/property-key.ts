import { limits } from '../../base/limits.ts'

// Device protocol §3.0.4: such keys would mean something else to who reads them as a path.
const UNUSABLE_KEY = /[.$\0]/

/** Whether a property that no model bounds may have this name. */
export const isUsableKey = (property: string): boolean =>
  !hasUnusableCharacter(property) && property.length <= limits.nameLengthMax

export const hasUnusableCharacter = (property: string): boolean => UNUSABLE_KEY.test(property)
