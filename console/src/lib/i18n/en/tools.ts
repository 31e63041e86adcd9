/** The guide, connection kits, the client ID generator, search, statistics, the platform's own page. */
export const texts = {
  guide: {
    title: 'Guide',
    purpose:
      'From an empty platform to a device that reports. Each step ticks itself when the platform sees it happen.',
  },
  kits: {
    title: 'Connection kit',
    text: 'Everything this device needs to report, filled in. The report is a sample made from its product model.',
    downloadAll: 'Download the kit',
    host: 'Broker address',
    port: 'Port (TLS)',
    clientId: 'Client ID',
    userName: 'User name',
    password: 'Password',
    passwordBlank: 'Leave it blank: the certificate is the proof.',
    topic: 'Topic of reports',
    reveal: 'Reveal secret',
    hiddenHelp:
      'Until the secret is revealed, the files hold a placeholder. Revealing it is recorded in the audit trail.',
    bringCertificate:
      'Put deviceCert.pem and deviceCert.key, the certificate and the private key of this device, beside the files of the kit. The platform does not have the key.',
    noModel:
      'The product model has no property yet, so there is nothing to report. Add one under Model Definition of the product.',
    noTls: 'This platform does not listen for MQTT over TLS, which the kits use.',
    clientsTitle: 'Clients',
    clientsText: 'Commands run in the folder into which the kit was unzipped.',
    install: 'Install',
    run: 'Run',
    line: 'One line',
    leaveBlank: '(leave blank)',
    folder: 'Folder of the kit',
    folderHelp:
      'MQTTX finds certificates by their whole path. Enter the folder into which you unzip the kit.',
    mqttfxOld:
      'MQTT.fx 1.7.0 and earlier mishandle topics that contain $, as all topics of the platform do. Use a later version, or another client.',
    clients: {
      mosquitto: {
        name: 'mosquitto_pub',
        text: 'The command line client of Eclipse Mosquitto: the quickest way to a first report.',
      },
      mqttx: {
        name: 'MQTTX',
        text: 'A client with a window. Import mqttx/connection.json under Connections > Import Data, format JSON; connect, and publish the content of report.json to the topic with QoS 1.',
      },
      mqttfx: {
        name: 'MQTT.fx',
        text: 'The client of the guide. Open the connection profile by the settings icon and enter these values; on the tab SSL/TLS choose Enable SSL/TLS and Self signed certificates, tick PEM Formatted, then Apply and Connect.',
      },
      python: { name: 'Python', text: 'paho-mqtt, version 1.6 or 2.' },
      nodejs: { name: 'Node.js', text: 'MQTT.js, version 5; Node.js 20 or later.' },
      cSdk: {
        name: 'C (Huawei SDK)',
        text: 'Huawei’s iot-device-sdk-c: the program takes the place of its MQTT_Demo. SDK names the folder of the SDK; build its libraries first, as its README says.',
      },
      espIdf: {
        name: 'ESP-IDF',
        text: 'A project for ESP-IDF 5. Set the Wi-Fi under Example Connection Configuration of menuconfig; for another chip than the ESP32, name it at set-target.',
      },
    },
    readme: {
      title: 'Connection kit of device {{device}}',
      intro:
        'One folder for each client; choose one. The commands run in the folder of this file. Each sends report.json once; the value then shows on the page of the device.',
      needCertificate:
        'Put the certificate and the private key of the device beside this file first, as deviceCert.pem and deviceCert.key:',
      secretNote: 'The files hold the password of this device: keep them to yourself.',
    },
  },
  clientId: {
    title: 'Client ID generator',
    purpose:
      'ClientId, Username and Password of a device for MQTT, computed in this browser: nothing is sent anywhere.',
    deviceIdHelp: 'From the registration; usually <product ID>_<node ID>.',
    secretHelp: 'For a device with an X.509 certificate any value will do, for example 12345678.',
    needDeviceId: 'Enter a device ID: 1 to 128 letters, digits, underscores and hyphens.',
    needSecret: 'Enter the secret of the device.',
    signType: 'Password signature type',
    type0: '0: the timestamp is not checked',
    type1: '1: the timestamp is checked against the time of the platform',
    generate: 'Generate',
    result: 'Result',
    forGood: 'These hold for good: the timestamp in them is not checked.',
    forAnHour:
      'These hold for about an hour: the timestamp in them is checked. Generate them anew for a later connection.',
    x509: 'With an X.509 certificate, enter ClientId and Username and leave the password blank.',
    noCryptography:
      'This browser withholds cryptography from pages of plain HTTP. Open this page over HTTPS, or on the machine of the platform itself by the name localhost; or compute the password on a command line, with the UTC hour:',
    connectTo: 'The device connects over TLS to',
    back: 'Back to the console',
  },
  platform: {
    title: 'Platform',
    purpose: 'Which version runs here, where it listens and how it is.',
  },
} as const
