// One vantage of the testbed as a process: the real controller with its real adapters, on the testbed's fleet and canaries.
import { startController } from '../server.ts';
import { settingsFrom } from '../settings.ts';
import { labFleet, paceFrom, strategyFrom } from './lab-fleet.ts';
import { say } from './say.ts';

const { EVENKEEL_LAB_PACE: pace, EVENKEEL_LAB_STRATEGY: arm } = process.env;
const settings = settingsFrom(process.env);
const lab = labFleet(paceFrom(pace));
const probe = { ...lab.probe, canary: settings.fleet.probe.canary };
const fleet = { ...lab, probe, strategy: strategyFrom(arm) };
const { url } = await startController({ ...settings, fleet });
say({ ready: true, url });
