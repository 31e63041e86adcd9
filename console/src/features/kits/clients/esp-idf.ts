import { hostPort } from '../../../lib/format.ts'
import { caFile, certificateFile, type ClientKit, keyFile, type KitFacts, reportFile } from '../kit-facts.ts'
import { cString } from './quote.ts'

/** A project for ESP-IDF 5; the kit's files become part of the program. */
export function espIdfKit({ host, port, clientId, deviceId, login, topic }: KitFacts): ClientKit {
  const embedded = [caFile, reportFile, ...(login ? [] : [certificateFile, keyFile])]
  const proof = login
    ? `    .credentials.authentication.password = ${cString(login.password)},`
    : `    .credentials.authentication.certificate = device_cert,
    .credentials.authentication.key = device_key,`
  return {
    install: '. "$IDF_PATH/export.sh" && (cd esp-idf && idf.py set-target esp32 && idf.py menuconfig)',
    run: '(cd esp-idf && idf.py flash monitor)',
    files: [
      {
        path: 'esp-idf/CMakeLists.txt',
        text: `cmake_minimum_required(VERSION 3.16)
include($ENV{IDF_PATH}/tools/cmake/project.cmake)
project(report)
`,
      },
      {
        path: 'esp-idf/main/CMakeLists.txt',
        text: `idf_component_register(
    SRCS "main.c"
    EMBED_TXTFILES ${embedded.map((name) => `"../../${name}"`).join(' ')})
`,
      },
      {
        path: 'esp-idf/main/idf_component.yml',
        text: `dependencies:
  protocol_examples_common:
    path: \${IDF_PATH}/examples/common_components/protocol_examples_common
`,
      },
      {
        path: 'esp-idf/main/main.c',
        text: `#include "esp_event.h"
#include "esp_log.h"
#include "esp_netif.h"
#include "mqtt_client.h"
#include "nvs_flash.h"
#include "protocol_examples_common.h"

extern const char platform_ca[] asm("_binary_quayside_ca_pem_start");
extern const char report[] asm("_binary_report_json_start");
${
  login
    ? ''
    : `extern const char device_cert[] asm("_binary_deviceCert_pem_start");
extern const char device_key[] asm("_binary_deviceCert_key_start");
`
}
static const char *TAG = "report";

static const esp_mqtt_client_config_t config = {
    .broker.address.uri = ${cString(`mqtts://${hostPort(host, port)}`)},
    .broker.verification.certificate = platform_ca,
    .credentials.client_id = ${cString(clientId)},
    .credentials.username = ${cString(deviceId)},
${proof}
};

static void on_event(void *args, esp_event_base_t base, int32_t id, void *data)
{
    esp_mqtt_event_handle_t event = data;
    if (id == MQTT_EVENT_CONNECTED) {
        esp_mqtt_client_publish(event->client, ${cString(topic)}, report, 0, 1, 0);
    } else if (id == MQTT_EVENT_PUBLISHED) {
        ESP_LOGI(TAG, "The platform has the report.");
    } else if (id == MQTT_EVENT_ERROR) {
        ESP_LOGE(TAG, "The connection failed.");
    }
}

void app_main(void)
{
    ESP_ERROR_CHECK(nvs_flash_init());
    ESP_ERROR_CHECK(esp_netif_init());
    ESP_ERROR_CHECK(esp_event_loop_create_default());
    ESP_ERROR_CHECK(example_connect());

    esp_mqtt_client_handle_t client = esp_mqtt_client_init(&config);
    esp_mqtt_client_register_event(client, ESP_EVENT_ANY_ID, on_event, NULL);
    esp_mqtt_client_start(client);
}
`,
      },
    ],
  }
}
