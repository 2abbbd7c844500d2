// One vantage of the experiment: the real controller with its real adapters, on the arm's fleet.
import { say } from '../../../failover/lab/say.ts';
import { startController } from '../../../failover/server.ts';
import { settingsFrom } from '../../../failover/settings.ts';
import { checkedDeployment } from '../../../fleet/check-deployment.ts';
import { armFrom } from './environment.ts';

const settings = settingsFrom(process.env);
const { fleet: arm, addresses } = armFrom(process.env);
const fleet = { ...arm, probe: { ...arm.probe, canary: settings.fleet.probe.canary } };
const deployment = checkedDeployment(fleet, { ...settings.deployment, addresses });
const { url } = await startController({ ...settings, fleet, deployment });
say({ ready: true, url });
