/** The guide, connection kits, the client ID generator, search, statistics, the platform's own page. */
export const texts = {
  guide: {
    title: 'Guide',
    purpose:
      'From an empty platform to a device that reports. Each step ticks itself when the platform sees it happen.',
    way: 'How to make certificates',
    ways: { book: 'By the book (openssl)', wizard: 'With the wizard' },
    live: 'Watching',
    reconnecting: 'Live updates stopped; connecting again',
    progressLabel: 'Steps that are done',
    progress: '{{done}} of {{total}} done',
    finished: 'All done: a device that proves itself by its certificate reports to this platform.',
    states: { done: 'Done.', open: 'Next.', later: 'Later.' },
    commands: 'Commands',
    refused: 'A connection was refused.',
    refusedMore: 'Each step of the decision',
    connectedFrom: '{{device}} came online from {{address}}.',
    reportedValue: '{{service}}: {{property}} = {{value}} is stored.',
    actions: {
      product: 'Create Product',
      model: 'Model Definition',
      caCertificate: 'Upload Certificate',
      caVerified: 'Upload Verification Certificate',
      device: 'Individual Register',
      kit: 'Connection kit',
      devicePage: 'Device page',
      wizard: 'Commissioning wizard',
    },
    links: { product: 'Open the product', certificate: 'Open the certificate', device: 'Open the device' },
    steps: {
      product: {
        title: 'Create a product',
        time: 'about 30 s',
        text: 'A product is a kind of device: which protocol it speaks, and what it reports.',
        book: 'Enter a name; MQTT and JSON are filled in.',
        wizard: 'Enter a name; MQTT and JSON are filled in.',
        happened: 'The product is there.',
      },
      model: {
        title: 'Define its model',
        time: 'about 1 min',
        text: 'The product model says which services and properties devices report, in which range and unit.',
        book: 'Add a service such as Battery, and to it a property such as batteryLevel: Integer, 0–100, step 1, unit %.',
        wizard:
          'Add a service such as Battery, and to it a property such as batteryLevel: Integer, 0–100, step 1, unit %.',
        happened: 'The model has a property.',
      },
      'ca-certificate': {
        title: 'Upload the device CA certificate',
        time: 'about 1 min',
        text: 'The CA signs the certificates of your devices; by its certificate the platform knows them.',
        book: 'Make a commissioning CA with openssl, then upload rootCA.pem. For commercial use take a commercial CA.',
        wizard:
          'The wizard makes the CA in this browser, uploads it, proves it and registers the device in one go.',
        happened: 'The CA certificate is uploaded; its status was Unverified.',
      },
      'ca-verified': {
        title: 'Prove that the CA is yours',
        time: 'about 1 min',
        text: 'A verification certificate, signed with the private key of the CA, proves that you hold that key.',
        book: 'Copy the verification code, make the certificate with the commands that stand beside it, and upload verificationCert.pem.',
        wizard: 'The wizard goes on where it stopped.',
        happened: 'The CA certificate is Verified.',
      },
      device: {
        title: 'Register the device',
        time: 'about 1 min',
        text: 'The platform is told of the device before it connects, with the fingerprint of its certificate.',
        book: 'Make the device certificate with openssl, then register the device with authentication type X.509 certificate and this fingerprint. Colons may stay.',
        wizard: 'The wizard makes the device certificate and registers the device with its fingerprint.',
        happened: 'The device is registered; it is activated by its first connection.',
      },
      connected: {
        title: 'Connect',
        time: 'about 1 min',
        text: 'Device and platform check each other’s certificate; then the device is online.',
        book: 'The connection kit has every setting filled in, for mosquitto, MQTTX, MQTT.fx, Python, Node.js, C and ESP-IDF.',
        wizard:
          'The connection kit has every setting filled in, for mosquitto, MQTTX, MQTT.fx, Python, Node.js, C and ESP-IDF.',
        happened: 'The device was online.',
      },
      reported: {
        title: 'Report the first value',
        time: 'about 10 s',
        text: 'The device publishes its properties; the platform checks each against the model and stores it.',
        book: 'The kit’s clients report a sample of your model. The page of the device shows each value with its verdict.',
        wizard:
          'The kit’s clients report a sample of your model. The page of the device shows each value with its verdict.',
        happened: 'The first report has arrived.',
      },
    },
    trust: {
      title: 'Two-way certificate authentication',
      text: 'Each side shows a certificate and checks the other’s, so neither can be spoofed.',
      short: 'Two-way certificate authentication',
      complete: 'Complete two-way certificate authentication',
      device: 'Device',
      platform: 'Platform',
      hello: 'opens a TLS connection',
      platformCertificate: 'platform certificate',
      deviceChecks: 'checks it with the platform CA',
      deviceCertificate: 'device certificate, signed by your CA',
      platformChecks: 'checks it with the verified device CA',
      trusted: 'each knows the other',
      connect: 'CONNECT with client ID and user name',
      accepted: 'CONNACK: the device is online',
    },
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
    purpose: 'Client ID, user name and password for a device, computed in this browser.',
  },
  platform: {
    title: 'Platform',
    purpose: 'Which version runs here, where it listens and how it is.',
  },
} as const
