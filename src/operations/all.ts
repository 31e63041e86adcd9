import { createAccessKey } from './access-keys/create-access-key.ts'
import { deleteAccessKey } from './access-keys/delete-access-key.ts'
import { listAccessKeys } from './access-keys/list-access-keys.ts'
import { addApplication } from './apps/add-application.ts'
import { deleteApplication } from './apps/delete-application.ts'
import { showApplication } from './apps/show-application.ts'
import { showApplications } from './apps/show-applications.ts'
import { updateApplication } from './apps/update-application.ts'
import { addCertificate } from './certificates/add-certificate.ts'
import { checkCertificate } from './certificates/check-certificate.ts'
import { deleteCertificate } from './certificates/delete-certificate.ts'
import { listCertificates } from './certificates/list-certificates.ts'
import { listOwnCertificates } from './certificates/list-own-certificates.ts'
import { showCertificate } from './certificates/show-certificate.ts'
import { showOwnCertificate } from './certificates/show-own-certificate.ts'
import { updateCertificate } from './certificates/update-certificate.ts'
import { listConnections } from './connections/list-connections.ts'
import { showConnection } from './connections/show-connection.ts'
import { createFileAddress } from './device-files/create-file-address.ts'
import { deleteDeviceFile } from './device-files/delete-device-file.ts'
import { listDeviceFiles } from './device-files/list-device-files.ts'
import { showDeviceFile } from './device-files/show-device-file.ts'
import { listDeviceLogs } from './device-logs/list-device-logs.ts'
import { cancelConfigTask } from './device-notices/cancel-config-task.ts'
import { createConfigTask } from './device-notices/create-config-task.ts'
import { listConfigTasks } from './device-notices/list-config-tasks.ts'
import { queryDeviceVersion } from './device-notices/query-device-version.ts'
import { showLogSwitch } from './device-notices/show-log-switch.ts'
import { updateLogSwitch } from './device-notices/update-log-switch.ts'
import { bindDevicePolicy } from './device-policies/bind-device-policy.ts'
import { createDevicePolicy } from './device-policies/create-device-policy.ts'
import { deleteDevicePolicy } from './device-policies/delete-device-policy.ts'
import { listDevicePolicies } from './device-policies/list-device-policies.ts'
import { listOwnPolicies } from './device-policies/list-own-policies.ts'
import { showDevicePolicy } from './device-policies/show-device-policy.ts'
import { showTargetsInDevicePolicy } from './device-policies/show-targets.ts'
import { unbindDevicePolicy } from './device-policies/unbind-device-policy.ts'
import { updateDevicePolicy } from './device-policies/update-device-policy.ts'
import { addDevice } from './devices/add-device.ts'
import { addDevices } from './devices/add-devices.ts'
import { changeGateway } from './devices/change-gateway.ts'
import { deleteDevice } from './devices/delete-device.ts'
import { freezeDevice } from './devices/freeze-device.ts'
import { listDevices } from './devices/list-devices.ts'
import { listOwnDevices } from './devices/list-own-devices.ts'
import { resetDeviceSecret } from './devices/reset-device-secret.ts'
import { resetFingerprint } from './devices/reset-fingerprint.ts'
import { revealDeviceSecret } from './devices/reveal-device-secret.ts'
import { showDevice } from './devices/show-device.ts'
import { showOwnDevice } from './devices/show-own-device.ts'
import { startScan } from './devices/start-scan.ts'
import { unfreezeDevice } from './devices/unfreeze-device.ts'
import { updateDevice } from './devices/update-device.ts'
import { followEvents } from './events/follow-events.ts'
import { listDeviceEntries } from './events/list-device-entries.ts'
import { explainCertificate } from './explain/explain-certificate.ts'
import { explainConnection } from './explain/explain-connection.ts'
import { explainReport } from './explain/explain-report.ts'
import { showGatewaySettings } from './gateways/show-gateway-settings.ts'
import { updateGatewaySettings } from './gateways/update-gateway-settings.ts'
import { explainTopic } from './explain/explain-topic.ts'
import { listHistoryBuckets } from './history/list-history-buckets.ts'
import { listHistory } from './history/list-history.ts'
import { createToken } from './iam/create-token.ts'
import { listIamDomains } from './iam/list-domains.ts'
import { listIamProjects } from './iam/list-projects.ts'
import { listIamUsers } from './iam/list-users.ts'
import { showIamCatalog } from './iam/show-catalog.ts'
import { showPlatform } from './platform/show-platform.ts'
import { showPublicPlatform } from './platform/show-public-platform.ts'
import { createProduct } from './products/create-product.ts'
import { deleteProduct } from './products/delete-product.ts'
import { listProducts } from './products/list-products.ts'
import { listOwnProducts } from './products/list-own-products.ts'
import { showProduct } from './products/show-product.ts'
import { updateProduct } from './products/update-product.ts'
import { showProgress } from './progress/show-progress.ts'
import { showRetention } from './retention/show-retention.ts'
import { updateRetention } from './retention/update-retention.ts'
import { search } from './search/search.ts'
import { changePassword } from './session/change-password.ts'
import { createSession } from './session/create-session.ts'
import { deleteSession } from './session/delete-session.ts'
import { showSession } from './session/show-session.ts'
import { deleteDeviceShadow } from './shadow/delete-device-shadow.ts'
import { showDeviceShadow } from './shadow/show-device-shadow.ts'
import { showLatest } from './shadow/show-latest.ts'
import { updateDeviceShadowDesiredData } from './shadow/update-device-shadow.ts'
import { showStatistics } from './statistics/show-statistics.ts'
import { listTopics } from './topics/list-topics.ts'
import { listVerdictCodes } from './verdicts/list-verdict-codes.ts'
import { createAsyncCommand } from './async-commands/create-async-command.ts'
import { countAsyncHistoryCommands } from './async-commands/count-async-history-commands.ts'
import { listAsyncCommands } from './async-commands/list-async-commands.ts'
import { listAsyncHistoryCommands } from './async-commands/list-async-history-commands.ts'
import { showAsyncDeviceCommand } from './async-commands/show-async-device-command.ts'
import { createAccessCode } from './access-codes/create-access-code.ts'
import { addBridge } from './bridges/add-bridge.ts'
import { deleteBridge } from './bridges/delete-bridge.ts'
import { listBridgeDevices } from './bridges/list-bridge-devices.ts'
import { listBridgeEntries } from './bridges/list-bridge-entries.ts'
import { listBridges } from './bridges/list-bridges.ts'
import { listOwnBridges } from './bridges/list-own-bridges.ts'
import { resetBridgeSecret } from './bridges/reset-bridge-secret.ts'
import { broadcastMessage } from './broadcast/broadcast-message.ts'
import { createCommand } from './commands/create-command.ts'
import { createMessage } from './messages/create-message.ts'
import { deleteDeviceMessage } from './messages/delete-device-message.ts'
import { listDeviceMessages } from './messages/list-device-messages.ts'
import { showDeviceMessage } from './messages/show-device-message.ts'
import { listProperties } from './properties/list-properties.ts'
import { updateProperties } from './properties/update-properties.ts'
import { explainProvisioning } from './explain/explain-provisioning.ts'
import { createProvisioningTemplate } from './provisioning-templates/create-provisioning-template.ts'
import { deleteProvisioningTemplate } from './provisioning-templates/delete-provisioning-template.ts'
import { listProvisioningTemplates } from './provisioning-templates/list-provisioning-templates.ts'
import { showProvisioningTemplate } from './provisioning-templates/show-provisioning-template.ts'
import { updateProvisioningTemplate } from './provisioning-templates/update-provisioning-template.ts'
import { createRegistrationGroup } from './registration-groups/create-registration-group.ts'
import { deleteRegistrationGroup } from './registration-groups/delete-registration-group.ts'
import { listRegistrationGroups } from './registration-groups/list-registration-groups.ts'
import { showRegistrationGroup } from './registration-groups/show-registration-group.ts'
import { updateRegistrationGroup } from './registration-groups/update-registration-group.ts'
import type { Operation } from './operation.ts'

