import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { RowKey } from '../../src/base/ids.ts'
import { limits } from '../../src/base/limits.ts'
import type { Device } from '../../src/domain/device/device.ts'
import { dueBits } from '../../src/domain/device/due.ts'
import type { Product } from '../../src/domain/product-model/product-model.ts'
import type { Project, Space } from '../../src/domain/space/space.ts'
import {
  deleteCaCertificate,
  findCaCertificate,
  findCaCertificateByDigest,
  insertCaCertificate,
  listCaCertificatePage,
  listCaCertificates,
  markVerified,
  saveCaSettings,
} from '../../src/store/ca-certificates.ts'
import { deleteOverdueDevice, endExpiry, listOverdueDevices } from '../../src/store/device-expiry.ts'
import { clearDesired, listDesiredBelow, markDesired } from '../../src/store/desired-due.ts'
import { listDevices } from '../../src/store/device-list.ts'
import { type DeviceSearch, searchDevices } from '../../src/store/device-search.ts'
import { findCarrier } from '../../src/store/carriers.ts'
import {
  countChildren,
  deleteDevice,
  findDevice,
  findDeviceAnywhere,
  insertDevice,
  markDue,
  pinFingerprint,
  saveDeviceCredentials,
  saveDeviceDetails,
  setFrozen,
} from '../../src/store/devices.ts'
import { findChildList, listChildChanges, noteChild, renumberChildren } from '../../src/store/child-lists.ts'
import { findIntermediates, saveIntermediates } from '../../src/store/intermediates.ts'
import { addToOutbox, dropOutbox, takeOutbox } from '../../src/store/outbox.ts'
import {
  countProductDevices,
  deleteProduct,
  findProduct,
  findProductByKey,
  insertProduct,
  listProducts,
  saveProduct,
} from '../../src/store/products.ts'
import { readRetention, saveRetention } from '../../src/store/settings.ts'
import { findProject, insertProject, listProjects } from '../../src/store/projects.ts'
import {
  countSpaceContents,
  deleteSpace,
  findDefaultSpace,
  findSpace,
  insertSpace,
  listSpaces,
  renameSpace,
  spaceNames,
} from '../../src/store/spaces.ts'
import {
  countTemplateCas,
  deleteTemplate,
  findTemplate,
  insertTemplate,
  listAllTemplates,
  listTemplates,
  saveTemplate,
} from '../../src/store/provisioning-templates.ts'
import type { Store } from '../../src/store/store.ts'
import { inTransaction } from '../../src/store/transaction.ts'
import {
  aFingerprint,
  builders,
  fingerprint,
  nodeId,
  productId,
  projectId,
  spaceId,
} from '../support/registry.ts'

