import { caFile, certificateFile, type ClientKit, keyFile, type KitFacts } from '../kit-facts.ts'
import { cString, shellWord } from './quote.ts'

/** The port that the SDK takes for TLS; another one has to be told to it when it is compiled (its mqtt_base.h). */
const SDK_TLS_PORT = 8883

/** Huawei's iot-device-sdk-c: a program in the place of its MQTT_Demo, and the certificates under the SDK's names. */
export function cSdkKit({ host, port, deviceId, login, report }: KitFacts): ClientKit {
  const { services } = report as { readonly services: readonly { service_id: string; properties: object }[] }
  const [service] = services
  const auth = login
    ? `    IOTA_ConfigSetStr(EN_IOTA_CFG_DEVICESECRET, ${cString(login.secret)});
    IOTA_ConfigSetUint(EN_IOTA_CFG_AUTH_MODE, EN_IOTA_CFG_AUTH_MODE_SECRET);`
    : '    IOTA_ConfigSetUint(EN_IOTA_CFG_AUTH_MODE, EN_IOTA_CFG_AUTH_MODE_CERT);'
  return {
    run: '(cd "$SDK" && make && LD_LIBRARY_PATH=./lib ./MQTT_Demo)',
    install: 'SDK=../huaweicloud-iot-device-sdk-c sh c/install.sh',
    files: [
      {
        path: 'c/install.sh',
        text: `#!/bin/sh
# Puts program and certificates into the SDK whose folder is in SDK.
set -e
kit="$(cd "$(dirname "$0")/.." && pwd)"
cp "$kit/c/report.c" "$SDK/src/device_demo/device_demo.c"
cp "$kit/${caFile}" "$SDK/conf/rootcert.pem"
${login ? '' : `cp "$kit/${certificateFile}" "$kit/${keyFile}" "$SDK/conf/"\n`}${
          port === SDK_TLS_PORT
            ? ''
            : `# The SDK speaks TLS only on the port that it calls MQTTS_PORT.
sed -i ${shellWord(`s/\\(#define MQTTS_PORT[[:space:]]*\\)"[0-9]*"/\\1"${port}"/`)} "$SDK/include/base/mqtt_base.h"
`
        }`,
      },
      {
        path: 'c/report.c',
        text: `#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>
#include "hw_type.h"
#include "iota_init.h"
#include "iota_cfg.h"
#include "iota_login.h"
#include "iota_datatrans.h"

static void PrintLog(int level, char *format, va_list args)
{
    vprintf(format, args);
}

/* Reads ./conf/rootcert.pem${login ? '' : ', ./conf/deviceCert.pem and ./conf/deviceCert.key'}. */
static void SetAuthConfig(void)
{
    IOTA_ConfigSetStr(EN_IOTA_CFG_MQTT_ADDR, ${cString(host)});
    IOTA_ConfigSetUint(EN_IOTA_CFG_MQTT_PORT, ${port});
    IOTA_ConfigSetStr(EN_IOTA_CFG_DEVICEID, ${cString(deviceId)});
${auth}
}

int main(void)
{
    IOTA_Init(".");
    IOTA_SetPrintLogCallback(PrintLog);
    SetAuthConfig();
    if (IOTA_Connect() != 0) {
        return 1;
    }
    while (!IOTA_IsConnected()) {
        usleep(300 * 1000);
    }
    ST_IOTA_SERVICE_DATA_INFO services[1];
    services[0].service_id = ${cString(service?.service_id ?? '')};
    services[0].properties = ${cString(JSON.stringify(service?.properties ?? {}))};
    services[0].event_time = NULL; /* the time of receipt */
    IOTA_PropertiesReport(services, 1, 0, NULL);
    sleep(3);
    IOTA_Destroy();
    return 0;
}
`,
      },
    ],
  }
}
