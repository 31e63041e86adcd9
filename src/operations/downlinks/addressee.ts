import type { Addressee } from '../../domain/downlink/command.ts'
import type { Device } from '../../domain/device/device.ts'
import type { ServiceModel } from '../../domain/product-model/product-model.ts'
import { findCarrier } from '../../store/carriers.ts'
import { findProductByKey } from '../../store/products.ts'
import type { Store } from '../../store/store.ts'

export const addresseeOf = async (store: Store, device: Device): Promise<Addressee> => ({
  deviceId: device.deviceId,
  carrierId: await findCarrier(store, device),
})

/** What the product of a device declares. */
export async function modelOf(store: Store, device: Device): Promise<readonly ServiceModel[]> {
  const product = await findProductByKey(store, device.productKey)
  return product?.services ?? []
}
