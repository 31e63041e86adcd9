import { airQualitySensor } from './air-quality-sensor.ts'
import { chargingPile } from './charging-pile.ts'
import { coldChainLogger } from './cold-chain-logger.ts'
import { gasDetector } from './gas-detector.ts'
import { gpsTracker } from './gps-tracker.ts'
import { hvacThermostat } from './hvac-thermostat.ts'
import { motorGateway } from './motor-gateway.ts'
import { parkingSensor } from './parking-sensor.ts'
import type { Preset } from './preset.ts'
import { smartLock } from './smart-lock.ts'
import { smartMeter } from './smart-meter.ts'
import { soilSensor } from './soil-sensor.ts'
import { streetLamp } from './street-lamp.ts'
import { waterMeter } from './water-meter.ts'

/** Every preset model, in the order of a choice: those of an industry together. */
export const presets: readonly Preset[] = [
  smartMeter,
  waterMeter,
  gasDetector,
  airQualitySensor,
  gpsTracker,
  coldChainLogger,
  streetLamp,
  parkingSensor,
  smartLock,
  hvacThermostat,
  motorGateway,
  soilSensor,
  chargingPile,
]
