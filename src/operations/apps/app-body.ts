import Type, { type Static } from 'typebox'
import { formatBasic } from '../../base/instant.ts'
import type { Space } from '../../domain/space/space.ts'
import { appId, basicTime, nameText } from '../fields/fields.ts'

/** A resource space on the wire. */
export const AppBody = Type.Object({
  app_id: Type.String({ description: 'Id of the resource space, given by the platform.' }),
  app_name: Type.String(),
  create_time: basicTime(),
  default_app: Type.Boolean({ description: 'True for the one default resource space.' }),
})

export const AppParams = Type.Object({ project_id: Type.String(), app_id: appId() })

export const appName = () => nameText(64)

export const appBody = (space: Space): Static<typeof AppBody> => ({
  app_id: space.spaceId,
  app_name: space.name,
  create_time: formatBasic(space.createdAt),
  default_app: space.isDefault,
})