/** What every implementation of the registry keeps. `open` gives a fresh, migrated store. */
export function storeContract(name: string, open: () => Promise<Store & { close(): Promise<void> }>): void {
  describe(`registry on ${name}`, () => {
    const build = builders()
    const { ids, clock } = build
    let store: Store & { close(): Promise<void> }
    let project: Project
    let space: Space
    let product: Product

    beforeEach(async () => {
      store = await open()
      project = build.aProject()
      space = build.aSpace(project, { isDefault: true })
      product = build.aProduct(space)
      await insertProject(store, project)
      await insertSpace(store, space)
      await insertProduct(store, product)
    })
    afterEach(() => store.close())

    /** Another tenant, with a space and a product of its own. */
    async function aForeigner() {
      const foreign = build.aProject()
      const foreignSpace = build.aSpace(foreign, { isDefault: true })
      const foreignProduct = build.aProduct(foreignSpace)
      await insertProject(store, foreign)
      await insertSpace(store, foreignSpace)
      await insertProduct(store, foreignProduct)
      return { project: foreign, space: foreignSpace, product: foreignProduct }
    }

    const firstPage = { limit: 50, offset: 0 }

    describe('projects', () => {
      test('a project reads back as it was written', async () => {
        expect(await findProject(store, project.projectId)).toEqual(project)
        expect(await listProjects(store, 10)).toEqual([project])
      })

      test('a project id is given once', async () => {
        expect(await insertProject(store, build.aProject({ projectId: project.projectId }))).toBe('exists')

        expect(await findProject(store, project.projectId)).toEqual(project)
      })

      test('an unknown project is not found', async () => {
        expect(await findProject(store, projectId('0'.repeat(32)))).toBeUndefined()
      })
    })

    describe('what is desired of devices', () => {
      async function aFamily() {
        const gateway = build.aDevice(product)
        const child = build.aDevice(product, { gatewayId: gateway.deviceId })
        const grandchild = build.aDevice(product, { gatewayId: child.deviceId })
        for (const device of [gateway, child, grandchild]) await insertDevice(store, device)
        const below = (most = 10) =>
          listDesiredBelow(store, { projectId: project.projectId, gatewayId: gateway.deviceId }, most)
        const isMarked = async ({ deviceId }: typeof gateway) =>
          (((await findDevice(store, project.projectId, deviceId))?.due ?? 0) & dueBits.desired) !== 0
        return { gateway, child, grandchild, below, isMarked }
      }

      test('device protocol §2.11: the mark of a device stands on its topmost gateway, too, and on no other', async () => {
        const { gateway, child, grandchild, below, isMarked } = await aFamily()
        expect(await below()).toEqual([])

        await markDesired(store, grandchild)

        expect(await Promise.all([gateway, child, grandchild].map(isMarked))).toEqual([true, false, true])
        expect(await below()).toEqual([grandchild.deviceId])
        await markDesired(store, child)
        expect(new Set(await below())).toEqual(new Set([child.deviceId, grandchild.deviceId]))
        expect(await below(1)).toHaveLength(1)
      })

      test('the mark of a gateway stays while a device below it has one', async () => {
        const { gateway, grandchild, isMarked } = await aFamily()
        await markDesired(store, grandchild)

        await clearDesired(store, gateway)
        expect(await isMarked(gateway)).toBe(true)
        await clearDesired(store, grandchild)
        await clearDesired(store, gateway)

        expect([await isMarked(gateway), await isMarked(grandchild)]).toEqual([false, false])
      })

      test('a mark leaves what else waits for the device', async () => {
        const { gateway } = await aFamily()
        await markDue(store, gateway.deviceId, dueBits.messages)
        await markDesired(store, gateway)
        await clearDesired(store, gateway)

        expect((await findDevice(store, project.projectId, gateway.deviceId))?.due).toBe(dueBits.messages)
      })
    })

    describe('spaces', () => {
      test('a space reads back as it was written, by id and as the default', async () => {
        expect(await findSpace(store, project.projectId, space.spaceId)).toEqual(space)
        expect(await findDefaultSpace(store, project.projectId)).toEqual(space)
      })

      test('a name is unique in its project, and free in another', async () => {
        const foreign = await aForeigner()

        expect(await insertSpace(store, build.aSpace(project, { name: space.name }))).toBe('exists')
        expect(await insertSpace(store, build.aSpace(foreign.project, { name: space.name }))).toBe('created')
      })

      test('a project has one default space', async () => {
        expect(await insertSpace(store, build.aSpace(project, { isDefault: true }))).toBe('exists')
      })

      test('spaces are listed oldest first, filtered by being the default', async () => {
        const other = build.aSpace(project)
        await insertSpace(store, other)

        expect(await listSpaces(store, project.projectId)).toEqual([space, other])
        expect(await listSpaces(store, project.projectId, { isDefault: true })).toEqual([space])
        expect(await listSpaces(store, project.projectId, { isDefault: false })).toEqual([other])
      })

      test('renaming takes a free name, and its own; a taken one changes nothing', async () => {
        const other = build.aSpace(project)
        await insertSpace(store, other)
        const rename = (name: string) =>
          renameSpace(store, { projectId: project.projectId, spaceId: space.spaceId, name })

        expect(await rename(other.name)).toBe('taken')
        expect(await rename(space.name)).toBe('saved')
        expect(await rename('fresh')).toBe('saved')
        expect((await spaceNames(store, project.projectId, [space.spaceId])).get(space.spaceId)).toBe('fresh')
      })

      test('contents are counted per kind; an empty space can be deleted', async () => {
        const empty = build.aSpace(project)
        await insertSpace(store, empty)
        await insertDevice(store, build.aDevice(product))
        await insertCaCertificate(store, build.aCaCertificate(space))

        expect(await countSpaceContents(store, project.projectId, space.spaceId)).toEqual({
          products: 1,
          devices: 1,
          certificates: 1,
          groups: 0,
        })
        expect(await deleteSpace(store, project.projectId, empty.spaceId)).toBe(true)
        expect(await deleteSpace(store, project.projectId, empty.spaceId)).toBe(false)
      })

      test('a space that holds a product cannot be torn away from under it', async () => {
        await expect(deleteSpace(store, project.projectId, space.spaceId)).rejects.toThrow()

        expect(await findSpace(store, project.projectId, space.spaceId)).toEqual(space)
      })

      test('threat 7: another project sees no space of ours', async () => {
        const foreign = await aForeigner()

        expect(await findSpace(store, foreign.project.projectId, space.spaceId)).toBeUndefined()
        expect(await deleteSpace(store, foreign.project.projectId, space.spaceId)).toBe(false)
        expect((await spaceNames(store, foreign.project.projectId, [space.spaceId])).size).toBe(0)
      })
    })

    describe('products', () => {
      test('a product reads back with its whole model', async () => {
        const whole = build.aProduct(space, {
          manufacturerName: 'maker',
          industry: 'water',
          description: 'two\nlines',
          services: [
            {
              serviceId: 'Battery',
              serviceType: 'Battery',
              properties: [
                {
                  name: 'level',
                  dataType: 'int',
                  required: true,
                  method: 'RW',
                  min: '0',
                  defaultValue: { a: [null] },
                },
              ],
              commands: [],
              events: [],
              option: 'Optional',
            },
          ],
        })
        await insertProduct(store, whole)

        expect(await findProduct(store, project.projectId, whole.productId)).toEqual(whole)
        expect(await findProductByKey(store, whole.key)).toEqual(whole)
      })

      test('northbound §3.4: without a space the product in the default space is found, else the oldest', async () => {
        const [second, third] = [build.aSpace(project), build.aSpace(project)]
        await insertSpace(store, second)
        await insertSpace(store, third)
        const shared = productId('shared')
        const older = build.aProduct(second, { productId: shared })
        const newer = build.aProduct(third, { productId: shared })
        await insertProduct(store, older)
        await insertProduct(store, newer)

        expect(await findProduct(store, project.projectId, shared)).toEqual(older)
        expect(await findProduct(store, project.projectId, shared, third.spaceId)).toEqual(newer)

        const inDefault = build.aProduct(space, { productId: shared })
        await insertProduct(store, inDefault)
        expect(await findProduct(store, project.projectId, shared)).toEqual(inDefault)
      })

      test('a product id is unique in its space', async () => {
        expect(await insertProduct(store, build.aProduct(space, { productId: product.productId }))).toBe(
          'exists',
        )
      })

      test('saving writes what can change and nothing of another product', async () => {
        const bystander = build.aProduct(space)
        await insertProduct(store, bystander)
        const changed: Product = {
          ...product,
          name: 'new',
          description: 'd',
          protocolType: 'HTTP',
          modelVersion: 2,
        }
        await saveProduct(store, changed)

        expect(await findProductByKey(store, product.key)).toEqual(changed)
        expect(await findProductByKey(store, bystander.key)).toEqual(bystander)
      })

      test('pages run newest first by marker and by offset; count is the total', async () => {
        const more = [build.aProduct(space), build.aProduct(space, { name: 'lamp' }), build.aProduct(space)]
        for (const one of more) await insertProduct(store, one)
        const keys = [product, ...more].map(({ key }) => key).toReversed()
        const list = (page: { limit: number; offset: number; marker?: RowKey }, filter = {}) =>
          listProducts(store, project.projectId, filter, page)

        const first = await list({ limit: 2, offset: 0 })
        expect(first).toMatchObject({ count: 4, rows: [{ key: keys[0] }, { key: keys[1] }] })
        const second = await list({ limit: 2, offset: 0, marker: keys[1] })
        expect(second).toMatchObject({ count: 4, rows: [{ key: keys[2] }, { key: keys[3] }] })
        expect((await list({ limit: 2, offset: 1 })).rows.map(({ key }) => key)).toEqual(keys.slice(1, 3))
        expect(await list({ limit: 2, offset: 900 })).toEqual({ count: 4, rows: [] })
        expect((await list(firstPage, { name: 'lamp' })).rows.map(({ key }) => key)).toEqual([keys[1]])
        expect(await list(firstPage, { spaceId: spaceId('elsewhere') })).toEqual({ count: 0, rows: [] })
      })

      test('a product of another project is neither found, listed nor deleted', async () => {
        const foreign = await aForeigner()

        expect(await findProduct(store, foreign.project.projectId, product.productId)).toBeUndefined()
        expect((await listProducts(store, foreign.project.projectId, {}, firstPage)).count).toBe(1)
        await deleteProduct(store, { projectId: foreign.project.projectId, key: product.key })
        expect(await findProductByKey(store, product.key)).toEqual(product)
      })

      test('devices of a product are counted, and keep it from being torn away', async () => {
        await insertDevice(store, build.aDevice(product))

        expect(await countProductDevices(store, product)).toBe(1)
        await expect(deleteProduct(store, product)).rejects.toThrow()
      })
    })

    describe('provisioning templates', () => {
      test('a template reads back as it was written; what changes is saved, and another project sees none', async () => {
        const foreign = await aForeigner()
        const template = build.aTemplate(space, {
          description: 'of the line',
          body: {
            parameters: ['common_name', 'serial_number'],
            device: {
              nodeId: { field: 'common_name' },
              deviceId: { field: 'serial_number' },
              deviceName: { field: 'serial_number' },
              productId: { field: 'common_name' },
              tags: [{ key: 'line', value: { field: 'serial_number' } }, { key: 'x' }],
            },
            policyIds: ['a'.repeat(24)],
          },
        })
        await insertTemplate(store, template)
        expect(await findTemplate(store, project.projectId, template.key)).toEqual(template)
        expect(await findTemplate(store, foreign.project.projectId, template.key)).toBeUndefined()

        const changed = {
          ...template,
          description: 'of two',
          body: build.aTemplate(space).body,
          updatedAt: 5,
        }
        await saveTemplate(store, { ...changed, createdAt: 1 })
        expect(await listAllTemplates(store, project.projectId)).toEqual([changed])
        expect(
          await listTemplates(store, project.projectId, { name: template.name }, { limit: 5, offset: 0 }),
        ).toMatchObject({ count: 1 })

        await insertCaCertificate(store, build.aCaCertificate(space, { templateId: template.key }))
        expect(await countTemplateCas(store, project.projectId, template.key)).toBe(1)
        await deleteTemplate(store, foreign.project.projectId, template.key)
        expect(await listAllTemplates(store, project.projectId)).toHaveLength(1)
        await deleteTemplate(store, project.projectId, template.key)
        expect(await listAllTemplates(store, project.projectId)).toEqual([])
      })
    })

    describe('CA certificates', () => {
      test('a certificate reads back as it was written, DER included', async () => {
        const ca = build.aCaCertificate(space, { templateId: 't', ocspServerCaId: 'o', verified: true })
        await insertCaCertificate(store, ca)

        expect(await findCaCertificate(store, project.projectId, ca.key)).toEqual(ca)
        expect(await findCaCertificateByDigest(store, ca)).toEqual(ca)
        expect(await listCaCertificates(store, project.projectId)).toEqual([ca])
      })

      test('the same certificate stands once in a space', async () => {
        const ca = build.aCaCertificate(space)
        await insertCaCertificate(store, ca)

        expect(await insertCaCertificate(store, build.aCaCertificate(space, { sha256: ca.sha256 }))).toBe(
          'exists',
        )
      })

      test('X6: verifying happens once', async () => {
        const ca = build.aCaCertificate(space)
        await insertCaCertificate(store, ca)

        expect(await markVerified(store, project.projectId, ca.key)).toBe(true)
        expect(await markVerified(store, project.projectId, ca.key)).toBe(false)
        expect((await findCaCertificate(store, project.projectId, ca.key))?.verified).toBe(true)
      })

      test('saving settings leaves the verification alone', async () => {
        const ca = build.aCaCertificate(space, { templateId: 't' })
        await insertCaCertificate(store, ca)
        await markVerified(store, project.projectId, ca.key)
        const { templateId: _, ...unbound } = ca
        await saveCaSettings(store, { ...unbound, ocspEnable: true })

        expect(await findCaCertificate(store, project.projectId, ca.key)).toEqual({
          ...unbound,
          ocspEnable: true,
          verified: true,
        })
      })

      test('threat 7: a CA of one project is unknown in another', async () => {
        const foreign = await aForeigner()
        const ca = build.aCaCertificate(space)
        await insertCaCertificate(store, ca)
        const other = foreign.project.projectId

        expect(await findCaCertificate(store, other, ca.key)).toBeUndefined()
        expect(await listCaCertificates(store, other)).toEqual([])
        expect(await listCaCertificatePage(store, other, {}, firstPage)).toEqual({ rows: [], count: 0 })
        expect(await markVerified(store, other, ca.key)).toBe(false)
        expect(await deleteCaCertificate(store, other, ca.key)).toBe(false)
        expect(await deleteCaCertificate(store, project.projectId, ca.key)).toBe(true)
      })
    })

    describe('devices', () => {
      test('a device reads back as it was written, secrets included', async () => {
        const device = build.aDevice(product, {
          name: 'lamp',
          description: 'in the hall',
          extensionInfo: { floor: 1, none: null },
          tags: [{ key: 'k', value: 'v' }, { key: 'bare' }],
          auth: {
            type: 'CERTIFICATES',
            secret: 'first-secret',
            secondarySecret: 'second-secret',
            fingerprint: aFingerprint(),
            secondaryFingerprint: fingerprint('a'.repeat(40)),
            secureAccess: false,
            timeoutSeconds: 60,
          },
        })
        expect(await insertDevice(store, device)).toBe('created')

        expect(await findDevice(store, project.projectId, device.deviceId)).toEqual(device)
        expect(await findDeviceAnywhere(store, device.deviceId)).toEqual(device)
      })

      test('a device id is unique over all projects; the answer tells no more than that', async () => {
        const foreign = await aForeigner()
        const device = build.aDevice(product)
        await insertDevice(store, device)

        const outcome = await insertDevice(
          store,
          build.aDevice(foreign.product, { deviceId: device.deviceId }),
        )

        expect(outcome).toBe('device-exists')
        expect(await findDevice(store, foreign.project.projectId, device.deviceId)).toBeUndefined()
        expect(await findDeviceAnywhere(store, device.deviceId)).toEqual(device)
      })

      test('a node id is unique in its product', async () => {
        const device = build.aDevice(product)
        await insertDevice(store, device)

        expect(await insertDevice(store, build.aDevice(product, { nodeId: device.nodeId }))).toBe(
          'node-exists',
        )
      })

      test('details and credentials are saved apart', async () => {
        const device = build.aDevice(product)
        await insertDevice(store, device)
        const renamed = {
          ...device,
          name: 'new',
          auth: { ...device.auth, secret: 'ignored', secureAccess: false },
        }
        await saveDeviceDetails(store, renamed)
        const afterDetails = { ...device, name: 'new', auth: { ...device.auth, secureAccess: false } }
        expect(await findDeviceAnywhere(store, device.deviceId)).toEqual(afterDetails)

        await saveDeviceCredentials(store, {
          ...afterDetails,
          name: 'ignored',
          auth: { ...device.auth, secret: 'fresh' },
        })
        expect(await findDeviceAnywhere(store, device.deviceId)).toEqual({
          ...afterDetails,
          auth: { ...afterDetails.auth, secret: 'fresh' },
        })
      })

      test('of two first certificates one is pinned', async () => {
        const device = build.aDevice(product, {
          auth: { type: 'CERTIFICATES', secureAccess: true, timeoutSeconds: 0 },
        })
        await insertDevice(store, device)
        const [one, two] = [aFingerprint(), aFingerprint()]

        expect(await pinFingerprint(store, device.deviceId, one)).toBe(true)
        expect(await pinFingerprint(store, device.deviceId, two)).toBe(false)
        expect((await findDeviceAnywhere(store, device.deviceId))?.auth.fingerprint).toBe(one)
      })

      test('nothing is pinned on a device that has a secondary fingerprint', async () => {
        const secondaryFingerprint = aFingerprint()
        const device = build.aDevice(product, {
          auth: { type: 'CERTIFICATES', secondaryFingerprint, secureAccess: true, timeoutSeconds: 0 },
        })
        await insertDevice(store, device)

        expect(await pinFingerprint(store, device.deviceId, aFingerprint())).toBe(false)
        expect((await findDeviceAnywhere(store, device.deviceId))?.auth).toEqual(device.auth)
      })

      test('nothing is pinned on a device that authenticates by secret', async () => {
        const device = build.aDevice(product)
        await insertDevice(store, device)

        expect(await pinFingerprint(store, device.deviceId, aFingerprint())).toBe(false)
      })

      test('freezing and unfreezing tell whether they changed anything', async () => {
        const { projectId: id, deviceId } = build.aDevice(product)
        await insertDevice(store, build.aDevice(product, { deviceId }))
        const set = (frozen: boolean) => setFrozen(store, { projectId: id, deviceId, frozen })

        expect([await set(false), await set(true), await set(true), await set(false)]).toEqual([
          false,
          true,
          false,
          true,
        ])
      })

      test('a gateway with children cannot be torn away from under them', async () => {
        const gateway = build.aDevice(product)
        const child = build.aDevice(product, { gatewayId: gateway.deviceId })
        await insertDevice(store, gateway)
        await insertDevice(store, child)

        expect(await countChildren(store, project.projectId, gateway.deviceId)).toBe(1)
        await expect(deleteDevice(store, project.projectId, gateway.deviceId)).rejects.toThrow()
        expect(await deleteDevice(store, project.projectId, child.deviceId)).toBe(true)
        expect(await deleteDevice(store, project.projectId, gateway.deviceId)).toBe(true)
      })

      test('device protocol §3.0.3: what is for a child goes to its topmost gateway, and for others to themselves', async () => {
        const gateway = build.aDevice(product)
        const child = build.aDevice(product, { gatewayId: gateway.deviceId })
        const grandchild = build.aDevice(product, { gatewayId: child.deviceId })
        for (const device of [gateway, child, grandchild]) await insertDevice(store, device)

        for (const device of [gateway, child, grandchild])
          expect(await findCarrier(store, device)).toBe(gateway.deviceId)
      })

      describe('device protocol §3.8.3: the list of a gateway', () => {
        let gateway: Device
        const childOf = (nodeName: string) =>
          build.aDevice(product, { nodeId: nodeId(nodeName), gatewayId: gateway.deviceId })
        const note = (change: 'add' | 'delete', child: Device) =>
          noteChild(store, gateway.deviceId, change, child)
        const above = async (version: number) =>
          (await listChildChanges(store, gateway.deviceId, version, 10_000)).map(
            (change) => `${change.version} ${change.change} ${change.nodeId}`,
          )

        beforeEach(async () => {
          gateway = build.aDevice(product)
          await insertDevice(store, gateway)
        })

        test('every change has a version of its own, and only the last of each child is kept', async () => {
          const [a, b] = [childOf('a'), childOf('b')]
          expect(await findChildList(store, gateway.deviceId)).toEqual({ version: 0, forgotten: 0, told: 0 })

          const versions = [await note('add', a), await note('add', b), await note('delete', a)]

          expect(versions).toEqual([1, 2, 3])
          expect(await above(0)).toEqual(['2 add b', '3 delete a'])
          expect(await above(2)).toEqual(['3 delete a'])
          expect(await above(3)).toEqual([])
        })

        test('the deletions that are kept are bounded, and it is known from where on they are missing', async () => {
          await note('add', childOf('stays'))
          for (let i = 0; i <= limits.childDeletionsKept; i++) await note('delete', childOf(`n${i}`))

          expect(await findChildList(store, gateway.deviceId)).toEqual({
            version: limits.childDeletionsKept + 2,
            forgotten: 2,
            told: 0,
          })
          expect((await above(0)).slice(0, 2)).toEqual(['1 add stays', '3 delete n1'])
        })

        test('new versions for the whole list lie above what the gateway has, in the same order', async () => {
          const [a, b, c] = [childOf('a'), childOf('b'), childOf('c')]
          for (const child of [a, b, c]) await note('add', child)
          await note('delete', b)

          await renumberChildren(store, gateway.deviceId, 70)

          expect(await above(70)).toEqual(['71 add a', '72 add c'])
          expect(await findChildList(store, gateway.deviceId)).toEqual({
            version: 72,
            forgotten: 70,
            told: 0,
          })
          expect(await note('add', b)).toBe(73)
        })

        test('it goes with its gateway', async () => {
          await note('delete', childOf('a'))
          await deleteDevice(store, project.projectId, gateway.deviceId)
          await insertDevice(store, gateway)

          expect(await above(0)).toEqual([])
          expect(await findChildList(store, gateway.deviceId)).toEqual({ version: 0, forgotten: 0, told: 0 })
        })
      })

      test('each filter of a list narrows rows and count alike', async () => {
        const other = build.aProduct(space)
        await insertProduct(store, other)
        const gateway = build.aDevice(product, { name: 'gateway' })
        clock.advance(1000)
        const child = build.aDevice(other, { gatewayId: gateway.deviceId, nodeId: nodeId('imei') })
        clock.advance(1000)
        const grandchild = build.aDevice(product, { gatewayId: child.deviceId })
        for (const device of [gateway, child, grandchild]) await insertDevice(store, device)
        const found = async (filter: Parameters<typeof listDevices>[2]) => {
          const { rows, count } = await listDevices(store, project.projectId, filter, firstPage)
          expect(count).toBe(rows.length)
          return rows.map(({ deviceId }) => deviceId)
        }

        expect(await found({})).toEqual([grandchild.deviceId, child.deviceId, gateway.deviceId])
        expect(await found({ spaceId: space.spaceId })).toHaveLength(3)
        expect(await found({ productId: other.productId })).toEqual([child.deviceId])
        expect(await found({ nodeId: nodeId('imei') })).toEqual([child.deviceId])
        expect(await found({ name: 'gateway' })).toEqual([gateway.deviceId])
        expect(await found({ gatewayId: gateway.deviceId })).toEqual([child.deviceId])
        expect(await found({ gatewayId: gateway.deviceId, cascade: true })).toEqual([
          grandchild.deviceId,
          child.deviceId,
        ])
        expect(await found({ from: child.createdAt, until: grandchild.createdAt })).toEqual([child.deviceId])
        expect(await found({ name: 'gateway', nodeId: nodeId('imei') })).toEqual([])
      })

      test('a search finds text of any script, fingerprints, and what is connected; in any order, counted', async () => {
        const foreign = await aForeigner()
        const secondary = aFingerprint()
        const one = build.aDevice(product, { name: 'ÉCLAIRAGE №1', nodeId: nodeId('a_1') })
        const two = build.aDevice(product, {
          nodeId: nodeId('ab1'),
          frozen: true,
          auth: {
            type: 'CERTIFICATES',
            secondaryFingerprint: secondary,
            secureAccess: true,
            timeoutSeconds: 0,
          },
        })
        const three = build.aDevice(product, { name: 'b', nodeId: nodeId('zz'), createdAt: clock.now() + 1 })
        for (const device of [one, two, three]) await insertDevice(store, device)
        await insertDevice(
          store,
          build.aDevice(foreign.product, { name: 'éclairage', nodeId: nodeId('a_1') }),
        )
        const byKey = { sort: 'created', order: 'asc', limit: 10, offset: 0 } as const
        const found = async (search: Partial<DeviceSearch>) => {
          const { devices, count } = await searchDevices(store, project.projectId, { ...byKey, ...search })
          expect(count).toBe(devices.length)
          return devices.map((device) => [one, two, three].findIndex(({ key }) => key === device.key) + 1)
        }
        const connections = JSON.stringify({
          [one.deviceId]: clock.now() + 9,
          [two.deviceId]: clock.now() + 5,
        })

        expect(await found({})).toEqual([1, 2, 3])
        expect(await found({ text: 'éclairage' })).toEqual([1])
        expect(await found({ text: 'A_1' })).toEqual([1])
        expect(await found({ text: secondary.toUpperCase().replace(/(..)(?=.)/g, '$1 ') })).toEqual([2])
        expect(await found({ frozen: true })).toEqual([2])
        expect(await found({ authType: 'SECRET' })).toEqual([1, 3])
        expect(await found({ connections, connected: true })).toEqual([1, 2])
        expect(await found({ connections, connected: false })).toEqual([3])
        expect(await found({ connections, connected: true, frozen: false })).toEqual([1])
        expect(await found({ sort: 'name' })).toEqual([3, 1, 2])
        expect(await found({ sort: 'name', order: 'desc' })).toEqual([1, 3, 2])
        expect(await found({ sort: 'status_since', connections })).toEqual([3, 1, 2])
        const behind = { ...byKey, offset: 3 }
        expect(await searchDevices(store, project.projectId, behind)).toEqual({ devices: [], count: 3 })
        // Pages behind the middle are found from the other end, and are the same.
        for (const sort of ['created', 'name', 'node_id', 'device_id', 'status_since'] as const)
          for (const order of ['asc', 'desc'] as const) {
            const whole = await found({ sort, order, connections })
            for (const limit of [1, 2])
              for (const offset of [0, 1, 2]) {
                const page = { ...byKey, sort, order, connections, limit, offset }
                const { devices } = await searchDevices(store, project.projectId, page)
                expect(
                  devices.map(({ key }) => [one, two, three].findIndex((d) => d.key === key) + 1),
                ).toEqual(whole.slice(offset, offset + limit))
              }
          }
        const [hit] = (await searchDevices(store, project.projectId, byKey)).devices
        expect(hit?.auth).not.toHaveProperty('secret')
      })

      test('a list never opens a secret', async () => {
        await insertDevice(store, build.aDevice(product))

        const { rows } = await listDevices(store, project.projectId, {}, firstPage)

        expect(JSON.stringify(rows)).not.toContain('clear-secret')
        expect(rows[0]?.auth).not.toHaveProperty('secret')
      })

      test('threat 11: no secret stands in the database in clear', async () => {
        await insertDevice(store, build.aDevice(product))

        const row = await store.db.selectFrom('device').selectAll().executeTakeFirstOrThrow()

        expect(row.secret).toMatch(/^v1\./)
        expect(JSON.stringify(row)).not.toContain('clear-secret')
      })

      test('overdue are those whose time is over and that have no children; the longest overdue first', async () => {
        const withTimeout = (timeoutSeconds: number) => ({
          auth: { type: 'SECRET' as const, secret: 'clear-secret', secureAccess: true, timeoutSeconds },
        })
        const [late, later] = [
          build.aDevice(product, withTimeout(20)),
          build.aDevice(product, withTimeout(10)),
        ]
        const parent = build.aDevice(product, withTimeout(5))
        const child = build.aDevice(product, { gatewayId: parent.deviceId })
        const patient = build.aDevice(product, withTimeout(3600))
        for (const device of [late, later, parent, child, patient]) await insertDevice(store, device)
        const now = clock.now() + 20_000
        const overdue = async () => (await listOverdueDevices(store, now, 10)).map(({ deviceId }) => deviceId)

        expect(await overdue()).toEqual([later.deviceId, late.deviceId])
        await endExpiry(store, [late.deviceId])
        expect(await overdue()).toEqual([later.deviceId])
        expect(await deleteOverdueDevice(store, patient.deviceId, now)).toBe(false)
        expect(await deleteOverdueDevice(store, later.deviceId, now)).toBe(true)
        expect(await findDeviceAnywhere(store, later.deviceId)).toBeUndefined()
      })
    })

    describe('intermediates', () => {
      test('the latest chain of a leaf is kept, in its order', async () => {
        const leafSha256 = aFingerprint()
        const [a, b, c] = [new Uint8Array([1]), new Uint8Array([2, 3]), new Uint8Array([4])]
        await saveIntermediates(store, { key: ids.rowKey(), leafSha256, ders: [a, b], max: 10 })
        expect(await findIntermediates(store, leafSha256)).toEqual([a, b])

        await saveIntermediates(store, { key: ids.rowKey(), leafSha256, ders: [c], max: 10 })
        expect(await findIntermediates(store, leafSha256)).toEqual([c])
        expect(await findIntermediates(store, aFingerprint())).toEqual([])
      })

      test('no more leaves are kept than allowed; the oldest go', async () => {
        const leaves = [aFingerprint(), aFingerprint(), aFingerprint()]
        for (const leafSha256 of leaves) {
          await saveIntermediates(store, {
            key: ids.rowKey(),
            leafSha256,
            ders: [new Uint8Array([9])],
            max: 2,
          })
        }

        const kept = await Promise.all(leaves.map((leaf) => findIntermediates(store, leaf)))

        expect(kept.map((ders) => ders.length)).toEqual([0, 1, 1])
      })
    })

    describe('outbox', () => {
      test('entries are taken in the order written, and stay until dropped', async () => {
        const device = build.aDevice(product)
        const [first, second] = [ids.rowKey(), ids.rowKey()]
        await addToOutbox(store, {
          id: first,
          at: 1,
          device,
          body: { change: 'device-created', desired: {} },
        })
        await addToOutbox(store, { id: second, at: 2, device, body: { change: 'device-deleted' } })

        const taken = await takeOutbox(store, 1)
        expect(taken).toEqual([
          {
            id: first,
            entry: {
              kind: 'config',
              at: 1,
              projectId: device.projectId,
              deviceId: device.deviceId,
              body: { change: 'device-created', desired: {}, outboxKey: first },
            },
          },
        ])
        expect((await takeOutbox(store, 10)).map(({ id }) => id)).toEqual([first, second])
        await dropOutbox(store, [first])
        expect((await takeOutbox(store, 10)).map(({ id }) => id)).toEqual([second])
      })
    })

    describe('settings', () => {
      test('what nobody has set is as this version has it; what was saved is read back, whole', async () => {
        const bounded = { historyDays: 10, historyBytesMax: 1e9, logDays: 20, logBytesMax: 2e9 }
        const unbounded = { ...bounded, historyBytesMax: undefined, logBytesMax: undefined }

        expect(await readRetention(store)).toEqual({ ...unbounded, historyDays: 366, logDays: 30 })
        for (const settings of [bounded, unbounded]) {
          await saveRetention(store, settings)
          expect(await readRetention(store)).toEqual(settings)
        }
      })
    })

    describe('transactions', () => {
      test('R5: what fails half-way leaves nothing behind', async () => {
        const device = build.aDevice(product)
        const failing = inTransaction(store, async (tx) => {
          await insertDevice(tx, device)
          await addToOutbox(tx, { id: ids.rowKey(), at: 1, device, body: { change: 'device-deleted' } })
          throw new Error('the disk went away')
        })

        await expect(failing).rejects.toThrow('the disk went away')
        expect(await findDeviceAnywhere(store, device.deviceId)).toBeUndefined()
        expect(await takeOutbox(store, 10)).toEqual([])
      })

      test('transactions do not mix, however they are started', async () => {
        const names = Array.from({ length: 20 }, (_, index) => `parallel-${index}`)
        await Promise.all(
          names.map((spaceName, index) =>
            inTransaction(store, async (tx) => {
              await insertSpace(tx, build.aSpace(project, { name: spaceName }))
              await listSpaces(tx, project.projectId)
              if (index % 2 === 1) throw new Error('refused')
            }).catch(() => 'refused'),
          ),
        )

        const kept = (await listSpaces(store, project.projectId)).map(({ name: kept }) => kept)

        expect(kept.filter((one) => one.startsWith('parallel'))).toHaveLength(10)
      })
    })
  })
}
