// One vantage of the testbed as a process: the real controller with its real adapters, on the testbed's fleet.
import { startController } from '../server.ts';
import { settingsFrom } from '../settings.ts';
import { labFleet, paceFrom } from './lab-fleet.ts';
import { say } from './say.ts';

const fleet = labFleet(paceFrom(process.env['EVENKEEL_LAB_PACE']));
const { url } = await startController({ ...settingsFrom(process.env), fleet });
say({ ready: true, url });
