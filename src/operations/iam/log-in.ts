import { Refusal } from '../../base/refusal.ts'
import { hashPassword, PasswordQueueFullError, verifyPassword } from '../../store/password-hash.ts'
import type { Store } from '../../store/store.ts'
import { findUser, type User } from '../../store/users.ts'

/**
 * The user whose password it is. Throws `login-failed`, the same, after the same work, for an unknown user and a
 * wrong password (safety, threat 10); `too-many-requests` when too many passwords are being worked on already.
 */
export async function logIn(store: Store, name: string, password: string): Promise<User> {
  const user = await findUser(store, name)
  if ((await isPassword(user?.passwordHash, password)) && user) return user
  throw new Refusal('login-failed', { user: name })
}

/** Without a hash the work is the same and the answer is no. Throws `too-many-requests`. */
export const isPassword = (hash: string | undefined, password: string): Promise<boolean> =>
  inLine(() => verifyPassword(hash, password))

/** The hash of a password that someone has chosen. Throws `too-many-requests`. */
export const newPasswordHash = (password: string): Promise<string> => inLine(() => hashPassword(password))

async function inLine<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (fault) {
    if (fault instanceof PasswordQueueFullError) throw new Refusal('too-many-requests', { seconds: 5 })
    throw fault
  }
}
