import type { Product } from '../../src/domain/product-model/product-model.ts'
import { migrate } from '../../src/store/migrate.ts'
import { type OpenedStore, openStore } from '../../src/store/open-store.ts'
import { insertProduct } from '../../src/store/products.ts'
import { insertProject } from '../../src/store/projects.ts'
import { insertSpace } from '../../src/store/spaces.ts'
import { type Builders, builders } from './registry.ts'

/** A real registry, in memory unless `file` says where, with a product to register devices of. Whoever asks closes it. */
export async function aFilledRegistry({
  file = ':memory:',
  key = new Uint8Array(32),
  build = builders(),
  ...over
}: { readonly file?: string; readonly key?: Uint8Array; readonly build?: Builders } & Partial<
  Pick<Product, 'services'>
> = {}) {
  const store = openStore({ file, key })
  await migrate(store, build.clock)
  return { store, build, clock: build.clock, ...(await aProductIn(store, build, over)) }
}

/** A product in a project and a space of its own. */
export async function aProductIn(store: OpenedStore, build: Builders, over: Partial<Product> = {}) {
  const project = build.aProject()
  const space = build.aSpace(project)
  const product = build.aProduct(space, over)
  await insertProject(store, project)
  await insertSpace(store, space)
  await insertProduct(store, product)
  return { space, product }
}