/** Every operation of the API: what `api/` mounts, the document describes and the tests call. */
export const operations: readonly Operation[] = [
  createAccessKey,
  deleteAccessKey,
  listAccessKeys,
  addApplication,
  deleteApplication,
  showApplication,
  showApplications,
  updateApplication,
  addCertificate,
  checkCertificate,
  deleteCertificate,
  listCertificates,
  listOwnCertificates,
  showCertificate,
  showOwnCertificate,
  updateCertificate,
  listConnections,
  showConnection,
  createFileAddress,
  deleteDeviceFile,
  listDeviceFiles,
  showDeviceFile,
  listDeviceLogs,
  cancelConfigTask,
  createConfigTask,
  listConfigTasks,
  queryDeviceVersion,
  showLogSwitch,
  updateLogSwitch,
  createDevicePolicy,
  listDevicePolicies,
  listOwnPolicies,
  showDevicePolicy,
  updateDevicePolicy,
  deleteDevicePolicy,
  bindDevicePolicy,
  unbindDevicePolicy,
  showTargetsInDevicePolicy,
  addDevice,
  addDevices,
  changeGateway,
  deleteDevice,
  freezeDevice,
  listDevices,
  listOwnDevices,
  resetDeviceSecret,
  resetFingerprint,
  revealDeviceSecret,
  showDevice,
  showOwnDevice,
  startScan,
  unfreezeDevice,
  updateDevice,
  followEvents,
  listDeviceEntries,
  explainCertificate,
  explainConnection,
  explainReport,
  showGatewaySettings,
  updateGatewaySettings,
  explainTopic,
  listHistoryBuckets,
  listHistory,
  createToken,
  listIamDomains,
  listIamProjects,
  listIamUsers,
  showIamCatalog,
  showPlatform,
  showPublicPlatform,
  createProduct,
  deleteProduct,
  listProducts,
  listOwnProducts,
  showProduct,
  updateProduct,
  showProgress,
  showRetention,
  updateRetention,
  search,
  changePassword,
  createSession,
  deleteSession,
  showSession,
  showDeviceShadow,
  updateDeviceShadowDesiredData,
  deleteDeviceShadow,
  showLatest,
  showStatistics,
  listTopics,
  listVerdictCodes,
  createMessage,
  listDeviceMessages,
  showDeviceMessage,
  deleteDeviceMessage,
  createCommand,
  createAsyncCommand,
  listAsyncCommands,
  showAsyncDeviceCommand,
  listAsyncHistoryCommands,
  countAsyncHistoryCommands,
  listProperties,
  updateProperties,
  createAccessCode,
  broadcastMessage,
  createProvisioningTemplate,
  deleteProvisioningTemplate,
  listProvisioningTemplates,
  showProvisioningTemplate,
  updateProvisioningTemplate,
  explainProvisioning,
  addBridge,
  listBridges,
  listOwnBridges,
  listBridgeDevices,
  listBridgeEntries,
  deleteBridge,
  resetBridgeSecret,
  createRegistrationGroup,
  deleteRegistrationGroup,
  listRegistrationGroups,
  showRegistrationGroup,
  updateRegistrationGroup,
]
