import Type from 'typebox'
import { Refusal } from '../../base/refusal.ts'
import { findUser, savePassword } from '../../store/users.ts'
import { isPassword, newPasswordHash } from '../iam/log-in.ts'
import { operation, replyWith } from '../operation.ts'
import { NewPassword } from './session-body.ts'

/** Whoever got in with the old password is out: the user's other sessions and all tokens end. */
export const changePassword = operation({
  id: 'ChangePassword',
  method: 'PUT',
  url: '/quayside/v1/session/password',
  tag: 'session',
  summary: 'Change your password; your other sessions and tokens end',
  status: 204,
  access: 'session',
  audit: 'password.change',
  login: true,
  body: Type.Object({
    old_password: Type.String({ minLength: 1, maxLength: 1024 }),
    new_password: NewPassword,
  }),
  async run({ store }, { body, caller }) {
    const { old_password: oldPassword, new_password: newPassword } = body
    const user = await findUser(store, caller.name)
    if (!(await isPassword(user?.passwordHash, oldPassword)))
      throw new Refusal('old-password-wrong', { field: 'old_password' })
    if (newPassword === oldPassword)
      throw new Refusal('invalid-input', { field: 'new_password', rule: 'must differ from the old one' })
    const passwordHash = await newPasswordHash(newPassword)
    await savePassword(store, caller.name, passwordHash, { keepSession: caller.session.sha256 })
    return replyWith(undefined, { audit: { target: caller.name } })
  },
})
